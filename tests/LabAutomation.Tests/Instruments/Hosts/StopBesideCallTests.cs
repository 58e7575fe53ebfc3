using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A stop while another call waits for the device's reply, which comes late: each gets its own reply, over the link that drivers use.</summary>
public sealed class StopBesideCallTests : IDisposable
{
    private const string Pump = "pump-cyan", Family = "new-era-ne1000";

    private static readonly InstrumentTopics Topics = LabAutomation.Protocol.Topics.Of("site", "pump");
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(300);

    private readonly string _folder = Directory.CreateTempSubdirectory("stop-beside").FullName;
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<BusMessage> _said = [];
    private int _connections;

    /// <summary>Milliseconds after a question at which the stop comes, over more than two questions of a driver that does not heed it.</summary>
    public static TheoryData<int> Moments => [.. Enumerable.Range(0, 16).Select(k => 40 * k)];

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_pump_is_stopped_beside_an_action_that_heeds_nothing(int after) => Run(async (bench, bus, host) =>
    {
        await SendAsync(bus);
        await Task.Delay(TimeSpan.FromSeconds(20), _clock);
        bench.Faults(Pump).Late = Late;
        await Task.Delay(TimeSpan.FromSeconds(20) + TimeSpan.FromMilliseconds(after), _clock);
        Ends(bench).Should().BeEmpty();

        await AbortAsync(bus);
        await Task.Delay(DeviceIsPassedByAfter + (8 * Late), _clock);

        Ends(bench).Should().ContainSingle("it is stopped, whatever its driver is busy with");
        await Task.Delay(TimeSpan.FromMinutes(1), _clock);
        host.State.Should().Be(UnitState.Aborted);
        var result = _said.Where(message => message.Topic.EndsWith("/result", StringComparison.Ordinal)).Select(message => FrameCodec.Decode<ResultFrame>(message.Payload)).Single();
        result.Outputs["volume"].Value.Should().BeApproximately(Ends(bench).Single(), 0.002, "the device was asked after it had been stopped");
    }, deaf: true);

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_stop_in_the_midst_of_a_look_finds_its_own_reply(int after) => Run(async (bench, bus, host) =>
    {
        bench.Faults(Pump).Late = Late;
        await Task.Delay(TimeSpan.FromSeconds(29) + TimeSpan.FromMilliseconds(after), _clock);

        await AbortAsync(bus);
        await Task.Delay(DeviceIsPassedByAfter + (4 * Late), _clock);

        host.State.Should().Be(UnitState.Aborted);
        _connections.Should().Be(1, "the line that the look used is good");
    });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What each run that has ended has moved, in mL.</summary>
    private static IReadOnlyList<double> Ends(ColourBench bench) => [.. bench.Effects.All.Where(effect => effect.Kind == EffectKind.Moved).Select(effect => effect.Amount)];

    private static TimeSpan DeviceIsPassedByAfter => TimeSpan.FromMilliseconds(250);

    private void Run(Func<ColourBench, SimulatedBus, DriverHost, Task> work, bool deaf = false)
    {
        var loop = new VirtualLoop(_clock);
        loop.Run(async () =>
        {
            var broker = new SimulatedBroker(_clock);
            broker.Routed += _said.Add;
            using var bench = new ColourBench(7, _clock);
            using var journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);
            var driver = ConformingFamilies.Driver(Family, _ =>
            {
                _connections++;
                return Task.FromResult(bench.Connect(Pump));
            }, _clock, _clock);
            await using var bus = broker.CreateBus("lab");
            await bus.StartAsync(CancellationToken.None);
            var place = new HostedInstrument("site", "pump", Simulated: true) { LeaseClock = _clock };
            await using var host = new DriverHost(place, deaf ? new DeafDriver(driver) : driver, journal, will => broker.CreateBus("driver", will), _clock);
            await host.StartAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
            await work(bench, bus, host);
            _said.Where(message => message.Topic == Topics.Event).Select(message => FrameCodec.Decode<EventFrame>(message.Payload).Kind).Should().NotContain("not_safe");
            host.Completion.IsCompleted.Should().BeFalse();
        });
        loop.FirstFromOutside.Should().BeNull();
    }

    private async Task SendAsync(SimulatedBus bus)
    {
        var sample = ConformingFamilies.SampleOf(Family).Long!;
        var command = new CommandMessage(ActionId.Derive("pump", 1, sample.Command, 0, 0), sample.Command, new CommandFrame(sample.Arguments, _clock.GetUtcNow().AddHours(1)), "lab/1/clients/lab/reply", "lab", null, null);
        await bus.PublishAsync(command.ToBusMessage(Topics, 3600), CancellationToken.None);
    }

    private Task AbortAsync(SimulatedBus bus) => bus.PublishAsync(BusMessage.Of(Topics.Control("abort"), new ControlFrame(null, "Ada", "because", _clock.GetUtcNow())), CancellationToken.None);

    /// <summary>Goes on with an action that was cancelled.</summary>
    private sealed class DeafDriver(IDriver inner) : IDriver
    {
        public string Family => inner.Family;

        public ImmutableArray<CommandDescription> Commands => inner.Commands;

        public ImmutableArray<PropertyDescription> Properties => inner.Properties;

        public TimeSpan SafeWithin => inner.SafeWithin;

        public string State => inner.State;

        public Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation) => inner.ConnectAsync(cancellation);

        public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) => inner.ExecuteAsync(command, scope, CancellationToken.None);

        public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) => inner.RecoverAsync(action, scope, cancellation);

        public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) => inner.ReadPropertiesAsync(cancellation);

        public Task MakeSafeAsync(CancellationToken cancellation) => inner.MakeSafeAsync(cancellation);

        public string ToMermaid() => inner.ToMermaid();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
