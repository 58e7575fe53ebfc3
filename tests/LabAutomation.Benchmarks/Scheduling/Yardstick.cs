namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// A fixed piece of work of the kind that the scheduler does, between two of its turns, so that a machine that is busy, slow or clocked down slows both: words are put together, looked up and sorted, arrays are filled.
/// It uses nothing that is measured.
/// </summary>
internal sealed class Yardstick
{
    private const int Size = 1_000;

    private readonly List<double> _seconds = [];

    /// <summary>Half of all measures took less, seconds of the processor, all threads.</summary>
    public double Median => _seconds.Order().ElementAt(_seconds.Count / 2);

    public void Measure()
    {
        var spent = Environment.CpuUsage.TotalTime;
        Work();
        _seconds.Add((Environment.CpuUsage.TotalTime - spent).TotalSeconds);
    }

    private static void Work()
    {
        var places = new Dictionary<string, long[]>(StringComparer.Ordinal);
        for (var k = 0; k < Size; k++) places.Add($"campaign-{k % 26:00}/{k}", new long[40]);
        var order = places.Keys.OrderByDescending(name => name.Length).ThenBy(name => name, StringComparer.Ordinal).ToArray();
        var sum = 0L;
        foreach (var name in order)
        {
            var track = places[name];
            for (var at = 1; at < track.Length; at++) track[at] = Math.Max(track[at - 1], sum % 97) + 1;
            sum += track[^1];
        }

        if (sum == 0) throw new InvalidOperationException("the yardstick did nothing");
    }
}
