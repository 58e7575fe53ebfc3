using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>Every key of appsettings.json changes what the lab does.</summary>
public sealed class ConfigurationTests
{
    private const string Key = "Key";
    private const string Nowhere = "tcp:127.0.0.1:9";

    [Fact]
    public void Every_key_has_a_test() =>
        new[] { typeof(ConfigurationTests), typeof(BrokerConfigurationTests), typeof(InstrumentConfigurationTests), typeof(StationConfigurationTests), typeof(LocationConfigurationTests), typeof(ConsumableConfigurationTests), typeof(QueueTests), typeof(ErrorConfigurationTests), typeof(SuspenderConfigurationTests), typeof(ReasoningConfigurationTests), typeof(McpConfigurationTests) }.SelectMany(tests => tests.GetMethods()).SelectMany(test => test.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType == typeof(TraitAttribute))
            .Select(attribute => (string)attribute.ConstructorArguments[1].Value!).Distinct()
            .Should().BeEquivalentTo(ConfigurationKey.All.Select(key => key.Name));

    [Fact]
    [Trait(Key, "Lab:Site")]
    public async Task The_site_stands_in_every_topic_and_on_the_record()
    {
        await using var lab = await ConfiguredLab.StartAsync(("Lab:Site", "roof"));

        (await lab.RunAsync()).Started.Site.Should().Be("roof");
        (await TopicsAsync(lab)).Should().Contain("lab/1/roof/stirrer/birth").And.OnlyContain(topic => topic.StartsWith("lab/1/roof/"));
    }

