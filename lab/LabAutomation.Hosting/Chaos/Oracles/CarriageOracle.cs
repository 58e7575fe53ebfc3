using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What is on record as carried was put down where that was asked for, by the arm's own list: what was taken is not there yet.</summary>
internal static class CarriageOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        foreach (var arm in evidence.Bus.Births.Where(birth => birth.Value.Family == PreciseFlexDriver.FamilyName).Select(birth => birth.Key))
        {
            var put = evidence.Effects.Where(effect => effect.Device == arm && effect.Kind is EffectKind.Place or EffectKind.Put).ToLookup(effect => effect.Amount);
            foreach (var told in evidence.Intents.Where(intent => intent.Instrument == arm && evidence.Results.GetValueOrDefault(intent.Action) is { Status: ActionStatus.Succeeded, Cause: not CauseCode.SuccessWithWarnings })
                .GroupBy(intent => intent.Arguments["to"].Value))
            {
                if (told.Count() > put[told.Key].Count())
                    yield return new Violation("once", FormattableString.Invariant($"{arm} is on record as having put down {told.Count()} at position {told.Key}, and it has put down {put[told.Key].Count()}"));
            }
        }
    }
}
