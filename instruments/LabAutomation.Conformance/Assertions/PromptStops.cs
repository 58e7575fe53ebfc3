using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>18: a stop is as quick as the birth says, counted from the order.</summary>
internal static class PromptStops
{
    /// <summary>A driver that is late is so each time; a busy machine is not.</summary>
    private const int Tries = 3;

    /// <summary>Of real time, in which a device that was to stop adds nothing to its ledger.</summary>
    private const double Still = 0.2;

    /// <summary>Of real time, in which a driver that is late has obeyed what it was told before.</summary>
    private const double Overdue = 3;

    /// <param name="stop">From idle to idle.</param>
    /// <param name="undo">What else has to be done where it was late before the unit can be cleared.</param>
    public static async Task InTimeAsync(ConformanceRun run, Func<Task> stop, Func<Task>? undo = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await stop();
                return;
            }
            catch (LateStop) when (attempt < Tries)
            {
                if (run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) run.Harness.HoldAnswers(false);
                if (undo is not null) await undo();

                // An order that is obeyed late is not to be taken for the next one's.
                await run.PauseAsync(Overdue);
                await run.SettledAsync();
            }
        }
    }

    /// <summary>Waits for the device, by its own state, and for the unit. Where nobody sees the device the unit itself has to be in time, and the ledger to stay as it is from then on.</summary>
    /// <param name="by">What stops it, for a message.</param>
    /// <param name="began">Lab time of the order.</param>
    /// <param name="held">The action whose answers are held back until the unit has begun to stop.</param>
    public static async Task<StateFrame> StoppedAsync(ConformanceRun run, int seen, string by, DateTimeOffset began, ActionId? held = null)
    {
        if (held is { } action)
        {
            await run.UnitAsync(UnitState.Aborting, seen);
            await run.LetGoAsync(action);
        }

        // One that rests between two of its steps has obeyed nothing yet.
        await run.AtRestAsync(run.Birth.SafeWithin, by, began);
        var aborted = await run.UnitAsync(UnitState.Aborted, seen);
        await run.AtRestAsync(run.Birth.SafeWithin, by, began);
        if (run.Harness.IsDeviceAtRest is not null) return aborted;
        var (took, slack) = (run.Harness.Clock.GetUtcNow() - began, run.Harness.Slack);
        if (took > TimeSpan.FromSeconds(run.Birth.SafeWithin) + slack)
            throw new LateStop(FormattableString.Invariant($"Aborted within {run.Birth.SafeWithin:0.##} s of {by}, with {slack.TotalSeconds:0.##} s more for messages and the computer"), FormattableString.Invariant($"{took.TotalSeconds:0.##} s"));
        var effects = run.Effects;
        await run.PauseAsync(Still);
        if (run.Effects != effects) throw new ConformanceFailure($"no effect once the unit is Aborted by {by}", $"{run.Effects - effects}");
        return aborted;
    }
}
