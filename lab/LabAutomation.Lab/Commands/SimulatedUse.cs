using LabAutomation.Agents.Campaigns;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Lab.Commands;

/// <summary>What simulated campaigns asked of one instrument.</summary>
/// <param name="Busy">The share of the time from the first beginning to the last end in which an action ran, 0 to 1.</param>
/// <param name="Dispensed">mL, by the device's own list of what it was told.</param>
/// <param name="Dosed">mg, by the same.</param>
internal sealed record SimulatedUse(string Instrument, int Actions, double Busy, double Dispensed, double Dosed)
{
    /// <param name="span">From the first beginning to the last end.</param>
    public static IReadOnlyList<SimulatedUse> Of(IEnumerable<CampaignState> states, TimeSpan span, IEnumerable<string> instruments, IReadOnlyList<Effect> effects)
    {
        // What several trials share is one action.
        var results = states.SelectMany(state => state.Trials).SelectMany(trial => trial.Actions.Values).Where(action => action.Result is not null)
            .DistinctBy(action => action.Intent.Action).ToLookup(action => action.Intent.Instrument, action => action.Result!);
        return
        [
            .. instruments.Order(StringComparer.Ordinal).Select(name => new SimulatedUse(
                name,
                results[name].Count(),
                span > TimeSpan.Zero ? results[name].Sum(result => (result.EndedAt - result.StartedAt).TotalSeconds) / span.TotalSeconds : 0,
                Sum(effects, name, EffectKind.Dispense),
                Sum(effects, name, EffectKind.Dose))),
        ];
    }

    private static double Sum(IReadOnlyList<Effect> effects, string instrument, string kind) => effects.Where(effect => effect.Device == instrument && effect.Kind == kind).Sum(effect => effect.Amount);
}
