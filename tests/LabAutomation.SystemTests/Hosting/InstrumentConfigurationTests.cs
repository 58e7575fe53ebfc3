using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>Keys of one instrument that its driver's host obeys.</summary>
public sealed class InstrumentConfigurationTests
{
    private const string Key = "Key";

    private static readonly (string Key, string? Value)[] Calibrated =
    [
        ("Instruments:5:Calibrations:0:Of", "temperature"), ("Instruments:5:Calibrations:0:By", "Ada"), ("Instruments:5:Calibrations:0:Reference", "thermometer 12"),
        ("Instruments:5:Calibrations:0:At", "2019-01-31T12:00:00Z"), ("Instruments:5:Calibrations:0:Until", "2020-01-31T12:00:00Z"),
    ];

    [Fact]
    [Trait(Key, "Instruments:N:Calibrations:M:Of")]
    [Trait(Key, "Instruments:N:Calibrations:M:By")]
    [Trait(Key, "Instruments:N:Calibrations:M:Reference")]
    [Trait(Key, "Instruments:N:Calibrations:M:At")]
    [Trait(Key, "Instruments:N:Calibrations:M:Until")]
    public async Task A_calibration_stands_in_the_birth_and_makes_its_value_uncertain_when_it_has_run_out()
    {
        await using var lab = await ConfiguredLab.StartAsync(Calibrated);

        var stirrer = await ViewAsync(lab, view => view.Properties.ContainsKey("temperature"));

        stirrer.Birth.Calibrations.Should().Equal(new Calibration("temperature", "Ada", "thermometer 12", new DateTimeOffset(2019, 1, 31, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2020, 1, 31, 12, 0, 0, TimeSpan.Zero)));
        (stirrer.Properties["temperature"].Quality, stirrer.Properties["speed"].Quality).Should().Be((Quality.Uncertain, Quality.Good));
    }

