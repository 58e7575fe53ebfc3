using System.Text.Json;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>What one other optimiser reached on one problem, seed by seed.</summary>
internal sealed record PeerRuns(string Name, IReadOnlyDictionary<int, double> Regrets, IReadOnlyDictionary<int, double[]> Traces, double Seconds)
{
    public static PeerRuns Of(string name, JsonElement runs) => new(name, BySeed<double>(runs, "regret"), BySeed<double[]>(runs, "trace"), runs.GetProperty("seconds").GetDouble());

    private static Dictionary<int, T> BySeed<T>(JsonElement runs, string part) => runs.TryGetProperty(part, out var seeds)
        ? seeds.EnumerateObject().ToDictionary(seed => int.Parse(seed.Name), seed => seed.Value.Deserialize<T>()!)
        : [];
}
