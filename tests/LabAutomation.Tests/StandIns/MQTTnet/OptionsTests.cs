using System.Net;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LabAutomation.Tests.StandIns.MQTTnet;

public sealed class OptionsTests
{
    [Fact]
    public void A_new_client_has_the_official_defaults()
    {
        var options = new MqttClientOptionsBuilder().WithTcpServer("lab").Build();

        options.CleanSession.Should().BeTrue();
        options.ClientId.Should().NotBeNullOrEmpty();
        options.KeepAlivePeriod.Should().Be(TimeSpan.FromSeconds(15));
        options.ProtocolVersion.Should().Be(MqttProtocolVersion.V500);
        options.Timeout.Should().Be(TimeSpan.FromSeconds(100));
        ((MqttClientTcpOptions)options.ChannelOptions).RemoteEndpoint.Should().Be(new DnsEndPoint("lab", 1883));
    }

    [Fact]
    public void TLS_moves_the_default_port()
    {
        var options = new MqttClientOptionsBuilder().WithTcpServer("lab").WithTlsOptions(_ => { }).Build();

        ((MqttClientTcpOptions)options.ChannelOptions).RemoteEndpoint.Should().Be(new DnsEndPoint("lab", 8883));
    }

    [Fact]
    public void A_client_needs_a_server()
    {
        var act = () => new MqttClientOptionsBuilder().Build();

        act.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void MQTT_3_1_1_refuses_options_that_it_cannot_carry()
    {
        var act = () => new MqttClientOptionsBuilder().WithTcpServer("lab").WithProtocolVersion(MqttProtocolVersion.V311).WithWillDelayInterval(1).Build();

        act.Should().Throw<NotSupportedException>().WithMessage("*WillDelayInterval*");
    }

    [Fact]
    public void A_message_needs_a_topic()
    {
        var act = () => new MqttApplicationMessageBuilder().WithPayload("x").Build();

        act.Should().Throw<MqttProtocolViolationException>();
    }

    [Fact]
    public void A_payload_may_be_given_in_every_form()
    {
        var bytes = "text"u8.ToArray();

        Payload(message => message.WithPayload("text")).Should().Be("text");
        Payload(message => message.WithPayload(bytes)).Should().Be("text");
        Payload(message => message.WithPayload(new ArraySegment<byte>(bytes, 1, 2))).Should().Be("ex");
        Payload(message => message.WithPayload(bytes.AsEnumerable())).Should().Be("text");
        Payload(message => message.WithPayload(new MemoryStream(bytes))).Should().Be("text");
        Payload(message => message.WithPayloadSegment(bytes.AsMemory(1))).Should().Be("ext");
        Payload(message => message.WithPayload((string?)null)).Should().BeNull();
        new MqttApplicationMessage { PayloadSegment = bytes }.ConvertPayloadToString().Should().Be("text");
    }

    [Fact]
    public void A_subscription_grants_what_its_builder_says()
    {
        var filter = new MqttTopicFilterBuilder().WithTopic("a").WithExactlyOnceQoS().WithNoLocal().WithRetainAsPublished()
            .WithRetainHandling(MqttRetainHandling.DoNotSendOnSubscribe).Build();

        filter.Should().BeEquivalentTo(new
        {
            Topic = "a", QualityOfServiceLevel = MqttQualityOfServiceLevel.ExactlyOnce, NoLocal = true, RetainAsPublished = true,
            RetainHandling = MqttRetainHandling.DoNotSendOnSubscribe,
        });
    }

    [Fact]
    public void User_properties_with_the_same_name_and_value_are_equal()
    {
        var one = new MqttApplicationMessageBuilder().WithTopic("a").WithUserProperty("n", Encoding.UTF8.GetBytes("v")).Build().UserProperties.Single();
        var two = new MqttApplicationMessageBuilder().WithTopic("b").WithUserProperty("n", "v"u8.ToArray().AsMemory()).Build().UserProperties.Single();

        one.Should().Be(two);
        one.GetHashCode().Should().Be(two.GetHashCode());
    }

    private static string? Payload(Action<MqttApplicationMessageBuilder> add)
    {
        var builder = new MqttApplicationMessageBuilder().WithTopic("a");
        add(builder);
        return builder.Build().ConvertPayloadToString();
    }
}