    [Theory]
    [InlineData("Of", "temperatur", "Of is 'temperatur' and must be one of speed, temperature, stir.speed")]
    [InlineData("By", " ", "By and Reference say who calibrated and with what")]
    [InlineData("Reference", "", "By and Reference say who calibrated and with what")]
    [InlineData("At", null, "At says when")]
    [InlineData("Until", "2019-01-31T12:00:00Z", "Until must be later than At")]
    public async Task A_calibration_that_cannot_be_is_refused_by_instrument(string key, string? value, string complaint) =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync([.. Calibrated, ($"Instruments:5:Calibrations:0:{key}", value)]))
            .Should().ThrowAsync<LabException>().WithMessage($"*stirrer*Calibrations:0: {complaint}*");

    [Fact]
    [Trait(Key, "Instruments:N:Limits")]
    public async Task Limits_are_the_ranges_of_the_birth_and_a_campaign_that_leaves_them_is_refused()
    {
        await using var lab = await ConfiguredLab.StartAsync(("Instruments:5:Limits:0", "stir.speed <= 400 rpm"), ("Instruments:5:Limits:1", "stir.duration <= 5 min"));

        var stir = (await ViewAsync(lab, _ => true)).Birth.Commands.Single(command => command.Name == "stir");
        var checking = () => lab.Laboratory.CheckAsync(CampaignFile.Load(LabProcess.ColourMatch), CancellationToken.None);

        stir.Parameters.Select(parameter => (parameter.Name, parameter.Low, parameter.High)).Should().Equal(("speed", 50, 400), ("duration", 1, 300));
        await checking.Should().ThrowAsync<CampaignFileException>().WithMessage("*'speed' is 600 rpm, and stirrer.stir takes 50 rpm to 400 rpm*");
    }

    [Theory]
    [InlineData("stir.duration <= 10 s where stir.speed >= 600 rpm", "*'duration' is 30 s, and stirrer.stir takes at most 10 s where 'speed' is at least 600 rpm*")]
    [InlineData("stir.duration <= 10 s where stir.speed > 600 rpm", null)]
    public async Task A_forbidden_combination_is_told_by_the_birth_and_a_campaign_that_comes_to_it_is_refused(string limit, string? complaint)
    {
        await using var lab = await ConfiguredLab.StartAsync(("Instruments:5:Limits:0", limit));

        var checking = FluentActions.Awaiting(() => lab.Laboratory.CheckAsync(CampaignFile.Load(LabProcess.ColourMatch), CancellationToken.None));

        (await ViewAsync(lab, _ => true)).Birth.Limits.Should().Equal(limit);
        if (complaint is null) await checking.Should().NotThrowAsync();
        else await checking.Should().ThrowAsync<CampaignFileException>().WithMessage(complaint);
    }

    [Fact]
    public async Task A_limit_that_cannot_be_is_refused_by_instrument_and_number() =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(("Instruments:5:Limits:0", "stir.speed <= 400 rpm"), ("Instruments:5:Limits:1", "stir.speed <= 1500 rpm")))
            .Should().ThrowAsync<LabException>().WithMessage("instrument 'stirrer': Limits:1: 'stir.speed <= 1500 rpm': what is left to 'speed' so far goes from 50 to 400 rpm, and a limit lies within it");

    [Fact]
    [Trait(Key, "Instruments:N:RequiresInterlock")]
    [Trait(Key, "Instruments:N:FirstHeartbeatWithin")]
    public async Task An_instrument_that_requires_an_interlock_begins_aborted_where_none_is_heard()
    {
        var began = Stopwatch.StartNew();
        await using var lab = await ConfiguredLab.StartAsync(
            ("Lab:InstrumentWait", "1"), ("Instruments:5:RequiresInterlock", "true"), ("Instruments:5:FirstHeartbeatWithin", "4"));

        began.Elapsed.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(4), "the default would be three seconds");
        await FluentActions.Awaiting(() => lab.Laboratory.WaitForInstrumentsAsync(["stirrer"], CancellationToken.None)).Should().ThrowAsync<LabException>().WithMessage("stirrer was stopped*no heartbeat of the interlock was heard*");
        (await lab.Laboratory.InstrumentsAsync(CancellationToken.None)).Single(view => view.Birth.Instrument == "stirrer").IsStopped.Should().BeTrue("it is listed, and not cleared");
    }

    [Theory]
    [InlineData("FirstHeartbeatWithin", "0")]
    [InlineData("BrokerLease", "0.5")]
    [InlineData("PropertyPeriod", "0.5")]
    public async Task A_time_out_of_its_range_is_refused_by_key(string key, string value) =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(($"Instruments:5:{key}", value))).Should().ThrowAsync<OptionsValidationException>().WithMessage($"*Instruments:5: {key}*");

    [Fact]
    [Trait(Key, "Instruments:N:BrokerLease")]
    public async Task A_device_is_made_safe_when_the_broker_was_away_for_the_lease()
    {
        using var plate = new Plate();
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Hold(folder.At("other"));
        var switchboard = new Switchboard("bench-1", new BrokerOptions(), NullLoggerFactory.Instance);
        await switchboard.StartAsync();
        var list = new InstrumentListOptions();
        list.Instruments.Add(new InstrumentOptions { Name = "stirrer", Family = "ika-namur", Connection = $"tcp:127.0.0.1:{plate.Port}", BrokerLease = 1 });
        await using var rack = new InstrumentRack("bench-1", directory, new SimulationOptions(), list, InstrumentFamilies.BuiltIn, TimeProvider.System, new RealGround());
        await rack.StartAsync(list.Hosted, switchboard.ConnectDriver, CancellationToken.None);
        await Task.Delay(300);
        var before = plate.Stops;

        await switchboard.DisposeAsync();
        for (var turn = 0; turn < 70 && plate.Stops == before; turn++) await Task.Delay(100);

        plate.Stops.Should().BeGreaterThan(before, "the default would be fifteen seconds");
    }

    [Fact]
    [Trait(Key, "Instruments:N:PropertyPeriod")]
    public async Task An_idle_device_is_looked_at_as_often_as_the_key_says()
    {
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Hold(folder.At("other"));
        await using var switchboard = new Switchboard("bench-1", new BrokerOptions(), NullLoggerFactory.Instance);
        await switchboard.StartAsync();
        var list = new InstrumentListOptions();
        list.Instruments.Add(new InstrumentOptions { Name = "balance", Family = "mettler-mtsics", Connection = InstrumentOptions.Simulated, PropertyPeriod = 1 });
        await using var rack = new InstrumentRack("bench-1", directory, new SimulationOptions(), list, InstrumentFamilies.BuiltIn, TimeProvider.System, new RealGround());
        var told = 0;
        rack.Overhear("balance", message => Interlocked.Add(ref told, message.Topic.EndsWith("/prop/tare", StringComparison.Ordinal) ? 1 : 0));

        await rack.StartAsync(list.Hosted, switchboard.ConnectDriver, CancellationToken.None);
        for (var turn = 0; turn < 80 && Volatile.Read(ref told) < 3; turn++) await Task.Delay(100);

        told.Should().BeGreaterThanOrEqualTo(3, "once at the start and every second; the default would be thirty");
    }

    [Fact]
    [Trait(Key, "Instruments:N:Settings")]
    public async Task Two_devices_that_would_hold_the_same_position_of_the_furnace_room_are_refused() =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync([.. InRoom(7, "furnace", "eurotherm-furnace", ("positions", "21-28")), .. InRoom(8, "xrd", "scpi-diffractometer", ("position", "28"))]))
            .Should().ThrowAsync<OptionsValidationException>().WithMessage("*'furnace' and 'xrd' both have position 28 in the furnace room*");

    [Fact]
    [Trait(Key, "Instruments:N:Connection")]
    public async Task Simulated_arms_furnaces_dosers_and_diffractometers_share_one_room()
    {
        await using var lab = await ConfiguredLab.StartAsync([.. InRoom(7, "furnace", "eurotherm-furnace", ("positions", "21-28")), .. InRoom(8, "arm", "preciseflex-tcs", ("positions", "1-30"))]);

        (await lab.InstrumentsAsync()).Should().Contain(["furnace", "arm", "stirrer"]);
        File.Exists(Path.Combine(lab.Laboratory.DataDirectory, "devices", "@furnace-room@", "room.jsonl")).Should().BeTrue();
        Directory.Exists(Path.Combine(lab.Laboratory.DataDirectory, "devices", "arm")).Should().BeFalse();
    }

    private static (string, string?)[] InRoom(int k, string name, string family, (string Key, string Value) setting) =>
        [($"Instruments:{k}:Name", name), ($"Instruments:{k}:Family", family), ($"Instruments:{k}:Connection", "simulated"), ($"Instruments:{k}:Settings:{setting.Key}", setting.Value)];

    private static async Task<Agents.Bench.InstrumentView> ViewAsync(ConfiguredLab lab, Predicate<Agents.Bench.InstrumentView> isThere)
    {
        for (var turn = 0; ; turn++)
        {
            var view = (await lab.Laboratory.InstrumentsAsync(CancellationToken.None)).FirstOrDefault(view => view.Birth.Instrument == "stirrer");
            if (view is not null && (isThere(view) || turn == 100)) return view;
            await Task.Delay(50);
        }
    }

    /// <summary>A hotplate at a socket that counts how often it was told to stop its motor.</summary>
    private sealed class Plate : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentQueue<string> _heard = [];

        public Plate()
        {
            _listener.Start();
            _ = AnswerAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Stops => _heard.Count(line => line == "STOP_4");

        public void Dispose() => _listener.Dispose();

        private async Task AnswerAsync()
        {
            using var client = await _listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(client.GetStream());
            await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            while (await reader.ReadLineAsync() is { } line)
            {
                _heard.Enqueue(line.Trim());
                var answer = line.Trim() switch { "IN_NAME" => "RCT digital", "IN_PV_4" => "0.0 4", "IN_PV_2" => "21.0 2", _ => null };
                if (answer is not null) await writer.WriteAsync(answer + "\r\n");
            }
        }
    }
}
