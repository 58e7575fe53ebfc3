using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>Small labs with a bit of everything, drawn at random: every rule of a plan is at stake in some of them.</summary>
internal sealed class RandomLab
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Settings = ["cold", "warm", "hot"];

    private readonly Random _random;
    private readonly bool _hasDeadlines;

    /// <summary>Of its own, so that labs are the same but for that.</summary>
    private readonly Random? _spread;

    /// <param name="hasDeadlines">Some tasks must start by a certain time, which may be too early to be kept.</param>
    /// <param name="setsUpInTasks">Instruments that take time to be set otherwise are set in the course of the task that needs it.</param>
    /// <param name="varies">Some tasks may take up to six times as long as they are expected to.</param>
    public RandomLab(int seed, bool hasDeadlines, bool varies = false, bool setsUpInTasks = false)
    {
        (_random, _hasDeadlines, _spread) = (new Random(seed), hasDeadlines, varies ? new Random(seed) : null);
        Layout = MakeLayout(setsUpInTasks);
        Jobs = [.. Enumerable.Range(0, 3 + _random.Next(7)).Select(MakeJob)];
    }

    public LabLayout Layout { get; }

    public ImmutableArray<Job> Jobs { get; }

    /// <summary>All jobs added.</summary>
    public SchedulingState State => Jobs.Aggregate(SchedulingState.Of(Layout), (state, job) => state.With(new SchedulingEvent.JobAdded(job)));

    /// <summary>Jobs that come over time, and resources that go out and come back.</summary>
    public IEnumerable<(DateTimeOffset At, SchedulingEvent What)> Events()
    {
        foreach (var job in Jobs) yield return (Start + Minutes(_random.Next(60)), new SchedulingEvent.JobAdded(job));
        foreach (var resource in Layout.Resources.Where(_ => _random.Next(3) == 0))
        {
            var at = Start + Minutes(_random.Next(120));
            yield return (at, new SchedulingEvent.ResourceOut(resource.Name, at));
            yield return (at + Minutes(5 + _random.Next(60)), new SchedulingEvent.ResourceBack(resource.Name));
        }
    }

    private LabLayout MakeLayout(bool setsUpInTasks)
    {
        var resources = ImmutableArray.CreateBuilder<LabResource>();
        for (var kind = 0; kind < 2 + _random.Next(3); kind++)
        {
            var (capacity, setUp) = (_random.Next(4) == 0 ? 2 + _random.Next(2) : 1, Minutes(_random.Next(3) == 0 ? 1 + _random.Next(5) : 0));
            for (var number = 0; number < 1 + _random.Next(2); number++) resources.Add(new LabResource(Text($"instrument {kind}-{number}"), Text($"kind {kind}"), capacity, SetUp: capacity == 1 ? setUp : default) { IsSetUpInTask = setsUpInTasks && capacity == 1 && setUp > default(TimeSpan) });
        }

        resources.Add(new LabResource("furnace", "bake", 2 + _random.Next(3), IsBatch: true, SetUp: Minutes(_random.Next(2) * 6)));
        for (var arm = 0; arm < 1 + _random.Next(2); arm++) resources.Add(new LabResource(Text($"arm {arm}"), "carry"));
        var locations = Enumerable.Range(0, 3 + _random.Next(3)).Select(number => new LabLocation(Text($"place {number}"), _random.Next(5) == 0 ? LabLocation.Unlimited : 1 + _random.Next(2))).ToImmutableArray();
        var routes = locations.SelectMany(from => locations.Where(to => to != from).Select(to => new Route(from.Name, to.Name, Minutes(1 + _random.Next(2)), ["carry"])));
        return new LabLayout(resources.ToImmutable(), locations, [.. routes]);
    }

    private Job MakeJob(int number)
    {
        var hasSample = _random.Next(2) == 0;
        var tasks = ImmutableArray.CreateBuilder<JobTask>();
        for (var index = 0; index < 1 + _random.Next(5); index++)
        {
            var sample = hasSample && _random.Next(4) > 0 ? "sample" : null;
            var isBaked = _random.Next(4) == 0;
            var ways = Enumerable.Range(0, isBaked ? 1 : 1 + _random.Next(2)).Select(_ => MakeWay(sample, isBaked)).ToImmutableArray();
            var before = index == 0 ? -1 : _random.Next(4) == 0 ? _random.Next(index) : index - 1;
            tasks.Add(new JobTask(Text($"task {index}"), ways)
            {
                Sample = sample,
                After = before < 0 ? [] : [new Predecessor(Text($"task {before}"), before == index - 1 && _random.Next(3) == 0 ? Minutes(3 + _random.Next(12)) : null)],
                NotBefore = _random.Next(10) == 0 ? Start + Minutes(_random.Next(60)) : null,
                StartBy = _hasDeadlines && _random.Next(6) == 0 ? Start + Minutes(20 + _random.Next(120)) : null,
            });
        }

        return new Job(Text($"job {number}"), Text($"owner {_random.Next(3)}"), tasks.ToImmutable(), _random.Next(4) == 0 ? 1 : 0);
    }

    private Way MakeWay(string? sample, bool isBaked)
    {
        var location = sample is null || _random.Next(5) == 0 ? null : Layout.Locations[_random.Next(Layout.Locations.Length)].Name;
        var setting = Settings[_random.Next(Settings.Length)];
        if (isBaked) return new Way([new Need("furnace")], Minutes(10 + 10 * Array.IndexOf(Settings, setting)), location, setting);
        var instruments = Layout.Resources.Where(resource => resource.Name.StartsWith("instrument", StringComparison.Ordinal)).ToList();
        var resource = instruments[_random.Next(instruments.Count)];
        var needs = ImmutableArray.Create(new Need(_random.Next(2) == 0 ? resource.Name : resource.Capability, resource.Capacity > 2 ? 2 : 1));
        if (_random.Next(6) == 0) needs = needs.Add(new Need("carry"));
        var way = new Way(needs, Minutes(1 + _random.Next(20)), location, resource.Capacity == 1 && _random.Next(2) == 0 ? setting : null);
        return _spread is null ? way : way with { Longest = way.Duration * (1 + _spread.Next(6)) };
    }

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
