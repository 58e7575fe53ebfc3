using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol;

public sealed class TopicTests
{
    private static readonly InstrumentTopics Pump = Topics.Of("site", "pump-1");
    private static readonly ActionId Action = ActionId.Parse("0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60");

    [Fact]
    public void Topics_are_those_of_the_contract()
    {
        string[] topics =
        [
            Pump.Birth, Pump.Liveness, Pump.State, Pump.Event, Pump.Property("volume"), Pump.Command("dispense"), Pump.Control("abort"),
            Pump.Status(Action), Pump.Result(Action), Pump.Acknowledge(Action), Pump.Data(Action, "uv"), Topics.Replies("agents"), Topics.InterlockTrip,
        ];

        topics.Should().Equal(
            "lab/1/site/pump-1/birth",
            "lab/1/site/pump-1/liveness",
            "lab/1/site/pump-1/state",
            "lab/1/site/pump-1/event",
            "lab/1/site/pump-1/prop/volume",
            "lab/1/site/pump-1/cmd/dispense",
            "lab/1/site/pump-1/ctl/abort",
            "lab/1/site/pump-1/exec/0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60/status",
            "lab/1/site/pump-1/exec/0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60/result",
            "lab/1/site/pump-1/exec/0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60/ack",
            "lab/1/site/pump-1/exec/0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60/data/uv",
            "lab/1/clients/agents/reply",
            "lab/1/interlock/trip");
        topics.Should().OnlyContain(topic => TopicFilter.IsTopic(topic));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("two words")]
    [InlineData("naïve")]
    [InlineData("a\0b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void A_name_that_is_not_one_level_is_refused(string name)
    {
        Topics.IsName(name).Should().BeFalse();
        foreach (var call in new Action[]
        {
            () => Topics.Of(name, "pump"), () => Topics.Of("site", name), () => Topics.Replies(name), () => Pump.Property(name),
            () => Pump.Command(name), () => Pump.Control(name), () => Pump.Data(Action, name),
        })
        {
            call.Should().Throw<ArgumentException>().WithMessage($"*'{name}'*");
        }
    }

    [Fact]
    public void A_site_cannot_take_the_place_of_reply_topics() =>
        ((Action)(() => Topics.Of("clients", "pump"))).Should().Throw<ArgumentException>().WithMessage("*clients*");

    [Fact]
    public void A_topic_of_an_instrument_is_split()
    {
        Topics.TrySplit("lab/1/site/pump-1/exec/7/data/uv", out var site, out var instrument, out var rest).Should().BeTrue();

        (site, instrument, rest).Should().Be(("site", "pump-1", "exec/7/data/uv"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lab/1/site/pump")]
    [InlineData("lab/1/site/pump/")]
    [InlineData("lab/2/site/pump/state")]
    [InlineData("lab/1/clients/agents/reply")]
    [InlineData("lab/1//pump/state")]
    [InlineData("lab/1/site//state")]
    [InlineData("lab/1/+/pump/state")]
    [InlineData("Lab/1/site/pump/state")]
    [InlineData("lab/1/interlock/trip")]
    public void Any_other_topic_is_not(string topic) => Topics.TrySplit(topic, out _, out _, out _).Should().BeFalse();
}
