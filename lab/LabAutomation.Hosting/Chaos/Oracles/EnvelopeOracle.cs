using System.Globalization;
using LabAutomation.Protocol;
using EffectKind = LabAutomation.Simulators.Worlds.EffectKind;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Nothing was asked for beyond what an instrument offers or the campaign allows, nothing was spilled, and no instrument did two things at once.</summary>
internal static class EnvelopeOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        foreach (var spill in evidence.Effects.Where(effect => effect.Kind == EffectKind.Spill))
            yield return new Violation("envelope", string.Create(CultureInfo.InvariantCulture, $"{spill.Amount:0.###} mL were spilled at {spill.Device}, {spill.At:u} (effect {spill.Number})"));
        foreach (var state in evidence.States)
        {
            var space = state.Plan.ToSearchSpace();
            foreach (var trial in state.Trials.Where(trial => !space.IsFeasible(state.Plan.ToPoint(trial.Values))))
                yield return new Violation("envelope", $"trial {trial.Number} is outside of the space that {state.Id} allows");
        }

        foreach (var intent in evidence.Intents)
        {
            var command = evidence.Bus.Births.GetValueOrDefault(intent.Instrument)?.Commands.FirstOrDefault(command => command.Name == intent.Command);
            foreach (var parameter in command?.Parameters ?? [])
            {
                if (!intent.Arguments.TryGetValue(parameter.Name, out var given) || !given.Unit.Fits(parameter.Unit)) continue;
                var value = given.In(parameter.Unit);
                if (value < parameter.Low || value > parameter.High)
                    yield return new Violation("envelope", $"'{intent.Command}' of {intent.Instrument} was asked for with {parameter.Name} = {given}, outside of what it offers (action {intent.Action})");
            }
        }

        if (evidence.ClockWasSet) yield break;
        foreach (var (intent, result) in evidence.Intents.Select(intent => (intent, evidence.Results.GetValueOrDefault(intent.Action))))
        {
            if (result is { Status: ActionStatus.Succeeded } && result.StartedAt > intent.Deadline)
                yield return new Violation("envelope", $"'{intent.Command}' of {intent.Instrument} began at {result.StartedAt:u}, after its deadline of {intent.Deadline:u} (action {intent.Action})");
        }

        foreach (var instrument in evidence.Intents.ToLookup(intent => intent.Instrument))
        {
            var ran = instrument.Select(intent => evidence.Results.GetValueOrDefault(intent.Action)).OfType<ResultFrame>()
                .Where(result => result.Status is ActionStatus.Succeeded && result.EndedAt > result.StartedAt).OrderBy(result => result.StartedAt).ToArray();
            for (var k = 1; k < ran.Length; k++)
            {
                if (ran[k].StartedAt < ran[k - 1].EndedAt)
                    yield return new Violation("exclusive", $"{instrument.Key} ran actions {ran[k - 1].Action} and {ran[k].Action} at the same time, at {ran[k].StartedAt:u}");
            }
        }
    }
}
