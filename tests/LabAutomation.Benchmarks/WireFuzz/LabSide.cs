using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>Malformed messages of an instrument to a lab that runs a campaign on others meanwhile.</summary>
internal static class LabSide
{
    private const string Liar = "liar", Client = "driver-liar";
    private const int Trials = 4;

    public static async Task<SideReport> RunAsync(int messages, int seed)
    {
        var undisturbed = await CampaignAsync(0, seed);
        var disturbed = await CampaignAsync(messages, seed);
        var strange = undisturbed.Values.SequenceEqual(disturbed.Values) ? Math.Abs(disturbed.Effects - undisturbed.Effects) : Trials;
        return new SideReport("to a lab in mid-campaign", messages, disturbed.Quarantined, disturbed.WithoutReason, Trials, disturbed.Values.Count, strange, disturbed.Seconds, disturbed.Kinds, null);
    }

    private static async Task<Outcome> CampaignAsync(int messages, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("wire-fuzz-").FullName;
        var port = FreePort();
        var password = Path.Combine(folder, "liar.password");
        new LabAccounts(folder).Add(Client, $"driver:{Liar}", password);
        using var host = LabHost.Build(new ConfigurationBuilder().AddJsonFile(Path.Combine(LabRun.Root, "appsettings.json")).AddInMemoryCollection(
        [
            new("Lab:DataDirectory", folder), new("Broker:Port", port.ToString(CultureInfo.InvariantCulture)), new("Simulation:Speed", "400"),
        ]).Build());
        await host.StartAsync();
        try
        {
            var lab = host.Services.GetRequiredService<Laboratory>();
            var (quarantined, silent) = (0, 0);
            lab.InstrumentNoticed += notice =>
            {
                if (notice is not InstrumentNotice.Misspoke { Instrument: Liar } misspoke) return;
                Interlocked.Increment(ref quarantined);
                if (misspoke.Reason.Length < 10) Interlocked.Increment(ref silent);
            };
            var plan = CampaignFile.Load(Path.Combine(LabRun.Root, "campaigns", "colour-match.yaml")).With(planner: "sobol", trials: Trials);
            await lab.WaitForInstrumentsAsync(plan.Instruments, CancellationToken.None);
            var clock = Stopwatch.StartNew();
            var lies = new BadFrames(new Random(seed));
            var telling = messages == 0 ? Task.CompletedTask : LieAsync(port, (await File.ReadAllTextAsync(password)).Trim(), messages, lies, new Random(seed + 1));
            var state = await lab.RunAsync(lab.Begin(plan), CancellationToken.None);
            var seconds = clock.Elapsed.TotalSeconds;
            await telling;
            for (var wait = 0; wait < 100 && Volatile.Read(ref quarantined) < messages; wait++) await Task.Delay(100);
            var values = state.Trials.Select(trial => trial.Outcome).OfType<TrialOutcome.Measured>().Select(measured => measured.Objective).ToList();
            return new(values, EffectLedger.Read(Path.Combine(folder, "devices")).Count, quarantined, silent, seconds, lies.Kinds);
        }
        finally
        {
            await host.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A good birth, so that the lab knows the instrument, and then nothing that is right.</summary>
    private static async Task LieAsync(int port, string password, int messages, BadFrames lies, Random random)
    {
        await using var bus = new MqttLabBus(new MqttLabBusOptions { Host = "127.0.0.1", Port = port, ClientId = Client, UserName = Client, Password = password }, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        await bus.StartAsync(CancellationToken.None);
        var topics = Topics.Of("bench-1", Liar);
        var now = DateTimeOffset.UtcNow;
        var birth = new Birth(
            "1", Liar, "liar", new InstrumentIdentity("none", "liar", "1", "1"), true, 1, SchemaHashes.Of([], [new("truth", "Never told", Unit.One)]), [], [new("truth", "Never told", Unit.One)], 1, now);
        await bus.PublishAsync(BusMessage.Retained(topics.Birth, birth), CancellationToken.None);
        var action = ActionId.Derive("liar", 1, "x", 0, 1);
        for (var n = 0; n < messages; n++)
        {
            var message = random.Next(9) switch
            {
                0 => new BusMessage(topics.Birth, lies.Of(birth, mayBeEmpty: false)),
                1 => new BusMessage(topics.State, lies.Of(new StateFrame(DeviceState.Operate, UnitState.Idle, 1, 1, null, now), mayBeEmpty: false)),
                2 => new BusMessage(topics.Liveness, lies.Of(new Liveness(true, 1), mayBeEmpty: false)),
                3 => new BusMessage(topics.Property("truth"), lies.Of(new PropertyFrame(Quantity.Of(1, "1"), Quality.Good, 1, now), mayBeEmpty: false)),
                4 => new BusMessage(topics.Event, lies.Of(new EventFrame("said", "1 thing", 1, now), mayBeEmpty: false)),
                5 => new BusMessage(topics.Status(action), lies.Of(new StatusFrame(action, ActionStatus.Running, 0.1, 1, "x", now), mayBeEmpty: false)),
                6 => new BusMessage(topics.Result(action), lies.Of(new ResultFrame(action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], now, now, 1), mayBeEmpty: false)),
                7 => new BusMessage($"lab/1/{topics.Site}/{Liar}/exec/no-id-{n}/result", new byte[] { (byte)'{', (byte)'}' }),
                _ => new BusMessage($"{Topics.Replies("agents")}/{Liar}", lies.Of(new ReplyFrame(action, ActionStatus.Accepted, CauseCode.Success, "1", now), mayBeEmpty: false)),
            };
            await bus.PublishAsync(message, CancellationToken.None);
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed record Outcome(IReadOnlyList<double> Values, int Effects, int Quarantined, int WithoutReason, double Seconds, SortedDictionary<string, int> Kinds);
}
