using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// A job shop of the literature, a unit of its time being a second: ft06 and ft10 of H. Fisher and G. L. Thompson (1963), la01 to la20 of S. Lawrence (1984), from J. E. Beasley's OR-Library.
/// </summary>
/// <param name="Optimum">The proven shortest makespan, in units.</param>
internal sealed record JobShopInstance(string Name, int Optimum, ImmutableArray<ImmutableArray<(int Machine, int Duration)>> Jobs)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Name, int Optimum)[] Known =
    [
        ("ft06", 55), ("ft10", 930), ("la01", 666), ("la02", 655), ("la03", 597), ("la04", 590), ("la05", 593), ("la16", 945), ("la17", 784), ("la18", 848), ("la19", 842), ("la20", 902),
    ];

    public static IEnumerable<string> Names => Known.Select(known => known.Name);

    public static JobShopInstance Read(string name)
    {
        using var stream = typeof(JobShopInstance).Assembly.GetManifestResourceStream($"JobShops/{name}.txt") ?? throw new ArgumentException($"there is no job shop '{name}'; there are {string.Join(", ", Names)}");
        using var reader = new StreamReader(stream);
        var jobs = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture)).Chunk(2).Select(pair => (pair[0], pair[1])).ToImmutableArray());
        return new JobShopInstance(name, Known.First(known => known.Name == name).Optimum, [.. jobs]);
    }

    public SchedulingState State()
    {
        var machines = Jobs.SelectMany(job => job.Select(task => task.Machine)).Distinct().Order().Select(machine => new LabResource(Machine(machine), Machine(machine)));
        var state = SchedulingState.Of(new LabLayout([.. machines]));
        for (var job = 0; job < Jobs.Length; job++) state = state.With(new SchedulingEvent.JobAdded(new Job($"job {job}", "literature", [.. Jobs[job].Select(Task)])));
        return state;
    }

    private static JobTask Task((int Machine, int Duration) task, int index) =>
        new(TaskName(index), [new Way([new Need(Machine(task.Machine))], TimeSpan.FromSeconds(task.Duration))]) { After = index == 0 ? [] : [new Predecessor(TaskName(index - 1))] };

    private static string TaskName(int index) => string.Create(CultureInfo.InvariantCulture, $"task {index}");

    private static string Machine(int machine) => string.Create(CultureInfo.InvariantCulture, $"machine {machine}");
}
