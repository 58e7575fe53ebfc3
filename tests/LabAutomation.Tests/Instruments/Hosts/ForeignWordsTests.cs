using System.Text;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>Words that are allowed on the wire and take more room than a message has when they are told on: nobody's words end a host or keep it from stopping.</summary>
public sealed class ForeignWordsTests : IAsyncLifetime
{
    /// <summary>Each takes one byte as it comes, and six when it is written again.</summary>
    private static readonly string Swelling = new('\u007f', 300_000);

    private readonly TeaKitchen _kitchen = new();

    public static TheoryData<string, string> Payloads => new()
    {
        { "cmd/pour", $$$"""{"arguments":{"{{{Swelling}}}":{"value":1,"unit":"mL"}},"deadline":"2027-01-01T00:00:00Z"}""" },
        { "cmd/pour", $$$"""{"arguments":{},"{{{Swelling}}}":1,"deadline":"2027-01-01T00:00:00Z"}""" },
        { "cmd/pour", $$$"""{"arguments":{"{{{new string('a', FrameCodec.MaximumBytes - 100)}}}":{"value":1,"unit":"1"}},"deadline":"2027-01-01T00:00:00Z"}""" },
        { "ctl/cancel", $$$"""{"action":"{{{Swelling}}}","by":"Ada","reason":"tea","at":"2026-03-01T12:00:00Z"}""" },
        { "ctl/lock", $$$"""{"by":"{{{Swelling}}}","reason":"tea","lease":86400,"token":null,"at":"2026-03-01T12:00:00Z"}""" },
        { "ctl/clear", $$$"""{"action":null,"by":"Ada","reason":"{{{Swelling}}}","at":"2026-03-01T12:00:00Z"}""" },
    };

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task A_host_outlives_them_and_its_restart_and_good_commands_are_carried_out(string topic, string payload)
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        Say(topic, payload);
        _kitchen.Send(_kitchen.Pour(2));
        (await _kitchen.ResultAsync(2)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Acknowledge(2);

        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();
        _kitchen.Send(_kitchen.Pour(3));

        (await _kitchen.ResultAsync(3)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Host.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task An_abort_for_a_reason_without_end_stops_like_any_other()
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);

        Say("ctl/abort", $$$"""{"action":null,"by":"Ada","reason":"{{{Swelling}}}","at":"2026-03-01T12:00:00Z"}""");

        (await _kitchen.StateAsync(UnitState.Aborted)).Aborted!.Message.Length.Should().BeLessThanOrEqualTo(ForeignText.Longest + 1);
        _kitchen.Device.MadeSafe.Should().BePositive();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_trip_for_a_reason_without_end_is_obeyed_while_running_and_at_the_start(bool isThereFirst)
    {
        await _kitchen.StartAsync();
        await _kitchen.StateAsync(UnitState.Idle);
        if (isThereFirst) await _kitchen.CrashAsync();
        var before = _kitchen.Device.MadeSafe;
        _kitchen.Broker.Publish(new BusMessage(Topics.InterlockTrip, Encoding.UTF8.GetBytes($$$"""{"tripped":true,"reason":"{{{Swelling}}}","by":"Ada","at":"2026-03-01T12:00:00Z"}""")) { Retain = true });

        if (isThereFirst) await _kitchen.StartAsync();

        await _kitchen.StateAsync(UnitState.Aborted);
        _kitchen.Device.MadeSafe.Should().BeGreaterThan(before);
        _kitchen.Host.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_driver_that_fails_with_a_message_without_end_has_failed_like_any_other()
    {
        await _kitchen.StartAsync((_, _, _) => throw new InstrumentFaultException(Swelling));

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Cause.Should().Be(CauseCode.HardwareFault);
        await _kitchen.StateAsync(UnitState.Aborted);
    }

    [Fact]
    public async Task A_property_that_the_birth_does_not_declare_is_told_once_and_not_published()
    {
        await _kitchen.StartAsync((_, scope, _) =>
        {
            scope.Observe("room temperature", Quantity.Of(20, "°C"));
            scope.Observe("room temperature", Quantity.Of(21, "°C"));
            return Task.FromResult(ActionOutcome.Succeeded());
        });

        _kitchen.Send(_kitchen.Pour(1));

        (await _kitchen.ResultAsync(1)).Status.Should().Be(ActionStatus.Succeeded);
        (await _kitchen.EventAsync("property_refused")).Message.Should().Contain("'room temperature'").And.Contain("birth");
        _kitchen.Broker.Published.Count(message => message.Topic == TeaKitchen.Topics.Event && FrameCodec.Decode<EventFrame>(message.Payload).Kind == "property_refused").Should().Be(1);
    }

    [Fact]
    public async Task Data_that_no_message_holds_fail_the_action_and_not_the_host()
    {
        var series = new Series([new("x", Unit.One)], [[.. new double[BulkData.MaximumBytes / 8 + 1]]]);
        await _kitchen.StartAsync((_, _, _) => Task.FromResult(ActionOutcome.Succeeded().With("spectrum", series)));

        _kitchen.Send(_kitchen.Pour(1));

        var result = await _kitchen.ResultAsync(1);
        (result.Status, result.Data.Length).Should().Be((ActionStatus.Failed, 0));
        result.Message.Should().Contain("'spectrum'").And.Contain($"{BulkData.MaximumBytes}");
        _kitchen.Host.Completion.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_late_copy_of_a_command_whose_data_are_acknowledged_is_answered_without_them()
    {
        await _kitchen.StartAsync((_, _, _) => Task.FromResult(ActionOutcome.Succeeded().With("spectrum", new Series([new("x", Unit.One)], [[1.0, 2.0]]))));
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ResultAsync(1)).Data.Should().ContainSingle();
        _kitchen.Acknowledge(1);
        var told = _kitchen.Broker.Published.Count;

        _kitchen.Send(_kitchen.Pour(1));

        var again = await _kitchen.Broker.SeeAsync(all => all.Skip(told).LastOrDefault(message => message.Topic == TeaKitchen.Topics.Result(TeaKitchen.Id(1)) && message.Payload.Length > 0));
        FrameCodec.Decode<ResultFrame>(again.Payload).Data.Should().BeEmpty("nothing is there any more to which it could refer");
        _kitchen.Host.Completion.IsCompleted.Should().BeFalse();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _kitchen.DisposeAsync();

    private void Say(string topic, string payload)
    {
        var message = topic == "cmd/pour" ? _kitchen.Pour(1).ToBusMessage(TeaKitchen.Topics, 300) : new BusMessage(TeaKitchen.Topics.Control(topic["ctl/".Length..]), default);
        _kitchen.Broker.Publish(message with { Payload = Encoding.UTF8.GetBytes(payload) });
    }
}
