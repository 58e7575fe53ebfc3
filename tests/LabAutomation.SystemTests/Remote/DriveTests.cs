using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Effect = LabAutomation.Simulators.Worlds.Effect;

namespace LabAutomation.SystemTests.Remote;

/// <summary><c>lab drive</c> as a process of its own, against a broker over TLS.</summary>
[Trait("Length", "long")]
public sealed class DriveTests : IDisposable
{
    private const string Client = "driver-pump-cyan";
    private const string Agents = "remote-agents";

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Both => SecureBroker.Both;

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public async Task Killed_in_mid_command_and_started_again_it_tells_the_result_and_the_pump_has_moved_once(string kind)
    {
        await using var broker = await SecureBroker.StartAsync(kind, _authority.Server("127.0.0.1"));
        var configuration = Configure(broker);
        await using var agents = await AgentsAsync(broker);
        var topics = Topics.Of(broker.Site, "pump-cyan");
        var liveness = await Mailbox.OpenAsync(agents, topics.Liveness);
        var results = await Mailbox.OpenAsync(agents, $"lab/1/{broker.Site}/pump-cyan/exec/+/result");
        var action = ActionId.Derive("remote", 1, "dose", 0, 1);
        using (var first = LabProcess.StartAsTyped(_folder.Path, ["drive", configuration], Plain))
        {
            await first.UntilItSaysAsync("online: pump-cyan");
            await agents.PublishAsync(Dispense(topics, action), CancellationToken.None).Soon();
            await UntilAsync(() => Dispensed().Count == 1);
            first.Kill();
        }

        results.HasMail.Should().BeFalse("it was killed in mid-command");
        using var second = LabProcess.StartAsTyped(_folder.Path, ["drive", configuration], Plain);
        var result = FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload);

