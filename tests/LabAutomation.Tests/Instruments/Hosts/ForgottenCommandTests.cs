using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>What the journal no longer knows is not done again.</summary>
public sealed class ForgottenCommandTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task A_copy_of_a_command_that_was_forgotten_is_expired_also_after_a_crash_and_where_the_clock_was_put_back()
    {
        await _kitchen.StartAsync();
        var command = _kitchen.Pour(1);
        await PourAsync(1, command);
        _kitchen.Clock.Advance(InstrumentJournal.Remembered * 2);
        await PourAsync(2, _kitchen.Pour(2));
        await _kitchen.CrashAsync();
        _kitchen.Clock = new FakeTimeProvider(command.Frame.Deadline - TimeSpan.FromMinutes(1));
        await _kitchen.StartAsync();

        _kitchen.Send(command);

        var reply = await _kitchen.ReplyAsync(1, which: 2);
        (reply.Status, reply.Cause).Should().Be((ActionStatus.Expired, CauseCode.Unachievable));
        reply.Message.Should().Be("actions with deadlines up to 2026-03-01T12:05:00.0000000+00:00 were forgotten, so whether this one was done cannot be told; a new action has a later deadline");
        _kitchen.Device.Pours.Should().Be(2);

        _kitchen.Send(_kitchen.Pour(3));
        (await _kitchen.ResultAsync(3)).Status.Should().Be(ActionStatus.Succeeded, "a new action has a later deadline");
    }

    [Fact]
    public async Task A_result_that_nobody_has_acknowledged_is_told_after_any_time()
    {
        await _kitchen.StartAsync();
        var command = _kitchen.Pour(1);
        _kitchen.Send(command);
        await _kitchen.ResultAsync(1);
        _kitchen.Clock.Advance(InstrumentJournal.Remembered * 2);
        await PourAsync(2, _kitchen.Pour(2));

        _kitchen.Send(command);

        (await _kitchen.ResultAsync(1, which: 2)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(2);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private async Task PourAsync(int n, CommandMessage command)
    {
        _kitchen.Send(command);
        await _kitchen.ResultAsync(n);
        _kitchen.Broker.Publish(new BusMessage(TeaKitchen.Topics.Acknowledge(TeaKitchen.Id(n)), ReadOnlyMemory<byte>.Empty));
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Result(TeaKitchen.Id(n)) && message.Payload.IsEmpty));
    }
}