    [Theory]
    [InlineData("clients")]
    [InlineData("a/b")]
    [Trait(Key, "Lab:Site")]
    public async Task A_site_that_cannot_stand_in_a_topic_is_refused(string site) =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(("Lab:Site", site))).Should().ThrowAsync<OptionsValidationException>().WithMessage("*Site*");

    [Fact]
    [Trait(Key, "Lab:DataDirectory")]
    public async Task The_record_lies_in_the_data_directory()
    {
        using var folder = new TemporaryFolder();
        await using var lab = await ConfiguredLab.StartAsync(("Lab:DataDirectory", folder.At("deep", "down")));

        lab.Laboratory.DataDirectory.Should().Be(folder.At("deep", "down"));
        File.Exists(folder.At("deep", "down", "ledger.db")).Should().BeTrue();
        File.Exists(folder.At("deep", "down", "journal.db")).Should().BeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    [Trait(Key, "Lab:InstrumentWait")]
    public async Task An_instrument_is_waited_for_as_long_as_configured(double seconds)
    {
        await using var lab = await ConfiguredLab.StartAsync(
            ("Lab:InstrumentWait", seconds.ToString(CultureInfo.InvariantCulture)), ("Simulation:Speed", "1"), ("Instruments:5:Connection", Nowhere));
        var began = Stopwatch.StartNew();

        var failure = await FluentActions.Awaiting(lab.InstrumentsAsync).Should().ThrowAsync<LabException>().WithMessage("*stirrer*Lab:InstrumentWait*");

        failure.Which.Fault.Should().Be(LabFault.Instrument);
        began.Elapsed.TotalSeconds.Should().BeGreaterThanOrEqualTo(seconds);
        if (seconds < 2) began.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(9), "the default would be ten seconds");
    }

    [Fact]
    [Trait(Key, "Broker:Port")]
    public async Task The_broker_listens_on_the_port()
    {
        var port = FreePort();
        await using var lab = await ConfiguredLab.StartAsync(("Broker:Port", port.ToString(CultureInfo.InvariantCulture)));
        using var client = new TcpClient();

        await client.ConnectAsync(IPAddress.Loopback, port);

        client.Connected.Should().BeTrue();
    }

    [Fact]
    [Trait(Key, "Broker:Port")]
    public async Task A_port_that_is_taken_ends_the_program_with_14_and_says_which()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var result = await LabProcess.RunAsync(folder.Path, "instruments", "--set", $"Broker:Port={port}");

        BadInputTests.Refused(result, 14, $"port {port} (Broker:Port)", "127.0.0.1");
    }

    [Fact]
    [Trait(Key, "Broker:KeepAlive")]
    public async Task Every_client_asks_after_the_configured_silence() => (await LinkAsync("Broker:KeepAlive", "7")).KeepAlive.Should().Be(TimeSpan.FromSeconds(7));

    [Fact]
    [Trait(Key, "Broker:MaximumInFlight")]
    public async Task Every_client_has_at_most_so_many_messages_under_way() => (await LinkAsync("Broker:MaximumInFlight", "3")).MaximumInFlight.Should().Be(3);

    [Theory]
    [InlineData("Broker:KeepAlive", "1")]
    [InlineData("Broker:KeepAlive", "3600")]
    [InlineData("Broker:MaximumInFlight", "1")]
    [InlineData("Broker:MaximumInFlight", "1000")]
    public async Task A_lab_comes_up_at_both_ends_of_the_range(string key, string value)
    {
        await using var lab = await ConfiguredLab.StartAsync((key, value));

        (await lab.InstrumentsAsync()).Should().HaveCount(7);
    }

    [Theory]
    [InlineData("Broker:KeepAlive", "0")]
    [InlineData("Broker:MaximumInFlight", "1001")]
    [InlineData("Broker:Port", "65536")]
    [InlineData("Lab:InstrumentWait", "0.5")]
    [InlineData("Simulation:Speed", "1001")]
    public async Task A_value_out_of_its_range_is_refused_by_key(string key, string value) =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync((key, value))).Should().ThrowAsync<OptionsValidationException>().WithMessage($"*{key}*");

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(1000)]
    [Trait(Key, "Simulation:Speed")]
    public async Task Lab_time_runs_as_many_times_faster(double speed)
    {
        await using var lab = await ConfiguredLab.StartAsync(("Simulation:Speed", speed.ToString(CultureInfo.InvariantCulture)));
        var (labBegan, began) = (lab.Laboratory.Clock.GetUtcNow(), Stopwatch.GetTimestamp());
        await Task.Delay(500);
        var (passed, real) = (lab.Laboratory.Clock.GetUtcNow() - labBegan, Stopwatch.GetElapsedTime(began));

        (passed / real).Should().BeApproximately(speed, 0.1 * speed);
    }

    [Fact]
    [Trait(Key, "Simulation:Seed")]
    public async Task Another_seed_gives_other_noise_and_the_same_seed_the_same()
    {
        var (first, again, other) = (await MeasureAsync("1"), await MeasureAsync("1"), await MeasureAsync("2"));

        again.Should().Equal(first);
        other.Should().NotEqual(first);
    }

    [Fact]
    [Trait(Key, "Instruments:N:Name")]
    public async Task An_instrument_is_there_where_it_is_listed_and_gone_where_not()
    {
        await using var six = await ConfiguredLab.StartAsync(("Instruments:6", null));
        await using var seven = await ConfiguredLab.StartAsync();

        (await six.InstrumentsAsync()).Should().HaveCount(6).And.NotContain("spectrometer");
        (await seven.InstrumentsAsync()).Should().HaveCount(7).And.Contain("spectrometer");
    }

    [Fact]
    [Trait(Key, "Instruments:N:Name")]
    [Trait(Key, "Instruments:N:Connection")]
    public async Task An_instrument_goes_by_its_name_and_is_sought_at_its_connection()
    {
        using var device = new TcpListener(IPAddress.Loopback, 0);
        device.Start();
        var connection = $"tcp:127.0.0.1:{((IPEndPoint)device.LocalEndpoint).Port}";
        await using var lab = await ConfiguredLab.StartAsync(
            ("Lab:InstrumentWait", "1"), ("Simulation:Speed", "1"), ("Instruments:5:Name", "plate"), ("Instruments:5:Connection", connection));

        using var caller = await device.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(10));

        caller.Connected.Should().BeTrue("the driver calls the device where the configuration says");
        await FluentActions.Awaiting(lab.InstrumentsAsync).Should().ThrowAsync<LabException>().WithMessage("*plate*");
    }

    [Fact]
    [Trait(Key, "Instruments:N:Name")]
    public async Task A_simulated_instrument_that_the_bench_lacks_is_refused() =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(("Instruments:5:Name", "plate"))).Should().ThrowAsync<OptionsValidationException>().WithMessage("*plate*stirrer*ika-namur*mettler-mtsics, microreactor, modbus-thermostat*");

    [Fact]
    [Trait(Key, "Instruments:N:Connection")]
    public async Task A_simulated_instrument_that_the_bench_lacks_stands_alone_with_a_folder_of_its_own()
    {
        await using var lab = await ConfiguredLab.StartAsync(
            ("Instruments:7:Name", "bath"), ("Instruments:7:Family", "modbus-thermostat"), ("Instruments:7:Connection", "simulated"),
            ("Instruments:7:Settings:framing", "rtu"), ("Instruments:7:Settings:unit-id", "9"));

        (await lab.Laboratory.InstrumentsAsync(CancellationToken.None)).Single(view => view.Birth.Instrument == "bath").Birth.Simulated.Should().BeTrue();
        File.Exists(Path.Combine(lab.Laboratory.DataDirectory, "devices", "bath", "device.jsonl")).Should().BeTrue();
    }

    [Theory]
    [InlineData("..")]
    [InlineData("bench.jsonl")]
    [Trait(Key, "Instruments:N:Name")]
    public async Task A_simulated_instrument_whose_name_can_be_no_folder_is_refused(string name) =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(("Instruments:7:Name", name), ("Instruments:7:Family", "mettler-mtsics"), ("Instruments:7:Connection", "simulated")))
            .Should().ThrowAsync<OptionsValidationException>().WithMessage($"*'{name}'*folder*");

    [Fact]
    [Trait(Key, "Instruments:N:Family")]
    public async Task The_family_says_which_driver_speaks_to_the_device()
    {
        await using var right = await ConfiguredLab.StartAsync();
        (await right.Laboratory.InstrumentsAsync(CancellationToken.None)).Single(view => view.Birth.Instrument == "stirrer").Birth.Family.Should().Be("ika-namur");

        await FluentActions.Awaiting(async () =>
        {
            await using var wrong = await ConfiguredLab.StartAsync(("Lab:InstrumentWait", "1"), ("Instruments:5:Family", "scpi-spectrometer"));
            await wrong.InstrumentsAsync();
        }).Should().ThrowAsync<LabException>().WithMessage("*stirrer*");
    }

    [Fact]
    [Trait(Key, "Instruments:N:Settings")]
    public async Task The_diameter_of_a_syringe_bounds_the_rate_that_its_pump_offers()
    {
        await using var lab = await ConfiguredLab.StartAsync(("Instruments:1:Settings:diameter", "10"));

        var rates = (await lab.Laboratory.InstrumentsAsync(CancellationToken.None)).Where(view => view.Birth.Family == "new-era-ne1000").ToDictionary(
            view => view.Birth.Instrument, view => view.Birth.Commands.Single(command => command.Name == "dispense").Parameters.Single(parameter => parameter.Name == "rate").High);

        rates["pump-magenta"].Should().BeLessThan(rates["pump-cyan"] / 5, "the area of the syringe is a seventh");
    }

    [Theory]
    [InlineData("Instruments:1:Settings", null, "diameter")]
    [InlineData("Instruments:1:Settings:diametre", "10", "diametre")]
    [Trait(Key, "Instruments:N:Settings")]
    public async Task Settings_that_the_driver_does_not_take_are_refused_by_instrument(string key, string? value, string complaint) =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync((key, value))).Should().ThrowAsync<LabException>().WithMessage($"*pump-magenta*{complaint}*");

    [Fact]
    [Trait(Key, "Logging:LogLevel:Default")]
    public async Task The_log_level_says_how_much_goes_to_standard_error()
    {
        using var folder = new TemporaryFolder();
        var quiet = await LabProcess.RunAsync(folder.Path, "instruments");
        var loud = await LabProcess.RunAsync(folder.Path, "instruments", "--set", "Logging:LogLevel:Default=Debug");

        quiet.Error.Should().BeEmpty();
        loud.Error.Should().Contain("broker").And.Contain("info:");
        loud.Out.Should().NotContain("info:", "standard output is for results");
    }

    /// <summary>Where a driver's births arrive that is wired with the same options.</summary>
    private static async Task<IReadOnlyList<string>> TopicsAsync(ConfiguredLab lab)
    {
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Hold(folder.At("other"));
        var site = lab.Options<LabOptions>().Site;
        var stirrer = lab.Options<InstrumentListOptions>().Instruments.Where(instrument => instrument.Name == "stirrer").ToArray();
        var (topics, came) = (new ConcurrentQueue<string>(), new TaskCompletionSource());
        await using var switchboard = new Switchboard(site, lab.Options<BrokerOptions>(), NullLoggerFactory.Instance);
        await switchboard.StartAsync();
        await using var agents = switchboard.ConnectAgents("agents");
        await agents.StartAsync(CancellationToken.None);
        await agents.SubscribeAsync(Topics.EveryBirth, message =>
        {
            topics.Enqueue(message.Topic);
            came.TrySetResult();
        }, CancellationToken.None);
        await using var rack = new InstrumentRack(site, directory, lab.Options<SimulationOptions>(), lab.Options<InstrumentListOptions>(), InstrumentFamilies.BuiltIn, TimeProvider.System, new RealGround());
        await rack.StartAsync(stirrer, switchboard.ConnectDriver, CancellationToken.None);
        await came.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return [.. topics];
    }

    private static async Task<MqttLabBusOptions> LinkAsync(string key, string value)
    {
        await using var lab = await ConfiguredLab.StartAsync((key, value));
        await using var switchboard = new Switchboard("bench-1", lab.Options<BrokerOptions>(), NullLoggerFactory.Instance);
        return switchboard.LinkOf(new BrokerAccount("agents", "secret"), will: null);
    }

    private static async Task<IReadOnlyList<double>> MeasureAsync(string seed)
    {
        await using var lab = await ConfiguredLab.StartAsync(("Simulation:Seed", seed));
        return [.. (await lab.RunAsync()).Trials.Select(trial => ((TrialOutcome.Measured)trial.Outcome!).Objective)];
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
