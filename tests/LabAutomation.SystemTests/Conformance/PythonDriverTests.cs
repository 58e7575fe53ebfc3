using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Remote;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The driver in Python keeps the contract: the contract is the wire, and not our classes.</summary>
[Trait("Length", "long")]
public sealed class PythonDriverTests : PythonDriverStage
{
    /// <summary>What does not apply, and why. Everything else has to pass.</summary>
    private static readonly SortedDictionary<int, string> DoNotApply = new()
    {
        [20] = "needs a harness that can do this: Graph",
        [37] = "needs a harness that can do this: Boundaries",
        [38] = "needs a harness that can do this: Boundaries",
        [40] = "needs a harness that can do this: Twin",
        [41] = "needs a harness that can do this: Disk",
        [45] = "needs a harness that can do this: DeviceLine",
        [46] = "needs a harness that can do this: DeviceLine",
        [47] = "no command gives bulk data",
        [51] = "the device is real, or the harness does not know",
        [52] = "needs a harness that can do this: Seed",
    };

    [SkippableFact]
    public async Task It_passes_everything_that_applies_on_mosquitto() => await PassesAsync(await MosquittoStage.OpenAsync(), []);

    [SkippableFact]
    public async Task On_the_embedded_broker_it_passes_what_needs_hands_on_the_broker() => await PassesAsync(await EmbeddedStage.OpenAsync(), [13, 39]);

    [SkippableFact]
    public async Task The_command_passes_it_over_TLS_with_accounts()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"));
        var password = broker.Add("driver-pump", "driver:pump");
        foreach (var client in WireHarness.Clients) broker.Add(client, "agents");
        broker.Add(WireHarness.Stranger, "driver:other");
        broker.Add(WireHarness.Interlock, "interlock");
        var folder = Path.GetDirectoryName(password)!;
        var link = Link(new { Host = "127.0.0.1", broker.Port, UserName = "{client}", PasswordFile = Path.Combine(folder, "{client}.password"), Tls = new { authority.CaFile } });

        var verdicts = await ConformAsync(0, link, $"{Driver(broker.Port, "pump", broker.Site)} --password-file {password} --ca {authority.CaFile}", broker.Site, "--stranger", "--interlock");

