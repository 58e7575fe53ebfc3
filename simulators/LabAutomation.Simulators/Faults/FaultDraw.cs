using System.Collections.Immutable;

namespace LabAutomation.Simulators.Faults;

/// <summary>Draws what goes wrong from a seed.</summary>
/// <param name="Length">Lab time of the campaign without faults.</param>
/// <param name="Writes">Writes to the disk in it.</param>
/// <param name="Messages">Messages that reached the broker in it.</param>
/// <param name="Subjects">Instruments and campaigns that take part.</param>
public sealed record FaultDraw(TimeSpan Length, long Writes, long Messages, ImmutableArray<FaultSubject> Subjects)
{
    /// <summary>The name of the agents among the clients of the broker.</summary>
    public const string Agents = "agents";

    private const int Most = 8;

    /// <summary>When the instruments did something in it. Most faults are drawn to be there when something begins, ends or is under way: in a campaign of days one that lasts for a minute would meet nothing.</summary>
    public ImmutableArray<BusyTime> Busy { get; init; } = [];

    /// <summary>Those that can happen to these subjects. What people do to the queue means something where one campaign waits for another.</summary>
    public ImmutableArray<FaultTraits> Kinds =>
    [
        .. FaultTraits.All.Where(traits => traits.Target != FaultTarget.Instrument || Subjects.Any(subject => subject.IsStruckBy(traits)))
            .Where(traits => !traits.IsOrder || Subjects.Count(subject => subject.IsCampaign) > 1),
    ];

    /// <summary>One to eight faults in the order of their times. The same seed gives the same.</summary>
    public ImmutableArray<Fault> Draw(int seed)
    {
        var random = SeedStream.Of(seed, "faults");
        return [.. Enumerable.Range(0, random.Next(1, Most + 1)).Select(_ => One(random)).OrderBy(fault => fault.At ?? TimeSpan.MaxValue)];
    }

    private Fault One(Random random)
    {
        var traits = Kinds[random.Next(Kinds.Length)];
        var place = random.Next(3);
        var fault = new Fault(traits.Kind, null)
        {
            On = traits.Target == FaultTarget.Lab ? null : Target(traits, random),
            For = !traits.Lasts ? TimeSpan.Zero : Rounded(Longest(traits) * Math.Pow(random.NextDouble(), 2)),
            Amount = traits.Amount is { } amount ? Amount(amount, random) : null,
        };
        fault = fault with { At = Rounded(When(fault, random)) };
        return (traits, place) switch
        {
            ({ AtWrite: true, AtMessage: false }, _) or ({ AtWrite: true }, 0) => fault with { At = null, AtWrite = random.NextInt64(1, Math.Max(2, Writes)), After = random.Next(2) == 0 },
            ({ AtMessage: true }, 1) => fault with { At = null, AtMessage = random.NextInt64(1, Math.Max(2, Messages)) },
            _ => fault,
        };
    }

    /// <summary>
    /// At a random time; or while an action goes on, or so that it is there when one begins or ends: one of the instrument that it strikes, if that does anything, and rather an early one, since with another seed
    /// what comes late comes at another time.
    /// </summary>
    private TimeSpan When(Fault fault, Random random)
    {
        var (anywhere, place, share) = (Length * random.NextDouble(), random.Next(4), random.NextDouble());
        var its = Busy.Where(busy => busy.Instrument == fault.On).ToArray();
        BusyTime[] chosen = its.Length > 0 ? its : [.. Busy];
        if (chosen.Length == 0 || place == 0) return anywhere;
        var (_, from, until) = chosen[(int)(chosen.Length * Math.Pow(random.NextDouble(), 2))];
        return place == 1 ? from + ((until - from) * share) : (place == 2 ? from : until) - (fault.For * share);
    }

    /// <summary>What is wrong with a value is seen where it is read twice, which a furnace's is once in an hour.</summary>
    private TimeSpan Longest(FaultTraits traits) => traits.Kind is FaultKind.Stuck or FaultKind.Drift && Length / 4 > traits.Longest ? Length / 4 : traits.Longest;

    private string Target(FaultTraits traits, Random random)
    {
        var subjects = Subjects.Where(subject => subject.IsStruckBy(traits)).Select(subject => subject.Name).ToArray();
        var k = random.Next(subjects.Length + (traits.Target == FaultTarget.Client ? 1 : 0));
        return k < subjects.Length ? subjects[k] : Agents;
    }

    private static double Amount(FaultAmount amount, Random random)
    {
        var drawn = amount.From + ((amount.To - amount.From) * random.NextDouble());
        return amount.IsWhole ? Math.Round(drawn) : Math.Round(drawn, 4);
    }

    /// <summary>To the millisecond, so that a written script is the script that ran.</summary>
    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(time.TotalMilliseconds)));
}
