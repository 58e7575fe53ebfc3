using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>
/// Whether what a caller was told agrees with the device's own ledger, in both directions: a success is there once, and an end that says that nothing was done has left nothing, unless its outputs say which part was.
/// Whoever does not know says so: unknown_outcome. What reads or sets may be done again (rule 7 of the contract).
/// </summary>
internal static class LedgerAgreement
{
    /// <param name="effects">That the ledger has of the action.</param>
    /// <param name="once">That one such action has when nothing disturbs it.</param>
    /// <returns>What had to be so and was not; null where they agree.</returns>
    public static string? Missing(Effect effect, ResultFrame told, int effects, int once) => told.Status switch
    {
        _ when effects > once && !MayRepeat(effect) => $"{Times(once)} and no more",
        ActionStatus.Succeeded when effects < once && !MayRepeat(effect) => $"{Times(once)} of a success",
        ActionStatus.Succeeded or ActionStatus.UnknownOutcome => null,
        _ when effects > 0 && effect != Effect.Read && told.Outputs.Values.All(output => output.Value == 0) => "no effect where nothing is said to have been done, outputs that say which part was, or an unknown outcome",
        _ => null,
    };

    private static string Times(int effects) => effects == 1 ? "1 effect" : $"{effects} effects";

    public static bool MayRepeat(Effect effect) => effect is Effect.Read or Effect.Set;
}
