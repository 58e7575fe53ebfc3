using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.SystemTests.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Lab;

/// <summary>The interlock, the broker and a person's stop as processes of their own, and what a driver host makes of their ends.</summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class SafetyTests : IAsyncLifetime
{
    private const double Lease = 3;
    private const double Grace = 4;

    /// <summary>Room for a busy machine; how soon a stop is safe is measured by the benchmark.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();
    private readonly ColourBench _bench = new(1, TimeProvider.System);
    private readonly int _port = FreePort();
    private BrokerHost _broker = null!;
    private Journal _journal = null!;
    private MqttLabBus _operator = null!;
    private DriverHost? _host;
    private LabProcess? _interlock;

    [Fact]
    public async Task A_killed_interlock_makes_the_host_safe_within_its_lease_and_a_new_one_clears_nothing()
    {
        await StartHostAsync();
        await StirAsync();

        _interlock!.Kill();

        await SafeWithinAsync(TimeSpan.FromSeconds(Lease) + Margin);
        _interlock = await StartInterlockAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        _host!.State.Should().Be(UnitState.Aborted, "the return of the heartbeat clears nothing");
        await ControlAsync("clear");
        await UntilAsync(UnitState.Idle);
    }

    [Fact]
    public async Task A_stopped_interlock_makes_the_host_safe_within_its_lease_and_waking_it_clears_nothing()
    {
        await StartHostAsync();
        await StirAsync();

        _interlock!.Signal("-STOP");
        await SafeWithinAsync(TimeSpan.FromSeconds(Lease) + Margin);
        _interlock.Signal("-CONT");

        await Task.Delay(TimeSpan.FromSeconds(1));
        _host!.State.Should().Be(UnitState.Aborted);
    }

    [Fact]
    public async Task A_killed_broker_makes_the_host_safe_within_the_broker_s_lease()
    {
        await StartHostAsync(requires: false, brokerLease: 1);
        await StirAsync();

        _broker.Kill();

        await SafeWithinAsync(TimeSpan.FromSeconds(1) + Margin);
    }

    [Fact]
    public async Task A_trip_that_comes_while_the_host_is_down_is_obeyed_when_it_starts()
    {
        var stop = await LabAsync("stop", "--why", "smoke", "--by", "Ada");
        stop.Out.Should().Contain("tripped by Ada: smoke");

        await StartHostAsync();

        await UntilAsync(UnitState.Aborted);
        await ControlAsync("clear");
        await Task.Delay(300);
        _host!.State.Should().Be(UnitState.Aborted, "the trip stands");
    }

    [Fact]
    public async Task Stop_tells_when_the_instrument_was_safe_and_reset_what_is_still_aborted()
    {
        await StartHostAsync();
        await StirAsync();

        var stop = await LabAsync("stop", "--why", "smoke", "--by", "Ada");
        (stop.ExitCode, stop.Error).Should().Be((0, ""), stop.Out);
        stop.Out.Should().MatchRegex("stirrer  safe after [0-9]+ ms").And.Contain("1 of 1 safe");
        _host!.State.Should().Be(UnitState.Aborted);

        var again = await LabAsync("stop", "--why", "more smoke", "--by", "Ada");
        again.ExitCode.Should().Be(0, again.Out + again.Error);

        var reset = await LabAsync("reset", "--by", "Ada", "--why", "a candle");
        (reset.ExitCode, reset.Error).Should().Be((0, ""), reset.Out);
        reset.Out.Should().Contain("still aborted until cleared: stirrer");
        await ControlAsync("clear");
        await UntilAsync(UnitState.Idle);
    }

    [Fact]
    public async Task A_person_holds_one_instrument_and_lets_it_go_on()
    {
        await StartHostAsync();
        await StirAsync();

        var hold = await LabAsync("hold", "stirrer", "--why", "a visitor", "--by", "Ada");
        (hold.ExitCode, hold.Error, hold.Out.Trim()).Should().Be((0, "", "stirrer comes to rest and stays there until 'lab unhold'"));
        await UntilAsync(UnitState.Held);
        var again = await LabAsync("hold", "stirrer", "--why", "a visitor");
        (again.ExitCode, again.Error.Trim()).Should().Be((10, "lab: stirrer: only an action that runs can be held; the unit is Held"));

        var unhold = await LabAsync("unhold", "bench-1/stirrer", "--why", "she has gone");
        (unhold.ExitCode, unhold.Error).Should().Be((0, ""));
        await UntilAsync(UnitState.Execute);
    }

    [Fact]
    public async Task A_person_clears_one_instrument_and_hears_why_it_cannot_be_cleared()
    {
        await StartHostAsync();
        (await LabAsync("stop", "--why", "smoke")).ExitCode.Should().Be(0);

        var refused = await LabAsync("clear", "stirrer", "--by", "Ada", "--why", "it is out");
        (refused.ExitCode, refused.Error).Should().Match<(int Code, string Text)>(both => both.Code == 10 && both.Text.Contains("it has to be reset first"));
        (await LabAsync("reset", "--by", "Ada", "--why", "a candle")).ExitCode.Should().Be(0);
        (await LabAsync("clear", "stirrer", "--by", "Ada", "--why", "it is out")).ExitCode.Should().Be(0);
        await UntilAsync(UnitState.Idle);

        var nobody = await LabAsync("clear", "stirer", "--by", "Ada", "--why", "it is out");
        (nobody.ExitCode, nobody.Error.Trim()).Should().Be((10, "lab: no instrument 'stirer' is known to this broker"));
    }

    [Theory]
    [InlineData("hold", "stirrer")]
    [InlineData("hold", "--why", "a visitor")]
    [InlineData("reset", "--why", "a candle")]
    [InlineData("reset", "--by", "Ada")]
    [InlineData("clear", "stirrer", "--why", "it is out")]
    [InlineData("reset", "--by", " ", "--why", "a candle")]
    [InlineData("reset", "--by", "agents", "--why", "a candle")]
    [InlineData("stop")]
    public async Task A_reset_or_a_stop_without_what_it_needs_is_refused(params string[] arguments)
    {
        var result = await LabAsync(arguments);

        result.ExitCode.Should().Be(2);
        result.Error.Should().StartWith("lab: ");
    }

    [Fact]
    public async Task A_stop_that_reaches_no_broker_says_so_loudly()
    {
        _broker.Kill();

        var result = await LabAsync("stop", "--why", "smoke");

        result.ExitCode.Should().Be(16);
        result.Error.Should().Contain("NOTHING IS STOPPED").And.Contain("hardware stop");
    }

    [Fact]
    public async Task An_instrument_that_is_dead_is_named_and_keeps_nobody_waiting()
    {
        await StartHostAsync();
        await StirAsync();
        var dead = Topics.Of("bench-1", "centrifuge");
        await _operator.PublishAsync(BusMessage.Retained(dead.Liveness, new Liveness(false, 1)), CancellationToken.None);

        var stop = await LabAsync("stop", "--why", "smoke");

        stop.ExitCode.Should().Be(15);
        stop.Error.Should().Contain("centrifuge").And.NotContain("stirrer");
        stop.Out.Should().Contain("stirrer  safe after").And.Contain("centrifuge  NOT KNOWN TO BE SAFE: offline");
    }

    [Fact]
    public async Task An_interlock_whose_configuration_cannot_be_used_does_not_start()
    {
        await File.WriteAllTextAsync(_folder.At("wrong.json"), """{ "site": "bench-1" }""");

        var result = await LabProcess.RunAsync(_folder.Path, "interlock", "wrong.json");

        result.ExitCode.Should().Be(4);
        result.Error.Should().Contain("wrong.json").And.NotContain("   at ");
    }

    [Fact]
    public async Task An_interlock_trips_on_a_limit_and_keeps_the_trip_over_kill_9()
    {
        await StartHostAsync();
        await UntilAsync(UnitState.Idle);
        var fake = Topics.Of("bench-1", "oven");
        await _operator.PublishAsync(BusMessage.Retained(fake.Property("temperature"), new PropertyFrame(Quantity.Of(95, "°C"), Quality.Good, 1, DateTimeOffset.UtcNow)), CancellationToken.None);
        await UntilAsync(UnitState.Aborted);
        await _interlock!.UntilItSaysAsync("TRIPPED: 'oven.temperature <= 80 °C' does not hold: it is 95 °C");
        _interlock.Kill();
        await _operator.PublishAsync(BusMessage.Retained(fake.Property("temperature"), new PropertyFrame(Quantity.Of(20, "°C"), Quality.Good, 2, DateTimeOffset.UtcNow)), CancellationToken.None);
        await _operator.PublishAsync(BusMessage.Cleared(Topics.InterlockTrip), CancellationToken.None);

        _interlock = await StartInterlockAsync();

        _interlock.Out.Should().Contain("still tripped by interlock: 'oven.temperature");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_driver_that_died_with_the_broker_trips_when_that_is_back_whatever_it_kept(bool keeps)
    {
        _interlock!.Kill();
        await StartHostAsync(requires: false);
        await UntilAsync(UnitState.Idle);
        _interlock = await StartInterlockAsync("alive.json");
        await Task.Delay(TimeSpan.FromSeconds(Grace + 1));
        _interlock.Out.Should().NotContain("TRIPPED", "the driver has answered");

        _broker.Kill();
        await _host!.DisposeAsync();
        _host = null;
        if (!keeps)
        {
            Directory.Delete(_folder.At("sessions"), recursive: true);
            Directory.CreateDirectory(_folder.At("sessions"));
        }

        _broker = BrokerHost.Start(_port, _folder.At("sessions"));

        await _interlock.UntilItSaysAsync("TRIPPED: stirrer must be alive, and did not answer within 4 s");
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder.At("sessions"));
        _broker = BrokerHost.Start(_port, _folder.At("sessions"));
        _journal = new Journal(_folder.At("journal.db"));
        await File.WriteAllTextAsync(_folder.At("operator.json"), Invariant($"{{ \"host\": \"127.0.0.1\", \"port\": {_port}, \"clientId\": \"operator\" }}"));
        await File.WriteAllTextAsync(_folder.At("interlock.json"), Invariant(
            $"{{ \"site\": \"bench-1\", \"broker\": {{ \"host\": \"127.0.0.1\", \"port\": {_port}, \"clientId\": \"interlock\" }}, \"alive\": [], \"limits\": [\"oven.temperature <= 80 °C\"], \"heartbeatPeriod\": 0.2, \"lease\": {Lease}, \"grace\": 600 }}"));
        await File.WriteAllTextAsync(_folder.At("alive.json"), Invariant(
            $"{{ \"site\": \"bench-1\", \"broker\": {{ \"host\": \"127.0.0.1\", \"port\": {_port}, \"clientId\": \"interlock\" }}, \"alive\": [\"stirrer\"], \"limits\": [], \"heartbeatPeriod\": 0.2, \"lease\": 30, \"grace\": {Grace} }}"));
        _operator = Bus("test", null);
        await _operator.StartAsync(CancellationToken.None);
        _interlock = await StartInterlockAsync();
    }

    public async Task DisposeAsync()
    {
        _interlock?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        await _operator.DisposeAsync();
        _journal.Dispose();
        _broker.Dispose();
        _bench.Dispose();
        _folder.Dispose();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task StartHostAsync(bool requires = true, double brokerLease = 15)
    {
        var driver = DriverFamilies.BuiltIn.Create(
            new DriverSettings("ika-namur", ImmutableSortedDictionary<string, string>.Empty), _ => Task.FromResult(_bench.Connect("stirrer")), TimeProvider.System, TimeProvider.System);
        var place = new HostedInstrument("bench-1", "stirrer", Simulated: true) { RequiresInterlock = requires, FirstHeartbeatWithin = TimeSpan.FromSeconds(20), BrokerLease = TimeSpan.FromSeconds(brokerLease) };
        _host = new DriverHost(place, driver, _journal, will => Bus("driver-stirrer", will), TimeProvider.System);
        await _host.StartAsync(CancellationToken.None);
        for (var clock = Stopwatch.StartNew(); _host.State == UnitState.Stopped && clock.Elapsed < TimeSpan.FromSeconds(10);) await Task.Delay(5);
    }

    private async Task<LabProcess> StartInterlockAsync(string configuration = "interlock.json")
    {
        var process = LabProcess.Start(_folder.Path, "interlock", configuration);
        await process.UntilItSaysAsync(" watching");
        return process;
    }

    private Task<LabResult> LabAsync(params string[] arguments) => LabProcess.RunAsync(_folder.Path, arguments);

    private async Task StirAsync()
    {
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("speed", Quantity.Of(300, "rpm")).Add("duration", Quantity.Of(600, "s"));
        var command = new CommandMessage(ActionId.Derive("safety", 1, "stir", 0, 0), "stir", new CommandFrame(arguments, DateTimeOffset.UtcNow.AddMinutes(5)), Topics.Replies("test"), "test", null, null);
        await _operator.PublishAsync(command.ToBusMessage(Topics.Of("bench-1", "stirrer"), 60), CancellationToken.None);
        await UntilAsync(UnitState.Execute);
    }

    private Task ControlAsync(string verb) =>
        _operator.PublishAsync(BusMessage.Of(Topics.Of("bench-1", "stirrer").Control(verb), new ControlFrame(null, "Ada", "the test goes on", DateTimeOffset.UtcNow)), CancellationToken.None);

    private async Task UntilAsync(UnitState state)
    {
        for (var clock = Stopwatch.StartNew(); _host!.State != state;)
        {
            clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20), $"the unit should become {state} and is {_host.State}");
            await Task.Delay(2);
        }
    }

    /// <summary>Aborted is said after the device was made safe.</summary>
    private async Task SafeWithinAsync(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        await UntilAsync(UnitState.Aborted);
        clock.Elapsed.Should().BeLessThan(time);
    }

    private MqttLabBus Bus(string client, BusMessage? will) =>
        new(new MqttLabBusOptions { Host = "127.0.0.1", Port = _port, ClientId = client, Will = will }, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
}