        // No hands on the broker from the command line.
        Judge(verdicts, new(DoNotApply) { [13] = "needs a harness that can do this: BusLink", [39] = "needs a harness that can do this: Broker" });
    }

    [SkippableFact]
    public async Task The_command_shows_its_own_certificate_where_the_broker_wants_one()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Mosquitto, authority.Server("127.0.0.1"), authority.CaFile);
        var (certificate, key) = authority.Client("the kit");
        var (own, ownKey) = authority.Client("driver-pump");
        var link = Link(new { Host = "127.0.0.1", broker.Port, ClientId = "{client}", Tls = new { authority.CaFile, CertificateFile = certificate, KeyFile = key } });

        var verdicts = await ConformAsync(0, link, $"{Driver(broker.Port, "pump", broker.Site)} --ca {authority.CaFile} --certificate {own} --key {ownKey}", broker.Site, "--id", "5", "--id", "34");

        verdicts.Select(verdict => (verdict.Id, verdict.Outcome)).Should().Equal((5, ConformanceOutcome.Passed), (34, ConformanceOutcome.Passed));
    }

    /// <remarks>Epochs rise with the seconds, so that each start waits for the next.</remarks>
    [SkippableFact]
    public async Task A_driver_that_loses_its_journal_is_found_though_its_epochs_rise()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        ConformanceVerdict verdict;
        await using (var program = new DriverProgram($"sh -c 'rm -rf {Folder.At("pump")}; sleep 1; exec {Driver(stage)}'"))
            verdict = (await Kit(stage, program).CheckAsync([5])).Single();

        Running().Should().BeEmpty("a program that is put away leaves nothing behind");
        verdict.Outcome.Should().Be(ConformanceOutcome.Failed, "its journal is lost at every start");
        verdict.Detail.Should().Contain("remembers since");
    }

    [SkippableFact]
    public async Task The_kit_leaves_nothing_of_its_actions_on_the_broker()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));

        var verdicts = await Kit(stage, program).CheckAsync([21, 29, 32]);

        verdicts.Should().OnlyContain(verdict => verdict.Outcome == ConformanceOutcome.Passed);
        await using var late = await stage.StartAsync("kit-late");
        var left = new List<string>();
        await late.SubscribeAsync($"lab/1/{ConformanceBroker.Site}/{ConformanceBroker.Instrument}/exec/#", message => left.Add(message.Topic), CancellationToken.None).Soon();
        await Task.Delay(500);
        left.Should().BeEmpty();
    }

    [SkippableFact]
    public async Task A_driver_that_asks_the_broker_for_a_long_keep_alive_is_found()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Bent(stage, "keepalive=5", "keepalive=60"));

        var verdict = (await Kit(stage, program).CheckAsync([10])).Single();

        (verdict.Outcome, verdict.Detail).Should().Be((ConformanceOutcome.Failed, "expected offline; seen: nothing of the kind within 13.5 s"));
    }

    [SkippableTheory]
    [InlineData(
        """        self.before = self.numbers()["epoch"], self.numbers()["born"]""",
        """        self.before = self.numbers()["epoch"], self.numbers()["born"]; self.write("DELETE FROM actions WHERE phase = 'acknowledged'")""",
        "no further effect of a copy of a command whose result was acknowledged before a kill; seen: 1 effects, and it was started")]
    [InlineData(
        """found = self.device.recover(row["command"], self.values(row["command"], json.loads(row["arguments"])), json.loads(row["mark"]))""",
        """found = {"status": "did_not_happen"}""",
        "an action that is not begun once more after a kill, and a result that tells all that the device has done of it")]
    public async Task A_driver_that_does_something_twice_after_a_kill_is_found_over_the_wire(string what, string instead, string expected)
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Bent(stage, what, instead));

        var verdict = (await Kit(stage, program).CheckAsync([34])).Single();

        verdict.Outcome.Should().Be(ConformanceOutcome.Failed);
        verdict.Detail.Should().StartWith($"expected {expected}");
    }

    [SkippableFact]
    public async Task A_driver_that_obeys_an_abort_late_is_found_where_nobody_sees_its_device()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Bent(
            stage,
            """self.abort("emergency_stop", f"aborted by {frame['by']}: {frame['reason']}") or bad(f"the unit is {self.unit} already")""",
            """self.later(2, lambda: self.abort("emergency_stop", f"aborted by {frame['by']}: {frame['reason']}"))"""));

        var verdict = (await Kit(stage, program).CheckAsync([18])).Single();

        verdict.Outcome.Should().Be(ConformanceOutcome.Failed);
        verdict.Detail.Should().StartWith("expected Aborted within 0.1 s of the abort, with 0.5 s more for messages and the computer; seen: 2");
    }

    /// <summary>Command lines of programs on this machine that speak of this test's folder.</summary>
    private List<string> Running()
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (line.Contains(Folder.At("pump"), StringComparison.Ordinal)) found.Add(line);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }

    private async Task PassesAsync(MqttStage stage, int[] ids)
    {
        await using var _ = stage;
        await using var program = new DriverProgram(Driver(stage));

        var verdicts = await Kit(stage, program).CheckAsync(ids);

        Judge(verdicts, ids.Length == 0 ? DoNotApply : []);
        verdicts.Should().HaveCount(ids.Length == 0 ? 52 : ids.Length);
    }

    private static void Judge(IReadOnlyList<ConformanceVerdict> verdicts, SortedDictionary<int, string> doNotApply)
    {
        verdicts.Where(verdict => verdict.Failed).Should().BeEmpty();
        verdicts.Where(verdict => verdict.Outcome == ConformanceOutcome.DoesNotApply).ToDictionary(verdict => verdict.Id, verdict => verdict.Detail).Should().Equal(doNotApply);
    }

    private string Link(object options) => Folder.Write("link.json", JsonSerializer.Serialize(options, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));

    private async Task<IReadOnlyList<ConformanceVerdict>> ConformAsync(int exitCode, string link, string start, string site, params string[] rest)
    {
        using var lab = LabProcess.StartAsTyped(
            Folder.Path,
            ["conform", "--broker", link, "--site", site, "--instrument", "pump", "--start-command", start, "--brief", "dose volume=0.02 mL", "--long", "dose volume=10 mL, rate=1 mL/min", "--effects", Effects, "--json", .. rest],
            new Dictionary<string, string?>());
        var result = await lab.EndAsync();

        result.ExitCode.Should().Be(exitCode, result.Out + result.Error);
        using var told = JsonDocument.Parse(result.Out);
        return [.. told.RootElement.EnumerateArray().Select(verdict => new ConformanceVerdict(
            verdict.GetProperty("id").GetInt32(),
            verdict.GetProperty("assertion").GetString()!,
            verdict.GetProperty("outcome").GetString() switch { "passed" => ConformanceOutcome.Passed, "failed" => ConformanceOutcome.Failed, _ => ConformanceOutcome.DoesNotApply },
            verdict.GetProperty("detail").GetString()!))];
    }
}
