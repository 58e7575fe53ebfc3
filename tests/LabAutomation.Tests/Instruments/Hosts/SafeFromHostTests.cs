using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Every family under its host, on a line on which an answer takes its time: after a trip, the loss of the interlock's heartbeat and the loss of the broker the device is at rest within what its birth declares.</summary>
public sealed class SafeFromHostTests : IDisposable
{
    private const string Driver = "driver";

    /// <summary>Of a question and its answer: twenty bytes each way at 9600 baud take 40 ms, and a device thinks.</summary>
    private static readonly TimeSpan Exchange = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly InstrumentTopics Topics = LabAutomation.Protocol.Topics.Of("site", "it");
    private static readonly string[] Losses = ["trip", "heartbeat", "broker"];

    /// <summary>What leaves a device hot, lit or under voltage when it has ended.</summary>
    private static readonly (string Family, SampleCommand Command)[] LeftAtWork =
    [
        ("ika-namur", SampleCommand.Of("heat", ("temperature", "60 °C"))),
        ("modbus-thermostat", SampleCommand.Of("hold-temperature", ("temperature", "40 °C"), ("settled", "1 s"), ("within", "10 h"))),
        ("scpi-smu", SampleCommand.Of("source-voltage", ("voltage", "0.2 V"))),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("safe").FullName;
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Journal _journal;
    private long _beats;
    private DateTimeOffset _lastBeat;

    public SafeFromHostTests() => _journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);

    public static TheoryData<string, string> InACommand()
    {
        var data = new TheoryData<string, string>();
        foreach (var family in ConformingFamilies.Names.Except(Stand.AlwaysAtRest))
        {
            foreach (var loss in Losses) data.Add(family, loss);
        }

        return data;
    }

    public static TheoryData<string, string> AfterACommand()
    {
        var data = new TheoryData<string, string>();
        foreach (var (family, _) in LeftAtWork)
        {
            foreach (var loss in Losses) data.Add(family, loss);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(InACommand))]
    public void In_the_middle_of_a_command(string family, string loss) => Check(family, loss, stand => stand.Sample ?? ConformingFamilies.SampleOf(family).Long ?? ConformingFamilies.SampleOf(family).Brief!, UnitState.Execute);

    [Theory]
    [MemberData(nameof(AfterACommand))]
    public void Idle_with_what_a_command_has_left(string family, string loss) => Check(family, loss, _ => LeftAtWork.Single(left => left.Family == family).Command, UnitState.Idle);

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Check(string family, string loss, Func<Stand, SampleCommand> choose, UnitState during)
    {
        var loop = new VirtualLoop(_clock);
        loop.Run(() => CheckAsync(family, loss, choose, during));
        loop.FirstFromOutside.Should().BeNull();
    }

    private async Task CheckAsync(string family, string loss, Func<Stand, SampleCommand> choose, UnitState during)
    {
        var broker = new SimulatedBroker(_clock);
        using var stand = Stand.Of(family, _clock);
        await using var interlock = broker.CreateBus("interlock");
        await interlock.StartAsync(CancellationToken.None);

        // The heartbeat comes by way of the broker, and its lease is the shorter one.
        var isWatched = loss != "broker";
        await using var beats = _clock.CreateTimer(_ => Beat(interlock), null, isWatched ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Lease / 4);
        var driver = ConformingFamilies.Driver(family, _ => Task.FromResult<Stream>(new SlowLine(stand.Connect(), Exchange, _clock)), _clock, _clock);
        var place = new HostedInstrument("site", "it", Simulated: true) { LeaseClock = _clock, RequiresInterlock = isWatched };
        await using var host = new DriverHost(place, driver, _journal, will => broker.CreateBus(Driver, will), _clock);
        await host.StartAsync(CancellationToken.None);
        await UntilAsync(() => host.State == UnitState.Idle, TimeSpan.FromMinutes(1));

        await SendAsync(interlock, choose(stand));
        await UntilAsync(() => host.State == UnitState.Execute, TimeSpan.FromMinutes(1));
        await UntilAsync(() => host.State == during && !stand.IsAtRest(), TimeSpan.FromHours(2));

        // A motor or a dose that has only just begun would be at rest too soon.
        if (during == UnitState.Execute && stand.From > 0) await Task.Delay(TimeSpan.FromSeconds(20), _clock);
        (host.State, stand.IsAtRest()).Should().Be((during, false), "else nothing is stopped");

        var ordered = await LoseAsync(loss, broker, interlock, beats, place.BrokerLease);
        await UntilAsync(() => _clock.GetUtcNow() >= ordered, Lease + place.BrokerLease + TimeSpan.FromSeconds(1));
        await UntilAsync(stand.IsAtRest, TimeSpan.FromMinutes(5));

        (_clock.GetUtcNow() - ordered).Should().BeLessThanOrEqualTo(driver.SafeWithin, family);
        await UntilAsync(() => host.State == UnitState.Aborted, TimeSpan.FromMinutes(1));
    }

    /// <returns>When the host has to act.</returns>
    private async Task<DateTimeOffset> LoseAsync(string loss, SimulatedBroker broker, SimulatedBus interlock, ITimer beats, TimeSpan brokerLease)
    {
        switch (loss)
        {
            case "trip":
                await interlock.PublishAsync(BusMessage.Retained(LabAutomation.Protocol.Topics.InterlockTrip, new TripFrame(true, "smoke", "Ada", _clock.GetUtcNow())), CancellationToken.None);
                return _clock.GetUtcNow();
            case "heartbeat":
                beats.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return _lastBeat + Lease;
            default:
                broker.Sever(Driver);
                return _clock.GetUtcNow() + brokerLease;
        }
    }

    private void Beat(SimulatedBus interlock)
    {
        _lastBeat = _clock.GetUtcNow();
        _ = interlock.PublishAsync(BusMessage.Of(LabAutomation.Protocol.Topics.InterlockHeartbeat, new HeartbeatFrame(++_beats, Lease.TotalSeconds, "c", _lastBeat)) with { ExpirySeconds = (uint)Lease.TotalSeconds }, CancellationToken.None);
    }

    private async Task SendAsync(SimulatedBus caller, SampleCommand sample)
    {
        var command = new CommandMessage(ActionId.Derive("it", 1, sample.Command, 0, 0), sample.Command, new CommandFrame(sample.Arguments, _clock.GetUtcNow().AddHours(1)), "lab/1/clients/interlock/reply", "interlock", null, null);
        await caller.PublishAsync(command.ToBusMessage(Topics, 3600), CancellationToken.None);
    }

    private async Task UntilAsync(Func<bool> holds, TimeSpan within)
    {
        for (var due = _clock.GetUtcNow() + within; !holds(); await Task.Delay(Look, _clock)) _clock.GetUtcNow().Should().BeOnOrBefore(due);
    }

    /// <summary>What a device answers arrives after a while.</summary>
    private sealed class SlowLine(Stream line, TimeSpan delay, TimeProvider clock) : PassingLine(line)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            await Task.Delay(delay, clock, cancellationToken);
            return count;
        }
    }
}
