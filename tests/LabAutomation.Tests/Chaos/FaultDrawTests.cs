using LabAutomation.Simulators.Faults;

namespace LabAutomation.Tests.Chaos;

/// <summary>When what is drawn goes wrong.</summary>
public sealed class FaultDrawTests
{
    private static readonly TimeSpan Length = TimeSpan.FromDays(10);

    private static readonly BusyTime[] Busy = [.. Enumerable.Range(0, 20).Select(k => new BusyTime("stirrer", TimeSpan.FromHours(12 * k), TimeSpan.FromHours(12 * k) + TimeSpan.FromMinutes(1)))];

    [Fact]
    public void In_a_campaign_of_days_most_faults_are_there_when_their_instrument_does_something()
    {
        var draw = new FaultDraw(Length, 1000, 1000, [new FaultSubject("stirrer", "ika-namur"), new FaultSubject("pump", "new-era-ne1000")]);

        Met(draw with { Busy = [.. Busy] }).Should().BeGreaterThan(0.6);
        Met(draw).Should().BeLessThan(0.1);
    }

    [Fact]
    public void The_same_seed_draws_the_same()
    {
        var draw = new FaultDraw(Length, 1000, 1000, [new FaultSubject("stirrer", "ika-namur")]) { Busy = [.. Busy] };

        for (var seed = 1; seed < 50; seed++) draw.Draw(seed).Should().Equal(draw.Draw(seed)).And.OnlyContain(fault => fault.At == null || fault.At > TimeSpan.Zero);
    }

    private static double Met(FaultDraw draw)
    {
        var faults = Enumerable.Range(1, 500).SelectMany(seed => draw.Draw(seed)).Where(fault => fault is { On: "stirrer", Kind: FaultKind.Silence or FaultKind.Garbage or FaultKind.Late or FaultKind.CutShort }).ToArray();
        faults.Length.Should().BeGreaterThan(100);
        return faults.Count(fault => Busy.Any(busy => fault.At < busy.Until && fault.At + fault.For > busy.From)) / (double)faults.Length;
    }
}
