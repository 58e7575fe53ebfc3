using LabAutomation.Agents.Campaigns;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Lab.Commands;

/// <summary>What simulated campaigns asked of one instrument.</summary>
/// <param name="Busy">The share of the time from the first beginning to the last end in which an action ran, 0 to 1.</param>
/// <param name="Dispensed">mL, by the device's own list.</param>
internal sealed record SimulatedUse(string Instrument, int Actions, double Busy, double Dispensed)
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
                effects.Where(effect => effect.Device == name && effect.Kind == EffectKind.Dispense).Sum(effect => effect.Amount))),
        ];
    }
}
