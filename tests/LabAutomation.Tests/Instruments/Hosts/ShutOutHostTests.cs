using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A host in the midst of an action whose instrument another host has taken over, on the same journal or under the same account: the action is the other's from then on, and so is the device.</summary>
public sealed class ShutOutHostTests : IDisposable
{
    private static readonly InstrumentTopics Topics = LabAutomation.Protocol.Topics.Of("site", "it");

    private readonly string _folder = Directory.CreateTempSubdirectory("shut-out").FullName;
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly List<Journal> _journals = [];
    private readonly List<BusMessage> _said = [];

    /// <summary>Of the first host.</summary>
    private long _bytes;

    [Theory]
    [InlineData("new-era-ne1000", 60)]
    [InlineData("http-beamline", 1)]
    [InlineData("opentrons-http", 3)]
    public void No_byte_of_it_reaches_the_device_after_the_birth_of_the_other_which_follows_the_action_to_its_end(string family, double after) => Run(async () =>
    {
        var broker = new SimulatedBroker(_clock);
        var device = ConformingFamilies.Setup(family).Device(_clock);
        using var lifetime = device.Lifetime;
        var bytesAtBirth = 0L;
        broker.Routed += message =>
        {
            _said.Add(message);
            if (message.Topic == Topics.Birth) bytesAtBirth = _bytes;
        };
        await using var first = Host(family, broker, "first", () => new CountingLine(device.Connect(), count => _bytes += count));
        await first.StartAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        await SendAsync(broker, family);
        await Task.Delay(TimeSpan.FromSeconds(after), _clock);
        first.State.Should().Be(UnitState.Execute, "else nothing is taken over");

        await using var second = Host(family, broker, "second", device.Connect);
        await second.StartAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromHours(1), _clock);

        await first.Awaiting(host => host.Completion).Should().ThrowAsync<FencedException>();
        _bytes.Should().Be(bytesAtBirth);
        var results = _said.Where(message => message.Topic.EndsWith("/result", StringComparison.Ordinal)).Select(message => FrameCodec.Decode<ResultFrame>(message.Payload)).ToList();
        results.Should().ContainSingle().Which.Should().Match<ResultFrame>(result => result.Status == ActionStatus.Succeeded && result.Epoch == 2);
        second.State.Should().Be(UnitState.Idle);
    });

    [Theory]
    [InlineData("new-era-ne1000", 60)]
    [InlineData("http-beamline", 1)]
    [InlineData("opentrons-http", 3)]
    public void No_byte_of_it_reaches_the_device_after_the_broker_has_given_its_place_away(string family, double after) => Run(async () =>
    {
        var broker = new SimulatedBroker(_clock);
        broker.Routed += _said.Add;
        var device = ConformingFamilies.Setup(family).Device(_clock);
        using var lifetime = device.Lifetime;
        OneOfTwo? place = null;
        await using var first = Host(family, will => place = new OneOfTwo(broker.CreateBus("first", will)), () => new CountingLine(device.Connect(), count => _bytes += count));
        await first.StartAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        await SendAsync(broker, family);
        await Task.Delay(TimeSpan.FromSeconds(after), _clock);
        first.State.Should().Be(UnitState.Execute, "else nothing is taken over");

        broker.Sever("first");
        var (bytes, said) = (_bytes, _said.Count);
        place!.PutOut();
        await Task.Delay(TimeSpan.FromHours(1), _clock);

        (_bytes, _said.Count, first.Completion.IsCompleted).Should().Be((bytes, said, true));
        await first.Awaiting(host => host.Completion).Should().ThrowAsync<FencedException>().WithMessage("another program has connected to the broker as 'first', the account by which 'it' is driven*");
    });

    public void Dispose()
    {
        foreach (var journal in _journals) journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Run(Func<Task> work)
    {
        var loop = new VirtualLoop(_clock);
        loop.Run(work);
        loop.FirstFromOutside.Should().BeNull();
    }

    private DriverHost Host(string family, SimulatedBroker broker, string client, Func<Stream> connect) => Host(family, will => broker.CreateBus(client, will), connect);

    private DriverHost Host(string family, Func<BusMessage, ILabBus> bus, Func<Stream> connect)
    {
        var journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);
        _journals.Add(journal);
        var driver = ConformingFamilies.Driver(family, _ => Task.FromResult(connect()), _clock, _clock);
        return new DriverHost(new HostedInstrument("site", "it", Simulated: true) { LeaseClock = _clock }, driver, journal, bus, _clock);
    }

    private async Task SendAsync(SimulatedBroker broker, string family)
    {
        var samples = ConformingFamilies.SampleOf(family);
        var sample = family switch
        {
            "http-beamline" => SampleCommand.Of("expose", ("frames", "16")),
            "opentrons-http" => samples.Each.Single(each => each.Command == "transfer"),
            _ => samples.Long!,
        };
        await using var caller = broker.CreateBus("lab");
        await caller.StartAsync(CancellationToken.None);
        var command = new CommandMessage(ActionId.Derive("it", 1, sample.Command, 0, 0), sample.Command, new CommandFrame(sample.Arguments, _clock.GetUtcNow().AddHours(1)), "lab/1/clients/lab/reply", "lab", null, null);
        await caller.PublishAsync(command.ToBusMessage(Topics, 3600), CancellationToken.None);
    }

    /// <summary>A client whose account another one uses as well.</summary>
    private sealed class OneOfTwo(ILabBus inner) : ILabBus
    {
        private readonly TaskCompletionSource _takenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public event Action<bool>? ConnectionChanged
        {
            add => inner.ConnectionChanged += value;
            remove => inner.ConnectionChanged -= value;
        }

        public string ClientId => inner.ClientId;

        public bool IsConnected => inner.IsConnected;

        public Task TakenOver => _takenOver.Task;

        public void PutOut() => _takenOver.SetResult();

        public Task StartAsync(CancellationToken cancellation) => inner.StartAsync(cancellation);

        public Task PublishAsync(BusMessage message, CancellationToken cancellation) => inner.PublishAsync(message, cancellation);

        public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => inner.SubscribeAsync(filter, handler, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class CountingLine(Stream line, Action<int> sent) : PassingLine(line)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            sent(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
