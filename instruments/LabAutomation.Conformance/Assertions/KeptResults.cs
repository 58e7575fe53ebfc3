using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>30: a result lies on the broker for as long as its caller may not have it, and no longer.</summary>
internal static class KeptResults
{
    /// <summary>Of real time: whoever writes a result down may be as late as this, and later.</summary>
    private const double Later = 1.5;

    /// <summary>The same in a world of its own, of which lab time runs fast.</summary>
    private const double LaterInProcess = 0.5;

    public static async Task CheckAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var (action, result) = await run.CarryOutAsync();
        await run.IdleAsync();
        await LiesAsync(run, action, result, "");
        var later = run.Harness.Can.HasFlag(HarnessAbilities.Start) ? LaterInProcess : Later;
        await run.PauseAsync(later);
        await LiesAsync(run, action, result, FormattableString.Invariant($" {later} s later still, since nobody has acknowledged it"));
        if (run.Harness.Can.HasFlag(HarnessAbilities.Kill))
        {
            await AgainAsync(run);
            await LiesAsync(run, action, result, " after a kill and a new start still, since nobody has acknowledged it");
        }

        await run.Caller.PublishAsync(new BusMessage(run.Topics.Acknowledge(action), ReadOnlyMemory<byte>.Empty), run.Cancellation);
        await run.SeeAsync("result, status and data taken from the broker once the result is acknowledged", all => run.Left(all, action).Any() ? null : all);
        if (!run.Harness.Can.HasFlag(HarnessAbilities.Kill)) return;
        await AgainAsync(run);
        await run.PauseAsync(0.2);
        if (run.Left(run.Witness.Seen, action).FirstOrDefault() is { } back) throw new ConformanceFailure("nothing of an action that was acknowledged after a new start", $"a message on {back}");
    }

    private static async Task AgainAsync(ConformanceRun run)
    {
        await run.RestartAsync(run.Harness.KillAsync);
        await run.StateAsync(state => state.Epoch == run.Birth.Epoch && state.Unit == UnitState.Idle, "Idle after the restart", 0);
    }

    private static async Task LiesAsync(ConformanceRun run, ActionId action, ResultFrame result, string when)
    {
        var late = await run.LateAsync(run.Topics.Result(action));
        if (late is not { Retain: true }) throw new ConformanceFailure($"a retained result{when}", late is null ? "none" : "one that is not retained");
        var read = ConformanceRun.Frames<ResultFrame>([late], run.Topics.Result(action)).FirstOrDefault();
        if (read?.Status != result.Status || read.EndedAt != result.EndedAt) throw new ConformanceFailure($"{result.Status} at {result.EndedAt:O}{when}", read is null ? "nothing that can be read" : $"{read.Status} at {read.EndedAt:O}");
    }
}
