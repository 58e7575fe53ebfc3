using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>
/// A brief command that is carried out while answers arrive changed from some answer on, and whose outcome is asked for as a host does after
/// a fault. What the driver says became of it is held against the device's own ledger.
/// </summary>
internal sealed class ExecutionFuzz(BriefCommands commands, IDriver driver, Spoiler spoiler, HastyClock hasty, Func<int> effects, TimeProvider clock, Random random, FrameReport report)
{
    /// <summary>A call that takes longer hangs.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <summary>One in so many meets no changed answer.</summary>
    private const int OneInGood = 5;

    /// <summary>Recoveries on a bad line before one on a clean line.</summary>
    private const int BadRecoveries = 2;

    private int _answers;

    public async Task RunAsync()
    {
        // At rest before, so that the command begins anew and leaves its own effect.
        if (!await SettleAsync()) return;
        var whole = _answers == 0 || random.Next(OneInGood) == 0;
        await ExecuteAsync(whole ? int.MaxValue : random.Next(_answers));
        if (whole) _answers = Math.Max(1, spoiler.Passed);
        await SettleAsync();
    }

    private async Task ExecuteAsync(int spared)
    {
        var command = commands.Next(report.Executions++);
        var (before, scope) = (effects(), new FuzzScope(command, clock));
        hasty.Patience = spared == int.MaxValue ? HastyClock.Patient : HastyClock.Executing;
        spoiler.Spare(spared);
        var outcome = await TriedAsync(() => driver.ExecuteAsync(command, scope, CancellationToken.None));
        if (outcome is null && report.LastWasFault && !(commands.IsCounted && scope.IsMarked))
        {
            // The host tells a failure of a device in trouble where nothing can have happened, or may be repeated; else the device is asked.
            outcome = ActionOutcome.Failed(CauseCode.HardwareFault, report.LastRefusal!, recoverable: false);
        }

        var where = "";
        for (var attempt = 0; outcome is null && report.IsSound && attempt <= BadRecoveries; attempt++)
        {
            where = FormattableString.Invariant($", as recovery {attempt + 1} said");
            var last = attempt == BadRecoveries;
            hasty.Patience = last ? HastyClock.Patient : HastyClock.Executing;
            spoiler.Spare(last ? int.MaxValue : random.Next(_answers));
            if (await TriedAsync(() => driver.ConnectAsync(CancellationToken.None)) is null) continue;
            var recovery = await TriedAsync(() => driver.RecoverAsync(scope.Started, scope, CancellationToken.None));
            if (recovery is Recovery.DidNotHappen && commands.IsCounted && effects() > before) Denied($"'{command.Name}' had its effect, and did not happen{where}");
            if (recovery is Recovery.DidNotHappen or Recovery.Unknown) return;
            outcome = (recovery as Recovery.Happened)?.Outcome;
        }

        if (outcome?.Status != ActionStatus.Succeeded)
        {
            if (outcome is not null && outcome.Status != ActionStatus.UnknownOutcome && commands.IsCounted && effects() > before && outcome.Outputs.Values.All(output => output.Value == 0))
                Denied($"'{command.Name}' had its effect, and {outcome.Status} with nothing done{where}: {outcome.Message}");
            if (spared == int.MaxValue) Disturbed($"'{command.Name}' did not succeed on a clean line: {outcome?.Message ?? report.LastRefusal}");
            return;
        }

        report.Successes++;
        if (effects() > before) return;
        report.Untrue++;
        report.FirstUntrue ??= FormattableString.Invariant($"'{command.Name}' succeeded without an effect of the device{where}: {outcome.Message}");
    }

    private async Task<bool> SettleAsync()
    {
        hasty.Patience = HastyClock.Patient;
        spoiler.Spare(int.MaxValue);
        string? trouble = null;
        for (var attempt = 0; attempt < 3 && report.IsSound; attempt++)
        {
            if (await TriedAsync(() => driver.ConnectAsync(CancellationToken.None)) is null) continue;
            var rests = await TriedAsync(async () =>
            {
                await driver.MakeSafeAsync(CancellationToken.None);
                return commands.Tidying(report.Executions) is { } tidying
                    ? await driver.ExecuteAsync(tidying, new FuzzScope(tidying, clock), CancellationToken.None)
                    : ActionOutcome.Succeeded();
            });
            if (rests?.Status == ActionStatus.Succeeded) return true;
            trouble = rests?.Message;
        }

        Disturbed($"did not come to rest on a clean line: {trouble ?? report.LastRefusal}");
        return false;
    }

    private void Denied(string how)
    {
        report.Denied++;
        report.FirstDenied ??= how;
    }

    private void Disturbed(string how)
    {
        report.Disturbed++;
        report.FirstDisturbed ??= how;
    }

    /// <returns>Null where the driver threw one of its two exceptions, and where it did what no driver may; the report has it.</returns>
    private async Task<T?> TriedAsync<T>(Func<Task<T>> call)
        where T : class
    {
        T? result = null;
        await report.WatchAsync(async () => result = await call().WaitAsync(Hang));
        return result;
    }
}
