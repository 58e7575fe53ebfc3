using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>A big lab: 50 resources, jobs of five tasks, a third with samples that are carried, a third with holds, a tenth of the tasks in batches.</summary>
internal static class DispatchLab
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private const int Kinds = 14;

    public static SchedulingState Make(int jobs)
    {
        var random = new Random(1);
        var resources = Enumerable.Range(0, 3 * Kinds).Select(number => new LabResource(Text($"instrument {number}"), Text($"kind {number % Kinds}"), SetUp: number % 7 == 0 ? Minutes(2) : default))
            .Concat(Enumerable.Range(0, 2).Select(number => new LabResource(Text($"furnace {number}"), "bake", 8, IsBatch: true)))
            .Concat(Enumerable.Range(0, 4).Select(number => new LabResource(Text($"arm {number}"), "carry")))
            .Append(new LabResource("pump", "pump", 4)).Append(new LabResource("person", "person"));
        var locations = Enumerable.Range(0, Kinds).Select(kind => new LabLocation(Text($"place {kind}"), 3)).ToImmutableArray();
        var routes = locations.SelectMany(from => locations.Where(to => to != from).Select(to => new Route(from.Name, to.Name, Minutes(1), ["carry"])));
        var state = SchedulingState.Of(new LabLayout([.. resources], locations, [.. routes]));
        for (var job = 0; job < jobs; job++) state = state.With(new SchedulingEvent.JobAdded(MakeJob(job, random)));
        return state;
    }

    private static Job MakeJob(int number, Random random)
    {
        var tasks = ImmutableArray.CreateBuilder<JobTask>();
        for (var index = 0; index < 5; index++)
        {
            var kind = random.Next(Kinds);
            var bakes = random.Next(10) == 0;
            var way = bakes ? new Way([new Need("bake")], Minutes(30), Setting: "hot") : new Way([new Need(Text($"kind {kind}"))], Minutes(2 + random.Next(15)), number % 3 == 0 ? Text($"place {kind}") : null, random.Next(2) == 0 ? "fine" : "coarse");
            tasks.Add(new JobTask(Text($"task {index}"), [way])
            {
                Sample = number % 3 == 0 ? "sample" : null,
                After = index == 0 ? [] : [new Predecessor(Text($"task {index - 1}"), number % 3 == 1 && random.Next(2) == 0 ? Minutes(10) : null)],
            });
        }

        return new Job(Text($"job {number}"), Text($"owner {number % 5}"), tasks.ToImmutable());
    }

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
