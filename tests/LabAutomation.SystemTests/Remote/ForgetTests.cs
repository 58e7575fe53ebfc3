using LabAutomation.Protocol;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Remote;

/// <summary><c>lab forget</c> with an operator's account on the lab's own broker.</summary>
public sealed class ForgetTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task An_instrument_that_is_gone_is_taken_off_the_broker_and_one_that_is_online_is_not()
    {
        await using var stage = await DriveStage.OpenAsync();
        await using (var driver = await stage.ConnectAsync("driver-gone", "driver:pump-cyan", BusMessage.Retained(stage.Topics.Liveness, new Liveness(false, 1))))
        {
            foreach (var message in Told(stage.Topics)) await driver.PublishAsync(message, CancellationToken.None).Soon();

            var early = await ForgetAsync();
            (early.ExitCode, early.Error.Trim()).Should().Be((10, "lab: site/pump-cyan is not forgotten: it is online; stop its driver first"));
            await driver.PublishAsync(BusMessage.Retained(stage.Topics.Liveness, new Liveness(false, 1)), CancellationToken.None).Soon();
        }

        await using var agents = await stage.ConnectAsync("agents", "agents");
        var before = await StoredAsync();
        before.Should().HaveCount(5);

        var forgotten = await ForgetAsync();

        (forgotten.ExitCode, forgotten.Error).Should().Be((0, ""));
        forgotten.Out.Trim().Should().Be("site/pump-cyan is forgotten by Ada: sold. Off the broker: birth, state, liveness, 2 properties");
        (await StoredAsync()).Should().BeEmpty();
        var stop = await stage.OperateAsync("stop", "--why", "smoke");
        (stop.ExitCode, stop.Out).Should().Match<(int Code, string Text)>(both => both.Code == 0 && both.Text.Contains("no instrument is known"));
        var again = await ForgetAsync();
        (again.ExitCode, again.Error.Trim()).Should().Be((10, "lab: no instrument 'pump-cyan' is known to this broker"));

        Task<Lab.LabResult> ForgetAsync() => stage.OperateAsync("forget", "pump-cyan", "--by", "Ada", "--why", "sold");

        async Task<List<string>> StoredAsync()
        {
            await using var fresh = await stage.ConnectAsync($"agents-{Guid.NewGuid():N}", "agents");
            var stored = new List<string>();
            foreach (var filter in new[] { Topics.EveryBirth, Topics.EveryLiveness, Topics.EveryState, Topics.EveryProperty })
            {
                await fresh.SubscribeAsync(filter, message =>
                {
                    lock (stored) stored.Add(message.Topic);
                }, CancellationToken.None).Soon();
            }

            await Task.Delay(300);
            lock (stored) return [.. stored];
        }
    }

    [Fact]
    public async Task An_operator_may_take_away_what_is_stored_and_may_not_put_anything_in_its_place()
    {
        await using var stage = await DriveStage.OpenAsync();
        await using var person = await stage.ConnectAsync("person", "operator");

        foreach (var message in Told(stage.Topics))
        {
            await person.PublishAsync(BusMessage.Cleared(message.Topic), CancellationToken.None).Soon();
            await person.Awaiting(one => one.PublishAsync(message, CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>().WithMessage("*NotAuthorized*");
        }

        var foreign = Topics.Of("elsewhere", "pump-cyan").Birth;
        await person.Awaiting(one => one.PublishAsync(BusMessage.Cleared(foreign), CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>("another site is not its own");
    }

    private static IEnumerable<BusMessage> Told(InstrumentTopics topics) =>
    [
        BusMessage.Retained(topics.Birth, new Birth("1", topics.Instrument, "pump", new InstrumentIdentity("none", "none", "1", "1"), true, 1, SchemaHashes.Of([], []), [], [], 1, Now)),
        BusMessage.Retained(topics.Liveness, new Liveness(true, 1)),
        BusMessage.Retained(topics.State, new StateFrame(DeviceState.Operate, UnitState.Idle, 1, 1, null, Now)),
        BusMessage.Retained(topics.Property("speed"), new PropertyFrame(Quantity.Of(1, "rpm"), Quality.Good, 1, Now)),
        BusMessage.Retained(topics.Property("temperature"), new PropertyFrame(Quantity.Of(1, "°C"), Quality.Good, 1, Now)),
    ];
}
