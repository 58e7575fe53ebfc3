using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// A lab that makes films: inks are mixed, coated within ten minutes, dried within five, baked in a furnace of eight places at one of three temperatures, and measured. Odd ones carry the samples by arm
/// between locations, where they stand in each other's way.
/// </summary>
internal static class LabProblem
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Setting, int Minutes)[] Bakes = [("120 °C", 40), ("150 °C", 60), ("180 °C", 90)];

    public static SchedulingState Make(int seed)
    {
        var random = new Random(seed);
        var carries = seed % 2 == 1;
        var state = SchedulingState.Of(Layout(carries));
        for (var job = 0; job < 24; job++) state = state.With(new SchedulingEvent.JobAdded(MakeJob(job, random, carries)));
        return state;
    }

    private static LabLayout Layout(bool carries)
    {
        ImmutableArray<LabResource> resources =
        [
            new("mixer 1", "mix"), new("mixer 2", "mix"), new("coater", "coat", SetUp: Minutes(8)), new("hotplate 1", "dry"), new("hotplate 2", "dry"),
            new("furnace", "bake", 8, IsBatch: true, SetUp: Minutes(20)), new("spectrometer", "spectrum"), new("diffractometer", "diffract"), new("arm", "carry"),
        ];
        if (!carries) return new LabLayout(resources);
        ImmutableArray<LabLocation> locations = [new("mixing", 2), new("coating"), new("drying", 2), new("tray", 6), new("baking", 8), new("rack", LabLocation.Unlimited), new("stage"), new("goniometer")];
        return new LabLayout(resources, locations, [.. locations.SelectMany(from => locations.Where(to => to != from).Select(to => new Route(from.Name, to.Name, Minutes(1), ["carry"])))]);
    }

    private static Job MakeJob(int number, Random random, bool carries)
    {
        var (bake, minutes) = Bakes[random.Next(Bakes.Length)];
        var solvent = random.Next(2) == 0 ? "DMF" : "GBL";
        var tasks = new List<JobTask>
        {
            One("mix", "mix", 4 + random.Next(8), "mixing", null, null),
            One("coat", "coat", 3 + random.Next(4), "coating", solvent, 10),
            One("dry", "dry", 8 + random.Next(10), "drying", null, 5),
            One("bake", "bake", minutes, "baking", bake, random.Next(2) == 0 ? 30 : null),
            One("cool", null, 10, "rack", null, null),
            One("spectrum", "spectrum", 4 + random.Next(6), "stage", null, random.Next(2) == 0 ? 45 : null),
        };
        if (random.Next(2) == 0) tasks.Add(One("diffract", "diffract", 8 + random.Next(12), "goniometer", null, 60));
        for (var index = 1; index < tasks.Count; index++)
            tasks[index] = tasks[index] with { After = [tasks[index].After[0] with { Task = tasks[index - 1].Name }] };
        tasks[0] = tasks[0] with { After = [] };
        return new Job(string.Create(CultureInfo.InvariantCulture, $"film {number}"), "films", [.. tasks]);

        JobTask One(string name, string? capability, int duration, string location, string? setting, int? hold) =>
            new(name, [new Way(capability is null ? [] : [new Need(capability)], Minutes(duration), carries ? location : null, setting)])
            {
                Sample = carries ? "film" : null,
                After = [new Predecessor("", hold is { } most ? Minutes(most) : null)],
            };
    }

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
