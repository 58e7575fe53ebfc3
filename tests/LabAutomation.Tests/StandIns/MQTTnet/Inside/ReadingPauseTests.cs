using MQTTnet;

namespace LabAutomation.Tests.StandIns.MQTTnet;

public sealed class ReadingPauseTests
{
    [Fact]
    public void Reading_pauses_while_too_much_waits()
    {
        var pause = new ReadingPause(100);

        pause.Add(101);
        var over = pause.WhenOverAsync();
        over.IsCompleted.Should().BeFalse();
        pause.Remove(1);

        over.IsCompleted.Should().BeTrue();
    }

    [Fact]
    public void Reading_goes_on_while_somebody_waits_for_an_answer()
    {
        var pause = new ReadingPause(100);
        pause.Add(1000);
        var over = pause.WhenOverAsync();

        pause.Expect();

        over.IsCompleted.Should().BeTrue();
        pause.WhenOverAsync().IsCompleted.Should().BeTrue();
        pause.Answered();
        pause.WhenOverAsync().IsCompleted.Should().BeFalse();
    }
}