        (result.Action, result.Status).Should().Be((action, ActionStatus.Succeeded), result.Message);
        await second.UntilItSaysAsync("online: pump-cyan");
        await agents.PublishAsync(Dispense(topics, action), CancellationToken.None).Soon();
        FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload).Should().BeEquivalentTo(result, "a repeated command is answered with the result that it had");
        second.Interrupt();
        (await second.EndAsync()).ExitCode.Should().Be(0, second.Out + second.Error);
        Dispensed().Should().ContainSingle();

        var told = new List<bool>();
        do told.Add(FrameCodec.Decode<Liveness>((await liveness.NextAsync()).Payload).Online);
        while (told.Count(online => online) < 2 || told[^1]);
        told[^1].Should().BeFalse("a clean stop says goodbye");
    }

    [Fact]
    public async Task Ctrl_C_ends_it_while_the_broker_is_away_and_nothing_was_touched()
    {
        var configuration = Configure(port: 9, passwordFile: Password());
        using var lab = LabProcess.StartAsTyped(_folder.Path, ["drive", configuration], Plain);
        await lab.UntilItSaysAsync("drives pump-cyan");
        await UntilAsync(() => lab.Error.Contains("keeps trying", StringComparison.Ordinal));

        lab.Interrupt();

        var result = await lab.EndAsync(TimeSpan.FromSeconds(30));
        result.ExitCode.Should().Be(0, result.Out + result.Error);
        result.Out.Should().Contain("stopped");
        Dispensed().Should().BeEmpty();
    }

    [Fact]
    public async Task A_wrong_password_ends_it_with_14_and_says_who_refused_whom()
    {
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, _authority.Server("127.0.0.1"));
        broker.Add(Client, "driver:pump-cyan");

        using var lab = LabProcess.StartAsTyped(_folder.Path, ["drive", Configure(broker.Port, Password())], Plain);
        var result = await lab.EndAsync();

        BadInputTests.Refused(result, 14, $"127.0.0.1:{broker.Port}", Client, "BadUserNameOrPassword");
    }

    [Theory]
    [InlineData("Lab:Site=clients", 4, "Lab:Site")]
    [InlineData("Lab:Sitt=x", 4, "Lab:Sitt")]
    [InlineData("Broker:Password=secret", 4, "Broker:Password")]
    [InlineData("Broker:Tls:Verify=false", 4, "Broker:Tls:Verify")]
    [InlineData("Broker:PasswordFile=nowhere", 4, "Broker:PasswordFile: there is no file 'nowhere'")]
    [InlineData("Broker:Tls:CaFile=nowhere", 4, "Broker:Tls:CaFile: there is no file 'nowhere'")]
    [InlineData("Broker:Host=lab.example.org", 4, "Broker:Tls is needed")]
    [InlineData("Simulation:Speed=60", 4, "Simulation:Speed")]
    [InlineData("Instruments:0:Connection=remote", 4, "a remote instrument")]
    [InlineData("Instruments:0:Connection=usb", 4, "'usb' is no address")]
    [InlineData("Instruments:0:Family=toaster", 4, "toaster")]
    [InlineData("Instruments:0:Settings:diametre=1", 4, "diametre")]
    public async Task A_wrong_file_is_refused_by_key_before_anything_is_touched(string set, int code, string complaint)
    {
        var configuration = Configure(port: 9, Password(), secure: false);
        using var lab = LabProcess.StartAsTyped(_folder.Path, ["drive", configuration, "--set", set], Plain);

        BadInputTests.Refused(await lab.EndAsync(), code, complaint);
        Directory.Exists(_folder.At("data")).Should().BeFalse();
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    [Trait("Length", "long")]
    public async Task The_colour_match_runs_with_one_pump_in_another_process(string kind)
    {
        // Both programs count lab time from one instant, so that deadlines mean the same in both.
        var from = DateTimeOffset.UtcNow.AddSeconds(-5).ToString("O", CultureInfo.InvariantCulture);
        (string Key, object Value)[] simulation = [("Speed", 60), ("From", from)];
        var port = StandIns.MQTTnet.BrokerFixture.FreePort();
        var secure = _authority.Server("127.0.0.1");
        await using var mosquitto = kind == SecureBroker.Mosquitto ? await SecureBroker.StartAsync(kind, secure) : null;
        var password = _folder.At("pump.password");
        new LabAutomation.Hosting.LabAccounts(_folder.At(".lab")).Add(Client, "driver:pump-cyan", password);
        var configuration = Configure(mosquitto?.Port ?? port, password, site: "bench-1", simulation: simulation);
        using var drive = LabProcess.StartAsTyped(_folder.Path, ["drive", configuration], Plain);
        await drive.UntilItSaysAsync("drives pump-cyan");
        string[] broker = mosquitto is null
            ? [$"Broker:Port={port}", $"Broker:Tls:CertificateFile={secure.Certificate}", $"Broker:Tls:KeyFile={secure.Key}"]
            : ["Broker:Host=127.0.0.1", $"Broker:Port={mosquitto.Port}", "Broker:ClientId={client}", $"Broker:Tls:CaFile={_authority.CaFile}"];
        string[] keys = [.. broker, "Simulation:Speed=60", $"Simulation:From={from}", "Lab:InstrumentWait=30"];
        var file = LabConfiguration();

        using var lab = LabProcess.StartAsTyped(_folder.Path, ["run", LabProcess.ColourMatch, "--trials", "3", "--planner", "sobol", "--config", file, .. keys.SelectMany(key => new[] { "--set", key })], Plain);
        var result = await lab.EndAsync();

        result.ExitCode.Should().BeOneOf([0, 7], result.Out + result.Error + drive.Out + drive.Error);
        result.Out.Should().Contain("3 trials");
        Dispensed().Should().NotBeEmpty("the pump of the other process gave its dye");
        EffectLedger.Read(_folder.At(".lab", "devices")).Should().NotContain(effect => effect.Device == "pump-cyan");
        drive.Interrupt();
        (await drive.EndAsync()).ExitCode.Should().Be(0, drive.Out + drive.Error);
    }

    private static IReadOnlyDictionary<string, string?> Plain => new Dictionary<string, string?>();

    private static BusMessage Dispense(InstrumentTopics topics, ActionId action)
    {
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty
            .Add("volume", new Quantity(0.4, Unit.Parse("mL"))).Add("rate", new Quantity(6, Unit.Parse("mL/min")));
        return new CommandMessage(action, "dispense", new CommandFrame(arguments, DateTimeOffset.UtcNow.AddMinutes(5)), Topics.Replies(Agents), Agents, null, null).ToBusMessage(topics, 300);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(20, patience.Token);
    }

    private async Task<MqttLabBus> AgentsAsync(SecureBroker broker)
    {
        var bus = new MqttLabBus(broker.Link(Agents, _authority.CaFile, broker.Add(Agents, "agents")).Open(), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        await bus.StartAsync(CancellationToken.None).Soon();
        return bus;
    }

    private List<Effect> Dispensed() => [.. EffectLedger.Read(_folder.At("data", "devices")).Where(effect => effect.Kind == EffectKind.Dispense)];

    private string Password()
    {
        var file = _folder.Write("wrong.password", "wrong");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private string Configure(SecureBroker broker) => Configure(broker.Port, broker.Add(Client, "driver:pump-cyan"), site: broker.Site);

    private string Configure(int port, string passwordFile, bool secure = true, string site = "site", IEnumerable<(string Key, object Value)>? simulation = null) => _folder.Write("drive.json", JsonSerializer.Serialize(new
    {
        Lab = new { Site = site, DataDirectory = _folder.At("data") },
        Broker = new { Host = "127.0.0.1", Port = port, UserName = "{client}", PasswordFile = passwordFile, Tls = secure ? new { _authority.CaFile } : null },
        Simulation = simulation?.ToDictionary(pair => pair.Key, pair => pair.Value) ?? [],
        Instruments = new[] { new { Name = "pump-cyan", Family = "new-era-ne1000", Connection = "simulated", Settings = new { diameter = "26.59" } } },
    }));

    /// <summary>The repository's, but for the settings of the pump that is elsewhere.</summary>
    private string LabConfiguration()
    {
        var text = File.ReadAllText(Path.Combine(LabProcess.Root, "appsettings.json"));
        const string pump = "\"Name\": \"pump-cyan\", \"Family\": \"new-era-ne1000\", \"Connection\": \"simulated\", \"Settings\": { \"diameter\": \"26.59\" }";
        text.Should().Contain(pump);
        return _folder.Write("appsettings.json", text.Replace(pump, "\"Name\": \"pump-cyan\", \"Connection\": \"remote\"", StringComparison.Ordinal));
    }
}
