using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using LabAutomation.Benchmarks.House;
using LabAutomation.Tests.Protocol.Bus;
using Mailbox = LabAutomation.Tests.Protocol.Bus.Mailbox;

namespace LabAutomation.SystemTests.Bus;

/// <summary>kill -9 of the broker while an action is under way: one effect by the device's own list, and the result arrives.</summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class BrokerKilledInMidCommandTests
{
    /// <summary>Lab seconds per second.</summary>
    private const double Speed = 5;

    /// <summary>7 kills on each broker by default; LONG_BROKER_KILLS asks for more.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("LONG_BROKER_KILLS"), out var kills) ? kills : 7;

    private static readonly InstrumentTopics Pump = Topics.Of("site", "pump");

    [SkippableTheory]
    [InlineData(KilledBroker.Keeping)]
    [InlineData(KilledBroker.Forgetting)]
    [InlineData(KilledBroker.Own)]
    [Trait("Holds", "stand-in")]
    public async Task One_effect_and_the_result_arrives(string kind)
    {
        await using var broker = await KilledBroker.StartAsync(kind);
        var clock = new AcceleratedTimeProvider(TimeProvider.System, Speed, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var device = ConformingFamilies.Setup("new-era-ne1000").Device(clock);
        using var bench = device.Lifetime;
        using var folder = new Lab.TemporaryFolder();
        using var journal = new Journal(folder.At("journal.db"));
        var driver = ConformingFamilies.Driver("new-era-ne1000", _ => Task.FromResult(device.Connect()), clock, TimeProvider.System);
        await using var host = new DriverHost(new HostedInstrument("site", "pump", true), driver, journal, will => broker.Connect("pump", will), clock);
        await using var caller = broker.Connect("caller");
        await caller.StartAsync(CancellationToken.None).Soon();
        var results = await Mailbox.OpenAsync(caller, "lab/1/site/pump/exec/+/result");
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        await host.StartAsync(CancellationToken.None).Soon();
        var random = new Random(4);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var action = ActionId.Derive(kind, kill, "dispense", 0, 1);
            var sent = caller.PublishAsync(Dispense(action, clock), CancellationToken.None);
            if (kill % 4 != 1) await UntilRunningAsync(states, action);     // every fourth is killed around the sending
            await Task.Delay(random.Next(0, 250));
            await broker.KillAndRestartAsync(TimeSpan.FromMilliseconds(random.Next(0, 400)));
            await sent.Soon();
            await caller.PublishAsync(Dispense(action, clock), CancellationToken.None).Soon();     // as every caller does that has no answer

            var told = await ResultsAsync(results, action);
            told.Select(result => (result.Status, result.EndedAt)).Distinct().Should().ContainSingle($"kill {kill}").Which.Status.Should().Be(ActionStatus.Succeeded);
            device.Effects().Should().HaveCount(kill, "the pump has dosed once for each command");
        }

        FaultTable.Tell(6, $"kills of a broker in mid-command ({kind})", Kills);
    }

    private static BusMessage Dispense(ActionId action, TimeProvider clock) => new CommandMessage(
        action, "dispense", new CommandFrame(SampleCommand.Of("dispense", ("volume", "0.2 mL"), ("rate", "6 mL/min")).Arguments, clock.GetUtcNow().AddHours(1)), Topics.Replies("caller"), "caller", null, null).ToBusMessage(Pump, 600);

    private static async Task UntilRunningAsync(Mailbox states, ActionId action)
    {
        while (FrameCodec.Decode<StateFrame>((await states.NextAsync()).Payload) is not { Unit: UnitState.Execute } state || state.Action != action)
        {
        }
    }

    /// <summary>The first result of the action, and what else of it comes within a moment.</summary>
    private static async Task<List<ResultFrame>> ResultsAsync(Mailbox results, ActionId action)
    {
        var told = new List<ResultFrame>();
        while (told.Count == 0 || results.HasMail)
        {
            var result = FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload);
            if (result.Action == action) told.Add(result);
            if (!results.HasMail) await Task.Delay(150);
        }

        return told;
    }
}
