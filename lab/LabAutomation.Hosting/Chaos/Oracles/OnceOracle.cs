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
    private const string Volume = "volume";

    private static readonly string[] Kinds = [EffectKind.Dispense, EffectKind.Drain, EffectKind.Aspirate];

    private static readonly Unit Millilitre = Unit.Parse("mL");

    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        foreach (var device in evidence.Effects.Where(effect => Kinds.Contains(effect.Kind)).Select(effect => effect.Device).Concat(evidence.Bus.Births.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            if (!evidence.Bus.Births.TryGetValue(device, out var birth)) continue;
            var once = birth.Commands.Where(command => command.Effect is Effect.Consume or Effect.Relative && command.Parameters.Any(parameter => parameter.Name == Volume)).Select(command => command.Name).ToHashSet(StringComparer.Ordinal);
            var intents = evidence.Intents.Where(intent => intent.Instrument == device && once.Contains(intent.Command)).ToArray();
            var effects = evidence.Effects.Where(effect => effect.Device == device).ToLookup(effect => effect.Kind);
            foreach (var kind in Kinds.Where(effects.Contains))
                if (Match([.. intents.Where(intent => CanHave(intent, kind))], [.. effects[kind]], evidence.Results) is { } violation) yield return violation;

            // One that has left no effect of any kind that it can have.
            if (intents.FirstOrDefault(intent => Succeeded(intent, evidence.Results) && !Kinds.Any(kind => CanHave(intent, kind) && effects.Contains(kind))) is { } lost) yield return Lost(lost);
        }
    }

    /// <summary>Which unknown actions had their effect, for a person who looks at the bench.</summary>
    public static bool HadEffect(ActionIntended action, IEnumerable<ActionIntended> intents, IEnumerable<DeviceEffect> effects)
    {
        var told = 0;
        foreach (var intent in intents.Where(intent => intent.Instrument == action.Instrument))
        {
            if (Amount(intent) is not { } amount || Amount(action) is not { } wanted || !IsSame(amount, wanted)) continue;
            told++;
            if (intent.Action == action.Action) break;
        }

        var done = effects.Count(effect => effect.Device == action.Instrument && Kinds.Contains(effect.Kind) && Amount(action) is { } wanted && IsSame(effect.Amount, wanted));
        return done >= told;
    }

    /// <summary>What pushes cannot draw, and what draws cannot push; what is called otherwise may do both, as a transfer does.</summary>
    private static bool CanHave(ActionIntended intent, string kind) => intent.Command switch
    {
        "dispense" => kind == EffectKind.Dispense,
        "withdraw" => kind is EffectKind.Drain or EffectKind.Aspirate,
        _ => true,
    };

    /// <summary>Null where every effect finds an intent, and every intent that succeeded an effect, both in their order.</summary>
    private static Violation? Match(ActionIntended[] intents, DeviceEffect[] effects, IReadOnlyDictionary<ActionId, ResultFrame> results)
    {
        // Whether the rest of both can be matched, from the back.
        var fits = new bool[intents.Length + 1, effects.Length + 1];
        fits[intents.Length, effects.Length] = true;
        for (var i = intents.Length - 1; i >= 0; i--)
        {
            for (var j = effects.Length; j >= 0; j--)
            {
                var has = j < effects.Length && Amount(intents[i]) is { } amount && IsSame(effects[j].Amount, amount);
                fits[i, j] = (has && fits[i + 1, j + 1]) || (!Succeeded(intents[i], results) && fits[i + 1, j]);
            }
        }

        return fits[0, 0] ? null : Explain(intents, effects, results);
    }

    /// <summary>The first place at which the two part.</summary>
    private static Violation Explain(ActionIntended[] intents, DeviceEffect[] effects, IReadOnlyDictionary<ActionId, ResultFrame> results)
    {
        var next = 0;
        foreach (var effect in effects)
        {
            var place = Array.FindIndex(intents, next, intent => Amount(intent) is { } amount && IsSame(effect.Amount, amount));
            var lost = intents.Skip(next).Take((place < 0 ? intents.Length : place) - next).FirstOrDefault(intent => Succeeded(intent, results));
            if (place >= 0 && lost is null) next = place + 1;
            else if (Array.FindLastIndex(intents, Math.Max(0, next - 1), Math.Min(next, intents.Length), intent => Amount(intent) is { } amount && IsSame(effect.Amount, amount)) is >= 0 and var before) return Repeated(intents[before], effect);
            else return lost is not null && place >= 0 ? Lost(lost) : Unasked(effect, lost);
        }

        return intents.Skip(next).FirstOrDefault(intent => Succeeded(intent, results)) is { } missing ? Lost(missing) : Repeated(intents[^1], effects[^1]);
    }

    private static bool Succeeded(ActionIntended intent, IReadOnlyDictionary<ActionId, ResultFrame> results) =>
        results.TryGetValue(intent.Action, out var result) && result is { Status: ActionStatus.Succeeded, Cause: not CauseCode.SuccessWithWarnings };

    private static double? Amount(ActionIntended intent) => intent.Arguments.TryGetValue(Volume, out var volume) ? volume.In(Millilitre) : null;

    /// <summary>A pump takes four digits, and whole microlitres.</summary>
    private static bool IsSame(double effect, double amount) => Math.Abs(effect - amount) <= (0.001 * Math.Abs(amount)) + 0.00051;

    private static Violation Repeated(ActionIntended intent, DeviceEffect effect) => new("once", string.Create(CultureInfo.InvariantCulture,
        $"'{intent.Command}' of {intent.Instrument} was asked for once and done again: {effect.Kind} of {effect.Amount:0.####} mL at {effect.At:u} (effect {effect.Number}; action {intent.Action}, trial {intent.Trial})"));

    private static Violation Unasked(DeviceEffect effect, ActionIntended? next) => new("once", string.Create(CultureInfo.InvariantCulture,
        $"{effect.Device} did what nobody asked for: {effect.Kind} of {effect.Amount:0.####} mL at {effect.At:u} (effect {effect.Number}){(next is null ? "" : $", before action {next.Action} of trial {next.Trial} could be its cause")}"));

    private static Violation Lost(ActionIntended intent) => new("once",
        $"'{intent.Command}' of {intent.Instrument} is on record as done and has left no effect (action {intent.Action}, trial {intent.Trial})");
}
