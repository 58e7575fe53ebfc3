using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Interlock;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>What the interlock limits is told also while an action runs for long, so that work trips nothing and hides nothing.</summary>
public sealed class FreshPropertyTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("fresh").FullName;
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Journal _journal;

    public FreshPropertyTests() => _journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);

    public static TheoryData<string, SampleCommand> LongActions() => new()
    {
        { "ika-namur", SampleCommand.Of("stir", ("speed", "600 rpm"), ("duration", "600 s")) },
        { "ika-namur", SampleCommand.Of("heat", ("temperature", "79 °C")) },
        { "modbus-thermostat", SampleCommand.Of("hold-temperature", ("temperature", "80 °C"), ("settled", "600 s"), ("within", "10 h")) },
        { "eurotherm-furnace", SampleCommand.Of("heat", ("temperature", "900 °C"), ("duration", "4 h")) },
        { "new-era-ne1000", SampleCommand.Of("dispense", ("volume", "20 mL"), ("rate", "1 mL/min")) },
    };

    [Theory]
    [MemberData(nameof(LongActions))]
    public void Every_property_is_told_again_and_again_while_an_action_runs(string family, SampleCommand action)
    {
        var told = new Dictionary<string, TimeSpan>();
        var longest = TimeSpan.Zero;

        var (driver, took) = Follow("site", "it", family, action, message => told[message.Topic.Split('/')[^1]] = _clock.Elapsed, () =>
        {
            foreach (var at in told.Values) longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (_clock.Elapsed - at).Ticks));
        });

        took.Should().BeGreaterThan(TimeSpan.FromMinutes(2), "else it is not long");
        told.Keys.Should().BeEquivalentTo(driver.Properties.Select(property => property.Name));
        longest.Should().BeLessThan(new HostedInstrument("site", "it", true).PropertyPeriod * 2.2);
    }

    [Theory]
    [InlineData("stir", "speed", "600 rpm", "duration", "600 s")]
    [InlineData("heat", "temperature", "79 °C", "within", "600 s")]
    public void The_interlock_of_the_page_on_safety_does_not_trip_while_its_stirrer_stirs_or_heats(string command, string first, string value, string second, string other)
    {
        var page = File.ReadAllText(Repository.At("docs", "reference", "safety.md"));
        var file = Path.Combine(_folder, "interlock.json");
        File.WriteAllText(file, page.Split("```json").Select(part => part.Split("```")[0]).Single(block => block.Contains("heartbeatPeriod", StringComparison.Ordinal)));
        var watch = new Watch(InterlockConfiguration.Read(file) with { Alive = [] }, _clock);
        watch.Begin();

        var (_, took) = Follow("bench-1", "stirrer", "ika-namur", SampleCommand.Of(command, (first, value), (second, other)), message => watch.Hear(message, _clock.GetTimestamp()), () => watch.Broken().Should().BeNull());

        took.Should().BeGreaterThan(TimeSpan.FromMinutes(4), "twice the staleness of the page");
    }

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="hear">Takes what is told of properties, from the birth on.</param>
    /// <param name="look">Every second of the action.</param>
    private (IDriver Driver, TimeSpan Took) Follow(string site, string instrument, string family, SampleCommand action, Action<BusMessage> hear, Action look)
    {
        using var stand = Stand.Of(family, _clock);
        var driver = ConformingFamilies.Driver(family, _ => Task.FromResult(stand.Connect()), _clock, _clock);
        var topics = Topics.Of(site, instrument);
        var took = TimeSpan.Zero;
        var loop = new VirtualLoop(_clock);
        loop.Run(async () =>
        {
            var broker = new SimulatedBroker(_clock);
            broker.Routed += message =>
            {
                if (message.Topic.Contains("/prop/", StringComparison.Ordinal)) hear(message);
            };
            await using var caller = broker.CreateBus("caller");
            await caller.StartAsync(CancellationToken.None);
            await using var host = new DriverHost(new HostedInstrument(site, instrument, Simulated: true) { LeaseClock = _clock }, driver, _journal, will => broker.CreateBus("driver", will), _clock);
            await host.StartAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(45), _clock);
            var command = new CommandMessage(ActionId.Derive("it", 1, action.Command, 0, 0), action.Command, new CommandFrame(action.Arguments, _clock.GetUtcNow().AddHours(1)), "lab/1/clients/caller/reply", "caller", null, null);
            await caller.PublishAsync(command.ToBusMessage(topics, 3600), CancellationToken.None);
            await Task.Delay(Tick, _clock);
            host.State.Should().Be(UnitState.Execute);
            for (; host.State == UnitState.Execute && took < Longest; took += Tick)
            {
                look();
                await Task.Delay(Tick, _clock);
            }

            host.State.Should().NotBe(UnitState.Aborted);
        });
        loop.FirstFromOutside.Should().BeNull();
        return (driver, took);
    }
}
