using LabAutomation.Benchmarks.House;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Two programs that drive one instrument, each with a journal of its own, so that no journal knows of both.</summary>
public sealed class RivalHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rivals").FullName;
    private static readonly DateTimeOffset Began = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly VirtualTime _clock = new(Began);
    private readonly List<Journal> _journals = [];
    private readonly TeaMaker _device = new();
    private readonly SimulatedBroker _broker;
    private readonly List<BusMessage> _said = [];

    public RivalHostTests()
    {
        _broker = new SimulatedBroker(_clock);
        _broker.Routed += _said.Add;
    }

    [Fact]
    public void The_second_is_refused_before_it_touches_the_device_and_the_first_goes_on() => Run(async () =>
    {
        await using var first = await UpAsync("first");
        var (calls, madeSafe) = (_device.Calls, _device.MadeSafe);

        var starting = () => UpAsync("second");
        await starting.Should().ThrowAsync<FencedException>().WithMessage("'tea' is driven by another program with a journal of its own: 'tea-maker' in epoch 1, begun 2026-03-01 12:00:00Z, is online*");

        await Task.Delay(TimeSpan.FromMinutes(1), _clock);
        (_device.Calls, _device.MadeSafe, first.State, first.Completion.IsCompleted).Should().Be((calls, madeSafe, UnitState.Idle, false));
        Said<Birth>(TeaKitchen.Topics.Birth).Select(birth => birth.At).Distinct().Should().Equal([Began], "no birth but the first one's was told");
        Said<Liveness>(TeaKitchen.Topics.Liveness).Should().OnlyContain(liveness => liveness.Online);
    });

    [Fact]
    public void What_the_broker_keeps_of_one_that_is_gone_stands_in_nobodys_way() => Run(async () =>
    {
        await using var bus = _broker.CreateBus("old");
        await bus.StartAsync(CancellationToken.None);
        await bus.PublishAsync(BusMessage.Retained(TeaKitchen.Topics.Birth, Of(epoch: 99)), CancellationToken.None);
        await bus.PublishAsync(BusMessage.Retained(TeaKitchen.Topics.Liveness, new Liveness(true, 99)), CancellationToken.None);
        var before = _clock.GetUtcNow();

        await using var host = Host("new", Journal("new"));
        await host.StartAsync(CancellationToken.None);

        (_clock.GetUtcNow() - before).Should().Be(TimeSpan.FromSeconds(1), "for so long it is asked");
        await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        (host.State, host.Completion.IsCompleted).Should().Be((UnitState.Idle, false));
    });

    [Fact]
    public void One_that_comes_back_after_a_later_one_was_there_lets_go_also_where_that_one_is_away() => Run(async () =>
    {
        await using var first = await UpAsync("first");
        _broker.Sever("first");
        await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        await using var second = await UpAsync("second");
        var madeSafe = _device.MadeSafe;

        _broker.Sever("second");
        _broker.Mend("first");
        await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        _broker.Mend("second");
        await Task.Delay(TimeSpan.FromMinutes(1), _clock);

        (first.Completion.IsFaulted, second.Completion.IsCompleted, second.State, _device.MadeSafe).Should().Be((true, false, UnitState.Idle, madeSafe));
        await first.Awaiting(host => host.Completion).Should().ThrowAsync<FencedException>();
    });

    [Fact]
    public void Its_own_life_before_is_not_asked_for() => Run(async () =>
    {
        var journal = Journal("one");
        await using var first = Host("one", journal);
        await first.StartAsync(CancellationToken.None);
        _broker.Sever("one");
        await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        var (said, before) = (_said.Count, _clock.GetUtcNow());

        await using var second = Host("again", journal);
        await second.StartAsync(CancellationToken.None);

        (_clock.GetUtcNow() - before).Should().Be(TimeSpan.Zero);
        _said.Skip(said).Should().NotBeEmpty();
        second.Epoch.Should().Be(2);
    });

    [Theory]
    [InlineData(1, 1, "second", "both count from 1, and the second began later")]
    [InlineData(1, 1000, "second", "its epoch is higher")]
    [InlineData(1000, 1, "first", "its epoch is higher")]
    public void Of_two_that_met_when_one_came_back_one_stays_and_the_other_says_why_it_ends(long firstEpoch, long secondEpoch, string stays, string because) => Run(async () =>
    {
        await using var first = await UpAsync("first", firstEpoch);
        _broker.Sever("first");
        await using var second = await UpAsync("second", secondEpoch);

        _broker.Mend("first");
        await Task.Delay(TimeSpan.FromSeconds(1), _clock);

        var (winner, loser) = stays == "first" ? (first, second) : (second, first);
        (winner.Completion.IsCompleted, loser.Completion.IsFaulted).Should().Be((false, true), because);
        await loser.Awaiting(host => host.Completion).Should().ThrowAsync<FencedException>().WithMessage("*driven by another program with a journal of its own*");
        Said<Birth>(TeaKitchen.Topics.Birth)[^1].Epoch.Should().Be(winner.Epoch);
        Said<Liveness>(TeaKitchen.Topics.Liveness)[^1].Should().Be(new Liveness(true, winner.Epoch));
        var (said, madeSafe) = (_said.Count, _device.MadeSafe);
        await loser.StopAsync(CancellationToken.None);
        await loser.DisposeAsync();
        await Task.Delay(TimeSpan.FromMinutes(1), _clock);
        (_device.MadeSafe, winner.Completion.IsCompleted).Should().Be((madeSafe, false), "the device is not the loser's any more");
        _said.Skip(said).Where(message => message.Topic == TeaKitchen.Topics.Liveness).Should().BeEmpty();
        FaultTable.Tell(16, "two driver hosts with journals of their own that met", 1);
    });

    public void Dispose()
    {
        foreach (var journal in _journals) journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Birth Of(long epoch)
    {
        var driver = new TeaMakerDriver(new TeaMaker());
        return new Birth("1", "tea", driver.Family, new InstrumentIdentity("a", "b", "c", "d"), true, epoch, SchemaHashes.Of(driver.Commands, driver.Properties), driver.Commands, driver.Properties, 1, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private void Run(Func<Task> work)
    {
        var loop = new VirtualLoop(_clock);
        loop.Run(work);
        loop.FirstFromOutside.Should().BeNull();
    }

    private async Task<DriverHost> UpAsync(string name, long firstEpoch = 1)
    {
        var host = Host(name, Journal(name, firstEpoch));
        try
        {
            await host.StartAsync(CancellationToken.None);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        return host;
    }

    private Journal Journal(string name, long firstEpoch = 1)
    {
        var journal = new Journal(Path.Combine(_folder, $"{name}.db"), isDurable: false, firstEpoch);
        _journals.Add(journal);
        return journal;
    }

    private DriverHost Host(string client, Journal journal) =>
        new(new HostedInstrument("site", "tea", Simulated: true) { LeaseClock = _clock }, new TeaMakerDriver(_device), journal, will => _broker.CreateBus(client, will, BrokerAccess.ForDriver("site", "tea", client)), _clock);

    private List<T> Said<T>(string topic) where T : class => [.. _said.Where(message => message.Topic == topic).Select(message => FrameCodec.Decode<T>(message.Payload))];
}
