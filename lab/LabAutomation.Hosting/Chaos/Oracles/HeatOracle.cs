using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What is on record as heated was as hot as is on record, and as long as was asked for, by what the chamber wrote down: a program that was begun has heated nothing yet.</summary>
internal static class HeatOracle
{
    /// <summary>Half a step of its display, K, and a step of its dwell, s.</summary>
    private const double Room = 0.06, Step = 1;

    private static readonly Unit Celsius = Unit.Parse("°C");
    private static readonly Unit Second = Unit.Parse("s");

    public static IEnumerable<Violation> Judge(Evidence evidence) => evidence.Bus.Births.Where(birth => birth.Value.Family == EurothermFurnaceDriver.FamilyName).SelectMany(birth => Judge(birth.Key, evidence));

    /// <summary>In the order of both: each that succeeded has a program of its own.</summary>
    private static IEnumerable<Violation> Judge(string furnace, Evidence evidence)
    {
        var told = evidence.Intents.Where(intent => intent.Instrument == furnace)
            .Select(intent => (Intent: intent, Result: evidence.Results.GetValueOrDefault(intent.Action)))
            .Where(one => one.Result is { Status: ActionStatus.Succeeded } result && result.Outputs.ContainsKey("peak")).OrderBy(one => one.Result!.StartedAt);
        var ends = evidence.Effects.Where(effect => effect.Device == furnace).ToLookup(effect => effect.Kind);
        var programs = ends[EffectKind.Peak].Zip(ends[EffectKind.Dwelt], (peak, dwelt) => (Peak: peak.Amount, Dwelt: dwelt.Amount)).ToArray();
        var next = 0;
        foreach (var (intent, result) in told)
        {
            var (peak, asked) = (result!.Outputs["peak"].In(Celsius), intent.Arguments["duration"].In(Second));
            var program = Array.FindIndex(programs, next, one => Math.Abs(one.Peak - peak) <= Room && one.Dwelt >= asked - Step);
            if (program < 0)
            {
                yield return new Violation("once", FormattableString.Invariant($"{furnace} is on record as having got to {peak:0.#} °C and stayed for {asked:0} s, and it has not (action {intent.Action}, trial {intent.Trial}); its programs: {string.Join(", ", programs.Select(one => FormattableString.Invariant($"{one.Peak:0.#} °C for {one.Dwelt:0} s")))}"));
                yield break;
            }

            next = program + 1;
        }
    }
}
