using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using EffectKind = LabAutomation.Simulators.Worlds.EffectKind;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// No more of a consumable was drawn than was there. What was drawn is what the devices say that they began, what was there is what people said; what campaigns and scheduler counted is not
/// looked at. A device lists what it was ordered, so that of an action that reports less as much is taken off.
/// </summary>
internal static class StockOracle
{
    private static readonly string[] Kinds = [EffectKind.Dispense, EffectKind.Dose, EffectKind.Aspirate];
    private static readonly Unit Milliliter = Unit.Parse("mL");
    private static readonly Unit Milligram = Unit.Parse("mg");

    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        // Where one device has several ports, its list does not say which.
        foreach (var consumable in evidence.Stations.Consumables.Where(one => one.DrawnBy.All(point => point.Port is null)))
            if (Judge(evidence, consumable) is { } violation) yield return violation;
    }

    private static Violation? Judge(Evidence evidence, Consumable consumable)
    {
        var instruments = consumable.DrawnBy.Select(point => point.Instrument).ToHashSet(StringComparer.Ordinal);
        var supplies = evidence.Entries.Where(entry => entry.Campaign == Ledger.OfTheLab).Select(entry => (entry.At, Supply: Of(entry.Event, consumable))).Where(one => one.Supply is not null).Select(one => (one.At, Supply: one.Supply!.Value, Effect: (Simulators.Worlds.Effect?)null));
        var effects = evidence.Effects.Where(effect => Kinds.Contains(effect.Kind) && instruments.Contains(effect.Device) && UnitOf(effect.Kind).Fits(consumable.Unit)).ToArray();
        if (evidence.ClockWasSet && evidence.Entries.Any(entry => entry.Event is ConsumableCounted counted && counted.Consumable == consumable.Name)) return null;
        var less = evidence.Intents.Where(intent => instruments.Contains(intent.Instrument)).Sum(intent => Less(intent, evidence.Results.GetValueOrDefault(intent.Action), consumable.Unit));
        var (left, slack) = (0.0, less + (1e-6 * consumable.Capacity) + effects.Sum(effect => UnitOf(effect.Kind).Convert(Room(effect.Kind), consumable.Unit)));

        // Times of day that were set anew say nothing about the order; the sums still do.
        var turns = supplies.Concat(effects.Select(effect => (effect.At, Supply: (Amount: 0.0, IsCount: false), Effect: (Simulators.Worlds.Effect?)effect)));
        foreach (var (at, supply, effect) in evidence.ClockWasSet ? turns.OrderBy(turn => turn.Effect is not null) : turns.OrderBy(turn => turn.At).ThenBy(turn => turn.Effect is not null))
        {
            if (effect is null) left = supply.IsCount ? supply.Amount : left + supply.Amount;
            else left -= UnitOf(effect.Kind).Convert(effect.Amount, consumable.Unit);
            if (left < -slack)
                return new Violation("stock", FormattableString.Invariant($"{-left:0.####} {consumable.Unit} of {consumable.Name} were drawn that were not there, the last by {effect?.Device} at {at:u} (effect {effect?.Number})"));
        }

        return null;
    }

    private static (double Amount, bool IsCount)? Of(LabEvent happened, Consumable consumable) => happened switch
    {
        ConsumableDeclared declared when declared.Consumable == consumable.Name => (declared.OnHand.In(consumable.Unit), true),
        ConsumableCounted counted when counted.Consumable == consumable.Name => (counted.Amount.In(consumable.Unit), true),
        ConsumableRefilled refilled when refilled.Consumable == consumable.Name => (refilled.Amount.In(consumable.Unit), false),
        _ => null,
    };

    /// <summary>By how much less than it was asked for an action says that it drew.</summary>
    private static double Less(ActionIntended intent, ResultFrame? result, Unit unit) => result is null ? 0
        : intent.Arguments.Where(argument => argument.Value.Unit.Fits(unit) && result.Outputs.TryGetValue(argument.Key, out var told) && told.Unit.Fits(unit)).Sum(argument => Math.Max(0, argument.Value.In(unit) - result.Outputs[argument.Key].In(unit)));

    private static Unit UnitOf(string kind) => kind == EffectKind.Dose ? Milligram : Milliliter;

    /// <summary>Half a step of the device.</summary>
    private static double Room(string kind) => Deed.All.First(deed => deed.Kinds.Contains(kind)).Room;
}
