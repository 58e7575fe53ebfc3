using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.SystemTests.Bus;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>Where a command leaves no effect, counting shows nothing, and the kit does not say that it did.</summary>
public sealed class NoEffectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_counted_does_not_apply_where_the_brief_command_leaves_no_effect()
    {
        int[] counting = [34, 35, 38, 39, 40, 41, 45];
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(ConformingFamilies.Setup("mettler-mtsics")), new ConformanceSample { Brief = SampleCommand.Of("weigh") });

        var verdicts = await kit.CheckAsync(counting);

        verdicts.Should().OnlyContain(verdict => verdict.Outcome == ConformanceOutcome.DoesNotApply && verdict.Detail.StartsWith("'weigh' leaves no effect in the device's ledger"));
    }

    [Fact]
    public async Task Nothing_is_proved_by_kills_where_none_of_the_commands_leaves_an_effect()
    {
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(ConformingFamilies.Setup("mettler-mtsics")), new ConformanceSample { Each = [SampleCommand.Of("weigh")] });

        var verdict = (await kit.CheckAsync([37])).Single();

        (verdict.Outcome, verdict.Detail).Should().Be((ConformanceOutcome.DoesNotApply, ConformanceRun.Effectless("none of the commands that were tried")));
    }

    [Fact]
    public async Task Where_nobody_can_count_effects_the_verdict_says_so()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var driver = await HostedPump.StartAsync(stage);

        var verdict = (await HostedPump.Kit(stage, driver).CheckAsync([35])).Single();

        (verdict.Outcome, verdict.Detail).Should().Be((ConformanceOutcome.Passed, "effects were not counted, since nobody can see them"));
    }

    [Fact]
    public async Task A_file_of_effects_that_is_another_one_or_is_not_there_fails()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var driver = await HostedPump.StartAsync(stage);

        var missing = (await HostedPump.Kit(stage, driver, _folder.At("pump.ledgr")).CheckAsync([34])).Single();
        var other = (await HostedPump.Kit(stage, driver, _folder.Write("other.ledger", "")).CheckAsync([34])).Single();

        (missing.Outcome, missing.Detail).Should().Be((ConformanceOutcome.Failed, $"expected the file '{_folder.At("pump.ledgr")}', to which the device itself adds a line for each effect, once the driver is up; seen: no such file"));
        (other.Outcome, other.Detail).Should().Be((ConformanceOutcome.Failed, "expected an effect of 'dispense' in the device's ledger, since it is Consume; seen: none after an action that ended Succeeded: done"));
    }

    [Fact]
    public async Task The_command_refuses_a_file_of_effects_that_is_not_there_before_it_checks_anything()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var driver = await HostedPump.StartAsync(stage);
        foreach (var client in WireHarness.Clients)
        {
            var file = _folder.Write($"{client}.password", stage.Options(client).Password!);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var link = _folder.Write("link.json", JsonSerializer.Serialize(new { host = "127.0.0.1", port = stage.BrokerPort, userName = "{client}", passwordFile = "{client}.password" }));
        var effects = _folder.At("pump.ledgr");

        using var lab = LabProcess.StartAsTyped(
            _folder.Path, ["conform", "--broker", link, "--site", ConformanceBroker.Site, "--instrument", ConformanceBroker.Instrument, "--effects", effects, "--id", "34"], new Dictionary<string, string?>());
        var result = await lab.EndAsync();

        result.ExitCode.Should().Be(4, result.Out + result.Error);
        result.Error.Should().StartWith($"lab: --effects '{effects}': there is no such file, and the driver is up; ");
        result.Out.Should().NotContain("34");
    }
}
