using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>
/// A brief command that is carried out while answers arrive changed from some answer on, and whose outcome is asked for as a host does after
/// a fault. What the driver says became of it is held against the device's own ledger.
/// </summary>
internal sealed class ExecutionFuzz(string family, IDriver driver, Spoiler spoiler, Func<int> effects, TimeProvider clock, Random random, FrameReport report)
{
    /// <summary>A call that takes longer hangs.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <summary>Recoveries on a bad line before one on a clean line.</summary>
    private const int BadRecoveries = 2;

    private int _answers;

    /// <summary>The sample of the kit, but for a thermostat one that leaves an effect and is over at once.</summary>
    private SampleCommand Brief => family == "modbus-thermostat"
        ? SampleCommand.Of("hold-temperature", ("temperature", "25 °C"), ("tolerance", "10 K"), ("settled", "0 s"))
        : ConformingFamilies.SampleOf(family).Brief!;

    public async Task RunAsync()
    {
        // At rest before, so that the command begins anew and leaves its own effect.
        if (!await SettleAsync()) return;
        if (_answers == 0)
        {
            await ExecuteAsync(spared: int.MaxValue);
            _answers = Math.Max(1, spoiler.Passed);
        }

        await ExecuteAsync(random.Next(_answers + 2));
        await SettleAsync();
    }

    private async Task ExecuteAsync(int spared)
    {
        if (!new CommandTable(driver.Commands).TryResolve(ActionId.Derive(family, 0, "fuzz", report.Executions, 1), Brief.Command, Brief.Arguments, out var command, out var refusal))
            throw new InvalidOperationException(refusal.Message);
        report.Executions++;
        var (before, scope) = (effects(), new FuzzScope(command, clock));
        spoiler.Spare(spared);
        var outcome = await TriedAsync(async () => await driver.ExecuteAsync(command, scope, CancellationToken.None));
        for (var attempt = 0; outcome is null && report.IsSound && attempt <= BadRecoveries; attempt++)
        {
            spoiler.Spare(attempt == BadRecoveries ? int.MaxValue : random.Next(_answers + 2));
            if (await TriedAsync(async () => await driver.ConnectAsync(CancellationToken.None)) is null) continue;
            var recovery = await TriedAsync(async () => await driver.RecoverAsync(scope.Started, scope, CancellationToken.None));
            if (recovery is Recovery.DidNotHappen && effects() > before) report.Denied++;
            if (recovery is Recovery.DidNotHappen or Recovery.Unknown) return;
            outcome = (recovery as Recovery.Happened)?.Outcome;
        }

        if (outcome?.Status != ActionStatus.Succeeded) return;
        report.Successes++;
        if (effects() == before)
        {
            report.Untrue++;
            report.FirstUntrue ??= $"'{command.Name}' succeeded ({outcome.Message}) without an effect of the device, with {spared} answers unchanged";
        }
    }

    private async Task<bool> SettleAsync()
    {
        spoiler.Spare(int.MaxValue);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var rests = await TriedAsync(async () =>
            {
                await driver.ConnectAsync(CancellationToken.None);
                await driver.MakeSafeAsync(CancellationToken.None);
                return "at rest";
            });
            if (rests is not null) return true;
            if (!report.IsSound) break;
        }

        report.Unsettled++;
        return false;
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
