using System.Collections.Immutable;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What is on record as moved has moved, by what the device itself wrote down: an order alone is no deed.</summary>
internal static class FlowOracle
{
    private static readonly ImmutableArray<Mover> Movers =
    [
        new("new-era-ne1000", "volume", Unit.Parse("mL"), EffectKind.Dispense),
        new("opentrons-http", "dispensed", Unit.Parse("mL"), EffectKind.Dispense),
        new("quantos-mtsics", "mass", Unit.Parse("mg"), EffectKind.Dose),
    ];

    public static IEnumerable<Violation> Judge(Evidence evidence) =>
        evidence.Bus.Births.SelectMany(birth => Movers.Where(mover => mover.Family == birth.Value.Family), (birth, mover) => mover.Judge(birth.Key, evidence)).OfType<Violation>();

    /// <summary>A family whose simulated device writes down what it moves.</summary>
    /// <param name="Output">Of a result: what the driver says that was moved.</param>
    /// <param name="Unit">Of <see cref="EffectKind.Moved"/>.</param>
    /// <param name="Kind">Of the effect of an order, whose step leaves room.</param>
    private sealed record Mover(string Family, string Output, Unit Unit, string Kind)
    {
        public Violation? Judge(string device, Evidence evidence)
        {
            double[] told =
            [
                .. evidence.Intents.Where(intent => intent.Instrument == device).Select(intent => evidence.Results.GetValueOrDefault(intent.Action))
                    .Where(result => result is { Status: ActionStatus.Succeeded }).Select(result => result!.Outputs.TryGetValue(Output, out var amount) ? amount.In(Unit) : 0),
            ];
            var moved = evidence.Effects.Where(effect => effect.Device == device && effect.Kind == EffectKind.Moved).Sum(effect => effect.Amount);
            return told.Sum(amount => amount - Room(amount)) > moved
                ? new Violation("once", FormattableString.Invariant($"{device} is on record as having moved {told.Sum():0.####} {Unit.Symbol}, and {moved:0.####} {Unit.Symbol} have moved"))
                : null;
        }

        private double Room(double amount) => Deed.All.First(deed => deed.Kinds.Contains(Kind)).Room + (0.001 * amount);
    }
}
