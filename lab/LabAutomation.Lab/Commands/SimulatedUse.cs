using LabAutomation.Agents.Campaigns;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Lab.Commands;

/// <summary>What a simulated campaign asked of one instrument.</summary>
/// <param name="Busy">The share of the campaign's time in which an action ran, 0 to 1.</param>
/// <param name="Dispensed">mL, by the device's own list.</param>
internal sealed record SimulatedUse(string Instrument, int Actions, double Busy, double Dispensed)
{
    public static IReadOnlyList<SimulatedUse> Of(CampaignState state, IEnumerable<string> instruments, IReadOnlyList<Effect> effects)
    {
        var results = state.Trials.SelectMany(trial => trial.Actions.Values).Where(action => action.Result is not null).ToLookup(action => action.Intent.Instrument, action => action.Result!);
        return
        [
            .. instruments.Order(StringComparer.Ordinal).Select(name => new SimulatedUse(
                name,
                results[name].Count(),
                state.Spent > TimeSpan.Zero ? results[name].Sum(result => (result.EndedAt - result.StartedAt).TotalSeconds) / state.Spent.TotalSeconds : 0,
                effects.Where(effect => effect.Device == name && effect.Kind == EffectKind.Dispense).Sum(effect => effect.Amount))),
        ];
    }
}
