using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>What may not be done is refused with a reason, and the device never hears of it.</summary>
public sealed class DriverHostRefusalTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private int _calls;

    [Theory]
    [InlineData("boil", 200, "mL", CauseCode.InvalidCommand, "no command 'boil'")]
    [InlineData("pour", 200, "g", CauseCode.InvalidCommand, "cannot be converted to mL")]
    [InlineData("pour", 2, "L", CauseCode.OutOfRange, "from 1 to 500 mL")]
    [InlineData("warm", 2, "mL", CauseCode.InvalidCommand, "no parameter 'volume'")]
    public async Task A_command_that_does_not_fit_is_refused_without_a_call_to_the_driver(string name, double volume, string unit, CauseCode cause, string message)
    {
        _kitchen.Send(_kitchen.Pour(1, volume, unit, name));

        var reply = await _kitchen.ReplyAsync(1);
        (reply.Status, reply.Cause).Should().Be((ActionStatus.Failed, cause));
        reply.Message.Should().Contain(message);
        AssertUntouched();
    }

    [Fact]
    public async Task A_caller_with_another_schema_is_refused()
    {
        _kitchen.Send(_kitchen.Pour(1) with { SchemaHash = "0123456789abcdef" });

        (await _kitchen.ReplyAsync(1)).Message.Should().Contain("must read the birth again");
        AssertUntouched();
    }

    [Fact]
    public async Task A_payload_that_is_no_command_is_answered_where_the_headers_tell_to_whom()
    {
        var message = _kitchen.Pour(1).ToBusMessage(TeaKitchen.Topics, 300);

        _kitchen.Broker.Publish(message with { Payload = "{\"arguments\":7}"u8.ToArray() });

        var reply = await _kitchen.ReplyAsync(1);
        (reply.Status, reply.Cause).Should().Be((ActionStatus.Failed, CauseCode.InvalidCommand));
        AssertUntouched();
    }

    [Theory]
    [InlineData("correlation")]
    [InlineData("response")]
    [InlineData("expiry")]
    [InlineData("elsewhere")]
    [InlineData("version")]
    public async Task A_missing_header_is_an_event_and_nothing_else(string missing)
    {
        var message = _kitchen.Pour(1).ToBusMessage(TeaKitchen.Topics, 300);

        _kitchen.Broker.Publish(missing switch
        {
            "correlation" => message with { CorrelationData = default },
            "response" => message with { ResponseTopic = null },
            "expiry" => message with { ExpirySeconds = null },
            "elsewhere" => message with { ResponseTopic = TeaKitchen.Topics.State },
            _ => message with { Properties = message.Properties.Remove(CommandMessage.VersionKey) },
        });

        (await _kitchen.EventAsync("command_refused")).Message.Should().NotBeEmpty();
        AssertUntouched();
    }

    [Fact]
    public async Task A_retained_command_is_not_even_answered()
    {
        await _kitchen.CrashAsync();
        _kitchen.Broker.Publish(_kitchen.Pour(1).ToBusMessage(TeaKitchen.Topics, 300) with { Retain = true });

        await _kitchen.StartAsync();

        (await _kitchen.EventAsync("command_refused")).Message.Should().Contain("never retained");
        _kitchen.Broker.Published.Should().NotContain(message => message.Topic.Contains("/reply"));
        _kitchen.Device.Pours.Should().Be(0);
    }

    [Fact]
    public async Task A_control_that_is_not_known_is_refused_with_an_event()
    {
        _kitchen.Control("dance");

        (await _kitchen.EventAsync("control_refused")).Message.Should().Be("dance: this driver host knows cancel, hold, unhold, abort, clear, lock, unlock and reconcile");
        _kitchen.Host.State.Should().Be(UnitState.Idle);
    }

    [Fact]
    public async Task Clear_of_a_unit_that_is_not_aborted_is_refused_and_changes_nothing()
    {
        _kitchen.Control("clear");

        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("only an aborted unit");
        _kitchen.Host.State.Should().Be(UnitState.Idle);
    }

    [Fact]
    public async Task Cancelling_an_unknown_action_is_refused()
    {
        _kitchen.Control("cancel", TeaKitchen.Id(99));

        (await _kitchen.EventAsync("control_refused")).Message.Should().Contain("neither waiting nor running");
    }

    [Fact]
    public async Task A_control_that_cannot_be_read_is_refused()
    {
        _kitchen.Broker.Publish(new BusMessage(TeaKitchen.Topics.Control("abort"), "now!"u8.ToArray()));

        await _kitchen.EventAsync("control_refused");
        _kitchen.Host.State.Should().Be(UnitState.Idle);
    }

    [Fact]
    public async Task An_acknowledgement_of_nothing_does_no_harm()
    {
        _kitchen.Acknowledge(5);
        _kitchen.Broker.Publish(new BusMessage("lab/1/site/tea/exec/nonsense/ack", ReadOnlyMemory<byte>.Empty));

        await _kitchen.EventAsync("acknowledgement_refused");
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
    }

    public async Task InitializeAsync()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        _calls = _kitchen.Device.Calls;
    }

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private void AssertUntouched() => _kitchen.Device.Calls.Should().Be(_calls);
}
