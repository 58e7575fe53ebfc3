using System.Collections.Immutable;
using System.Text;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol;

public sealed class CommandMessageTests
{
    private static readonly InstrumentTopics Pump = Topics.Of("site", "pump");
    private static readonly CommandMessage Command = new(
        ActionId.Derive("c", 1, "dose", 0, 1),
        "dispense",
        new CommandFrame(
            ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(1.5, "mL")),
            new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)),
        Topics.Replies("agents"),
        "agents",
        "abc123",
        42,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        new DateTimeOffset(2026, 1, 31, 11, 59, 58, 500, TimeSpan.Zero));

    [Fact]
    public void A_command_becomes_a_message_with_its_headers()
    {
        var message = Command.ToBusMessage(Pump, 30);

        (message.Topic, message.Retain, message.ResponseTopic, message.ExpirySeconds, message.ContentType)
            .Should().Be(("lab/1/site/pump/cmd/dispense", false, "lab/1/clients/agents/reply", 30u, "application/json"));
        message.CorrelationData.ToArray().Should().Equal(Command.Action.ToBytes());
        message.Properties.Should().Equal(new Dictionary<string, string>
        {
            ["protocol"] = "1", ["source"] = "agents", ["schema-hash"] = "abc123", ["lock-token"] = "42",
            ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ["timestamp"] = "2026-01-31T11:59:58.5Z",
        });
    }

    [Fact]
    public void What_was_sent_is_read()
    {
        CommandMessage.Read(Command.ToBusMessage(Pump, 30)).Should().BeEquivalentTo(Command);

        var plain = Command with { SchemaHash = null, LockToken = null, TraceParent = null, Timestamp = null };
        CommandMessage.Read(plain.ToBusMessage(Pump, 30)).Should().BeEquivalentTo(plain);
    }

    [Fact]
    public void A_command_without_a_time_limit_is_not_sent() =>
        Command.Invoking(command => command.ToBusMessage(Pump, 0)).Should().Throw<ArgumentOutOfRangeException>();

    public static TheoryData<string, string, Func<BusMessage, BusMessage>> Wrong => new()
    {
        { "retained", "*never retained*", message => message with { Retain = true } },
        { "on another topic", "*'lab/1/site/pump/state'*", message => message with { Topic = "lab/1/site/pump/state" } },
        { "without a name", "*name*", message => message with { Topic = "lab/1/site/pump/cmd/" } },
        { "with two names", "*'a/b'*", message => message with { Topic = "lab/1/site/pump/cmd/a/b" } },
        { "without an action id", "*correlation data*", message => message with { CorrelationData = default } },
        { "with a short action id", "*16 bytes*", message => message with { CorrelationData = new byte[15] } },
        { "without a response topic", "*response topic*", message => message with { ResponseTopic = null } },
        { "with an empty response topic", "*response topic*", message => message with { ResponseTopic = "" } },
        { "with a wildcard to answer on", "*'lab/#'*", message => message with { ResponseTopic = "lab/#" } },
        { "without a version", "*version ''*", message => message with { Properties = message.Properties.Remove("protocol") } },
        { "of another version", "*version '2'*", message => message with { Properties = message.Properties.SetItem("protocol", "2") } },
        { "without a source", "*source*", message => message with { Properties = message.Properties.Remove("source") } },
        { "with an empty source", "*source*", message => message with { Properties = message.Properties.SetItem("source", "") } },
        { "with words for a token", "*'x'*", message => message with { Properties = message.Properties.SetItem("lock-token", "x") } },
        { "with a negative token", "*'-1'*", message => message with { Properties = message.Properties.SetItem("lock-token", "-1") } },
        { "with a token too large", "*9999*", message => message with { Properties = message.Properties.SetItem("lock-token", "99999999999999999999") } },
        { "with a local time", "*'2026-01-31T12:00:00+01:00'*2026-01-31T12:00:00.5Z*", message => message with { Properties = message.Properties.SetItem("timestamp", "2026-01-31T12:00:00+01:00") } },
        { "without a payload", "*CommandFrame*", message => message with { Payload = default } },
        { "with another payload", "*CommandFrame*", message => message with { Payload = Encoding.UTF8.GetBytes("[]") } },
    };

    [Theory]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01")]
    [InlineData("a trace")]
    public void A_trace_that_is_none_is_left_out_and_the_command_taken(string trace) =>
        CommandMessage.Read((Command with { TraceParent = trace }).ToBusMessage(Pump, 30)).TraceParent.Should().BeNull();

    [Theory]
    [InlineData(null, false)]
    [InlineData(0u, false)]
    [InlineData(1u, true)]
    public void Whether_it_has_an_expiry_is_told(uint? seconds, bool expires) =>
        CommandMessage.Read(Command.ToBusMessage(Pump, 30) with { ExpirySeconds = seconds }).Expires.Should().Be(expires);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_command_is_refused_with_the_reason(string what, string reason, Func<BusMessage, BusMessage> spoil) =>
        ((Action)(() => CommandMessage.Read(spoil(Command.ToBusMessage(Pump, 30))))).Should().Throw<FrameException>(what).WithMessage(reason);
}
