using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Simulators.Worlds;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Benchmarks.House;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Lab;

/// <summary>SIGSTOP of the lab's program, with agents and broker, in mid-campaign.</summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class FrozenLabTests(ITestOutputHelper output)
{
    private const string Driver = "driver-pump-cyan";
    private const double KeepAlive = 1;
    private const double Lease = 1;

    /// <summary>The link counts as lost after one and a half keep-alives, and its lease begins then; 250 ms to be safe, and room for a busy machine.</summary>
    private static readonly TimeSpan SafeWithin = TimeSpan.FromSeconds((1.5 * KeepAlive) + Lease + 0.25);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>3 by default; LONG_FREEZES asks for more.</summary>
    private static readonly int Freezes = int.TryParse(Environment.GetEnvironmentVariable("LONG_FREEZES"), out var freezes) ? freezes : 3;

    [Fact]
    public async Task A_driver_elsewhere_is_safe_within_its_lease_and_the_return_of_the_lab_clears_nothing()
    {
        using var folder = new TemporaryFolder();
        var port = BrokerFixture.FreePort();
        var from = DateTimeOffset.UtcNow.AddSeconds(-5).ToString("O", CultureInfo.InvariantCulture);
        new LabAccounts(folder.At(".lab")).Add(Driver, "driver:pump-cyan", folder.At("pump.password"));
        var configuration = folder.Write("drive.json", JsonSerializer.Serialize(new
        {
            Lab = new { Site = "bench-1", DataDirectory = folder.At("data") },
            Broker = new { Host = "127.0.0.1", Port = port, UserName = "{client}", PasswordFile = folder.At("pump.password"), KeepAlive },
            Simulation = new { Speed = 20, From = from },
            Instruments = new[] { new { Name = "pump-cyan", Family = "new-era-ne1000", Connection = "simulated", Settings = new { diameter = "26.59" }, BrokerLease = Lease } },
        }));
        using var drive = LabProcess.StartAsTyped(folder.Path, ["drive", configuration], new Dictionary<string, string?>());
        using var lab = LabProcess.StartAsTyped(
            folder.Path,
            ["run", LabProcess.ColourMatch, "--trials", "20", "--planner", "sobol", "--plain", "--config", Configuration(folder), "--set", $"Broker:Port={port}", "--set", "Simulation:Speed=20", "--set", $"Simulation:From={from}", "--set", "Lab:InstrumentWait=30"],
            new Dictionary<string, string?>());
        await lab.UntilItSaysAsync("trial   1");

        var clock = Stopwatch.StartNew();
        lab.Signal("-STOP");
        while (!drive.Error.Contains("pump-cyan: Aborted: the broker was away for longer than 1 s", StringComparison.Ordinal) && clock.Elapsed < TimeSpan.FromSeconds(30)) await Task.Delay(5);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"safe {clock.Elapsed.TotalSeconds:0.00} s after SIGSTOP, of {SafeWithin.TotalSeconds:0.00} s"));
        clock.Elapsed.Should().BeLessThan(SafeWithin + Margin, drive.Error);
        lab.Signal("-CONT");

        await Task.Delay(TimeSpan.FromSeconds(2));
        drive.Out.Should().NotContain("takes commands again", "only a person clears it");
        lab.Kill();
        var doses = EffectLedger.Read(folder.At("data", "devices")).Count(effect => effect.Kind == EffectKind.Dispense);
        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(folder.At(".lab")));
        doses.Should().BePositive();
        doses.Should().BeLessThanOrEqualTo(ledger.Read().Select(entry => entry.Event).OfType<ActionIntended>().Count(intent => intent is { Instrument: "pump-cyan", Command: "dispense" }), "each dose was asked for once");
        ledger.Verify().IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task A_lab_that_is_frozen_again_and_again_loses_nothing_and_repeats_nothing()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20);
        var trials = (Freezes / 2) + 1;
        using var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", trials.ToString(CultureInfo.InvariantCulture), "--planner", "sobol", "--plain");
        await lab.UntilItSaysAsync("colour-match-1:");
        var frozen = 0;
        for (var freeze = 0; freeze < Freezes && !lab.HasEnded; freeze++)
        {
            await Task.Delay(random.Next(100, 400));
            if (lab.HasEnded) break;
            lab.Signal("-STOP");
            await Task.Delay(random.Next(100, 700));
            lab.Signal("-CONT");
            frozen++;
        }

        var end = await lab.EndAsync();
        end.ExitCode.Should().BeOneOf([0, 7], end.Out + end.Error);
        frozen.Should().BeGreaterThan(Freezes / 2);
        var effects = EffectCount.OfDevices(folder.At(".lab"));
        effects["acquisition"].Should().Be(trials);
        effects["drain"].Should().Be(trials);
        (await LabProcess.RunAsync(folder.Path, "verify")).ExitCode.Should().Be(0);
        output.WriteLine($"{frozen} freezes in {trials} trials");
        FaultTable.Tell(20, "freezes of the lab (SIGSTOP)", frozen);
    }

    /// <summary>The repository's, but for the pump that is elsewhere.</summary>
    private static string Configuration(TemporaryFolder folder)
    {
        var text = File.ReadAllText(Path.Combine(LabProcess.Root, "appsettings.json"));
        const string pump = "\"Name\": \"pump-cyan\", \"Family\": \"new-era-ne1000\", \"Connection\": \"simulated\", \"Settings\": { \"diameter\": \"26.59\" }";
        text.Should().Contain(pump);
        return folder.Write("appsettings.json", text.Replace(pump, "\"Name\": \"pump-cyan\", \"Connection\": \"remote\"", StringComparison.Ordinal));
    }
}
