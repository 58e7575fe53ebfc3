using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Bus;

public sealed class BackOffTests
{
    [Fact]
    public void Waits_double_up_to_two_seconds_and_start_again_after_a_success()
    {
        var backOff = new BackOff();

        Enumerable.Range(0, 7).Select(_ => backOff.Next().TotalMilliseconds).Should().Equal(100, 200, 400, 800, 1600, 2000, 2000);
        for (var i = 0; i < 10_000; i++) backOff.Next().Should().Be(BackOff.Longest);
        backOff.Reset();
        backOff.Next().TotalMilliseconds.Should().Be(100);
    }

    [Fact]
    public void Fewer_and_fewer_failures_are_worth_a_line()
    {
        var backOff = new BackOff();
        var notable = new List<int>();
        for (var failure = 1; failure <= 20; failure++)
        {
            backOff.Next();
            if (backOff.IsNotable) notable.Add(failure);
        }

        notable.Should().Equal(1, 2, 4, 8, 16);
    }
}
