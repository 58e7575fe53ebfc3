using LabAutomation.Protocol;
using EffectKind = LabAutomation.Simulators.Worlds.EffectKind;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What is on record as moved by a pump has flowed, by the pump's own motor: an order alone is no deed.</summary>
internal static class FlowOracle
{
    /// <summary>The family whose simulated device writes down what its motor moves.</summary>
    private const string Pump = "new-era-ne1000";

    private static readonly Unit Milliliter = Unit.Parse("mL");

    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        foreach (var (pump, _) in evidence.Bus.Births.Where(birth => birth.Value.Family == Pump))
        {
            double[] told =
            [
                .. evidence.Intents.Where(intent => intent.Instrument == pump).Select(intent => evidence.Results.GetValueOrDefault(intent.Action))
                    .Where(result => result is { Status: ActionStatus.Succeeded }).Select(result => result!.Outputs.TryGetValue("volume", out var volume) ? volume.In(Milliliter) : 0),
            ];
            var flowed = evidence.Effects.Where(effect => effect.Device == pump && effect.Kind == EffectKind.Moved).Sum(effect => effect.Amount);
            if (told.Sum(volume => volume - Room(volume)) > flowed)
                yield return new Violation("once", FormattableString.Invariant($"{pump} is on record as having moved {told.Sum():0.####} mL, and {flowed:0.####} mL have flowed"));
        }
    }

    private static double Room(double volume) => Deed.All.First(deed => deed.Kinds.Contains(EffectKind.Dispense)).Room + (0.001 * volume);
}
