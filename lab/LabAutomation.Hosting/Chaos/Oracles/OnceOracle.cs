using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using DeviceEffect = LabAutomation.Simulators.Worlds.Effect;
using EffectKind = LabAutomation.Simulators.Worlds.EffectKind;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// Never silently repeated, never silently lost: each physical effect of a command that cannot be taken back belongs to one intent on the
/// ledger, in the order of both, and each such action that succeeded has its effect.
/// </summary>
internal static class OnceOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence) => Deed.All.SelectMany(deed => Judge(deed, evidence));

    /// <summary>Which unknown actions had their effect, for a person who looks at the bench.</summary>
    public static bool HadEffect(ActionIntended action, IEnumerable<ActionIntended> intents, IEnumerable<DeviceEffect> effects)
    {
        if (Deed.All.FirstOrDefault(deed => deed.Is(action)) is not { } deed || deed.Amount(action) is not { } wanted) return true;
        var told = 0;
        foreach (var intent in intents.Where(intent => intent.Instrument == action.Instrument))
        {
            if (deed.Amount(intent) is not { } amount || !deed.IsSame(amount, wanted)) continue;
            told++;
            if (intent.Action == action.Action) break;
        }

        var done = effects.Count(effect => effect.Device == action.Instrument && deed.Kinds.Contains(effect.Kind) && deed.IsSame(effect.Amount, wanted));
        return done >= told;
    }

    private static IEnumerable<Violation> Judge(Deed deed, Evidence evidence)
    {
        foreach (var device in evidence.Effects.Where(effect => deed.Kinds.Contains(effect.Kind)).Select(effect => effect.Device).Concat(evidence.Bus.Births.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            if (!evidence.Bus.Births.TryGetValue(device, out var birth)) continue;
            var once = birth.Commands.Where(command => command.Effect is Effect.Consume or Effect.Relative && deed.Is(command)).Select(command => command.Name).ToHashSet(StringComparer.Ordinal);
            var intents = evidence.Intents.Where(intent => intent.Instrument == device && once.Contains(intent.Command)).ToArray();
            var effects = evidence.Effects.Where(effect => effect.Device == device).ToLookup(effect => effect.Kind);
            foreach (var kind in deed.Kinds.Where(effects.Contains))
                if (Match(deed, [.. intents.Where(intent => CanHave(intent, kind))], [.. effects[kind]], evidence.Results) is { } violation) yield return violation;

            // One that has left no effect of any kind that it can have.
            if (intents.FirstOrDefault(intent => Succeeded(intent, evidence.Results) && !deed.Kinds.Any(kind => CanHave(intent, kind) && effects.Contains(kind))) is { } lost) yield return Lost(lost);
        }
    }

    /// <summary>What pushes cannot draw, and what draws cannot push; what is called otherwise may do both, as a transfer does.</summary>
    private static bool CanHave(ActionIntended intent, string kind) => intent.Command switch
    {
        "dispense" => kind == EffectKind.Dispense,
        "withdraw" => kind is EffectKind.Drain or EffectKind.Aspirate,
        _ => true,
    };

    /// <summary>Null where every effect finds an intent, and every intent that succeeded an effect, both in their order.</summary>
    private static Violation? Match(Deed deed, ActionIntended[] intents, DeviceEffect[] effects, IReadOnlyDictionary<ActionId, ResultFrame> results)
    {
        // Whether the rest of both can be matched, from the back.
        var fits = new bool[intents.Length + 1, effects.Length + 1];
        fits[intents.Length, effects.Length] = true;
        for (var i = intents.Length - 1; i >= 0; i--)
        {
            for (var j = effects.Length; j >= 0; j--)
            {
                var has = j < effects.Length && deed.Amount(intents[i]) is { } amount && deed.IsSame(effects[j].Amount, amount);
                fits[i, j] = (has && fits[i + 1, j + 1]) || (!Succeeded(intents[i], results) && fits[i + 1, j]);
            }
        }

        return fits[0, 0] ? null : Explain(deed, intents, effects, results);
    }

    /// <summary>The first place at which the two part.</summary>
    private static Violation Explain(Deed deed, ActionIntended[] intents, DeviceEffect[] effects, IReadOnlyDictionary<ActionId, ResultFrame> results)
    {
        var next = 0;
        foreach (var effect in effects)
        {
            var place = Array.FindIndex(intents, next, intent => deed.Amount(intent) is { } amount && deed.IsSame(effect.Amount, amount));
            var lost = intents.Skip(next).Take((place < 0 ? intents.Length : place) - next).FirstOrDefault(intent => Succeeded(intent, results));
            if (place >= 0 && lost is null) next = place + 1;
            else if (intents.Length > 0 && Array.FindLastIndex(intents, Math.Max(0, next - 1), Math.Min(next, intents.Length), intent => deed.Amount(intent) is { } amount && deed.IsSame(effect.Amount, amount)) is >= 0 and var before) return Repeated(deed, intents[before], effect);
            else return lost is not null && place >= 0 ? Lost(lost) : Unasked(deed, effect, lost);
        }

        return intents.Skip(next).FirstOrDefault(intent => Succeeded(intent, results)) is { } missing ? Lost(missing) : Repeated(deed, intents[^1], effects[^1]);
    }

    private static bool Succeeded(ActionIntended intent, IReadOnlyDictionary<ActionId, ResultFrame> results) =>
        results.TryGetValue(intent.Action, out var result) && result is { Status: ActionStatus.Succeeded, Cause: not CauseCode.SuccessWithWarnings };

    private static Violation Repeated(Deed deed, ActionIntended intent, DeviceEffect effect) => new("once", string.Create(CultureInfo.InvariantCulture,
        $"'{intent.Command}' of {intent.Instrument} was asked for once and done again: {effect.Kind} of {deed.Show(effect.Amount)} at {effect.At:u} (effect {effect.Number}; action {intent.Action}, trial {intent.Trial})"));

    private static Violation Unasked(Deed deed, DeviceEffect effect, ActionIntended? next) => new("once", string.Create(CultureInfo.InvariantCulture,
        $"{effect.Device} did what nobody asked for: {effect.Kind} of {deed.Show(effect.Amount)} at {effect.At:u} (effect {effect.Number}){(next is null ? "" : $", before action {next.Action} of trial {next.Trial} could be its cause")}"));

    private static Violation Lost(ActionIntended intent) => new("once",
        $"'{intent.Command}' of {intent.Instrument} is on record as done and has left no effect (action {intent.Action}, trial {intent.Trial})");
}
