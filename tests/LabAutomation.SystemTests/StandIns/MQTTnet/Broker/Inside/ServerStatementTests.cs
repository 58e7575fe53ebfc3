using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>What MQTT 5 asks of a server, packet by packet; the numbers are those of its normative statements.</summary>
public sealed class ServerStatementTests
{
    private static PublishPacket Publish(string topic, MqttQualityOfServiceLevel quality, ushort id = 1, PacketProperties? properties = null, bool retain = false) =>
        new() { Topic = topic, PacketId = id, Quality = quality, Retain = retain, Payload = "x"u8.ToArray(), Properties = properties ?? PacketProperties.None };

    private static SubscribePacket Subscribe(string filter, bool noLocal = false, bool retainAsPublished = false, uint identifier = 0, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.ExactlyOnce) => new()
    {
        PacketId = 7,
        Filters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = quality, NoLocal = noLocal, RetainAsPublished = retainAsPublished }],
        Properties = identifier == 0 ? PacketProperties.None : new PacketProperties { SubscriptionIdentifiers = [identifier] },
    };

    private static async Task<RawClient> ConnectAsync(BrokerFixture broker, string name, uint? expiry = null)
    {
        var client = await broker.DialAsync();
        await client.ConnectAsync(name, expiry);
        return client;
    }

    [Fact]
    public async Task Session_present_tells_whether_there_was_a_session()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        (await ConnectAsync(broker, "a", expiry: 60)).Kill();

        using var second = await broker.DialAsync();
        (await second.ConnectAsync("a", expiry: 60)).SessionPresent.Should().BeTrue("3.2.2-3");
        using var third = await broker.DialAsync();
        (await third.ConnectAsync("a", expiry: 60, clean: true)).SessionPresent.Should().BeFalse("3.2.2-2");
    }

    [Fact]
    public async Task A_connection_that_is_taken_over_is_told_so()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var first = await ConnectAsync(broker, "a");
        using var second = await ConnectAsync(broker, "a");

        (await first.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.SessionTakenOver, "3.1.4-3");
        await first.ReadEndAsync();
    }

    [Fact]
    public async Task CONNACK_names_what_the_server_accepts()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await broker.DialAsync();

        var properties = (await client.ConnectAsync("a")).Properties;

        properties.ReceiveMaximum.Should().Be(1024);
        properties.MaximumPacketSize.Should().Be(32 * 1024 * 1024);
        properties.TopicAliasMaximum.Should().Be(256);
        properties.SharedSubscriptionAvailable.Should().NotBe(false);
    }

    [Fact]
    public async Task More_than_the_receive_maximum_ends_the_connection()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");

        for (ushort id = 1; id <= 1025; id++) client.Send(Publish("t", MqttQualityOfServiceLevel.ExactlyOnce, id));

        for (var id = 1; id <= 1024; id++) (await client.ReadAsync<AckPacket>()).Kind.Should().Be(MqttControlPacketType.PubRec);
        (await client.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.ReceiveMaximumExceeded, "3.3.4-7");
    }

    [Fact]
    public async Task A_packet_above_the_maximum_ends_the_connection_before_it_has_come()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");

        client.SendBytes(0x30, 0x80, 0x80, 0x80, 0x10);

        (await client.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.PacketTooLarge, "3.2.2-15");
    }

    [Fact]
    public async Task A_topic_alias_above_the_maximum_ends_the_connection()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");

        client.Send(Publish("t", MqttQualityOfServiceLevel.AtMostOnce, 0, new PacketProperties { TopicAlias = 257 }));

        (await client.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.TopicAliasInvalid, "3.3.2-9");
    }

    [Fact]
    public async Task No_Local_on_a_shared_subscription_is_a_protocol_error()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");

        client.Send(Subscribe("$share/g/t", noLocal: true));

        (await client.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.ProtocolError, "3.8.3-4");
    }

    [Fact]
    public async Task A_filter_with_thousands_of_levels_is_refused_and_harms_nobody()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");

        client.Send(Subscribe(string.Join('/', Enumerable.Repeat("+", 30_000))));
        client.Send(Publish(new string('/', 60_000), MqttQualityOfServiceLevel.AtLeastOnce));

        (await client.ReadAsync<FilterAckPacket>()).ReasonCodes.Should().Equal((byte)MqttSubscribeReasonCode.TopicFilterInvalid);
        (await client.ReadAsync<AckPacket>()).ReasonCode.Should().Be((byte)MqttPubAckReasonCode.NoMatchingSubscribers);
    }

    [Fact]
    public async Task A_client_has_a_limited_number_of_filters_and_is_told()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");
        client.Send(new SubscribePacket { PacketId = 1, Filters = [.. Enumerable.Range(0, 10_001).Select(i => new MqttTopicFilter { Topic = $"t/{i}" })] });

        var codes = (await client.ReadAsync<FilterAckPacket>()).ReasonCodes;

        codes[..10_000].Should().AllBeEquivalentTo((byte)0);
        codes[10_000].Should().Be((byte)MqttSubscribeReasonCode.QuotaExceeded);
    }

    [Fact]
    public async Task Unknown_identifiers_are_answered_with_not_found()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");

        client.Send(new AckPacket(MqttControlPacketType.PubRel, 5));
        client.Send(new AckPacket(MqttControlPacketType.PubRec, 6));

        (await client.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubComp, ReasonCode = AckPacket.NotFound });
        (await client.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubRel, ReasonCode = AckPacket.NotFound });
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_what_they_answer()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");

        for (ushort id = 1; id <= 300; id++) client.Send(Publish("t", (MqttQualityOfServiceLevel)(1 + (id % 2)), id));

        for (ushort id = 1; id <= 300; id++) (await client.ReadAsync<AckPacket>()).PacketId.Should().Be(id, "4.6.0-2");
    }

    [Fact]
    public async Task Who_wants_no_problem_information_gets_no_reasons()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingPublishAsync += arguments =>
        {
            (arguments.ProcessPublish, arguments.Response.ReasonCode, arguments.Response.ReasonString) = (false, MqttPubAckReasonCode.NotAuthorized, "no");
            return Task.CompletedTask;
        });
        foreach (var (wants, expected) in new[] { (false, null), (true, "no") })
        {
            using var client = await broker.DialAsync();
            client.Send(new ConnectPacket { ClientId = "a", Properties = new PacketProperties { RequestProblemInformation = wants } });
            await client.ReadAsync<ConnAckPacket>();
            client.Send(Publish("t", MqttQualityOfServiceLevel.AtLeastOnce));

            var answer = await client.ReadAsync<AckPacket>();

            answer.ReasonCode.Should().Be((byte)MqttPubAckReasonCode.NotAuthorized);
            answer.Properties.ReasonString.Should().Be(expected, "3.1.2-29");
        }
    }

    [Fact]
    public async Task One_copy_carries_the_identifiers_of_all_filters_and_the_headers_in_their_order()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await ConnectAsync(broker, "a");
        foreach (var (filter, identifier) in new[] { ("t/#", 3u), ("t/+", 268_435_455u), ("t/x", 0u) })
        {
            client.Send(Subscribe(filter, identifier: identifier));
            await client.ReadAsync<FilterAckPacket>();
        }

        var properties = new PacketProperties
        {
            PayloadFormatIndicator = 1,
            MessageExpiryInterval = 100,
            ContentType = "text/plain",
            ResponseTopic = "r",
            CorrelationData = [1, 2],
            UserProperties = [new MqttUserProperty("b", "1"u8.ToArray()), new MqttUserProperty("a", "2"u8.ToArray()), new MqttUserProperty("b", "3"u8.ToArray())],
        };
        client.Send(Publish("t/x", MqttQualityOfServiceLevel.AtMostOnce, 0, properties));

        var got = (await client.ReadAsync<PublishPacket>()).Properties;
        got.SubscriptionIdentifiers.Should().BeEquivalentTo([3u, 268_435_455u], "3.3.4-3");
        got.UserProperties!.Select(property => property.Name + property.ReadValueAsString()).Should().Equal(["b1", "a2", "b3"], "3.3.2-18");
        got.Should().BeEquivalentTo(new { PayloadFormatIndicator = (byte)1, ContentType = "text/plain", ResponseTopic = "r", CorrelationData = new byte[] { 1, 2 } });
        got.MessageExpiryInterval.Should().BeInRange(98, 100);
    }

    [Fact]
    public async Task The_expiry_that_a_receiver_sees_is_what_is_left_of_it()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        using (var absent = await ConnectAsync(broker, "a", expiry: 60)) await absent.SubscribeAsync("t");
        using var publisher = await ConnectAsync(broker, "b");
        publisher.Send(Publish("t", MqttQualityOfServiceLevel.AtLeastOnce, 1, new PacketProperties { MessageExpiryInterval = 100 }));
        await publisher.ReadAsync<AckPacket>();
        await Task.Delay(2100);

        using var back = await ConnectAsync(broker, "a", expiry: 60);

        (await back.ReadAsync<PublishPacket>()).Properties.MessageExpiryInterval.Should().BeInRange(90, 98, "3.3.2-6");
    }

    [Fact]
    public async Task The_retain_flag_is_kept_only_for_who_asked()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var keeps = await ConnectAsync(broker, "keeps");
        using var clears = await ConnectAsync(broker, "clears");
        keeps.Send(Subscribe("t", retainAsPublished: true));
        clears.Send(Subscribe("t"));
        await keeps.ReadAsync<FilterAckPacket>();
        await clears.ReadAsync<FilterAckPacket>();

        await broker.Server.InjectApplicationMessage("t", "x", MqttQualityOfServiceLevel.AtMostOnce, retain: true);

        (await keeps.ReadAsync<PublishPacket>()).Retain.Should().BeTrue("3.3.1-13");
        (await clears.ReadAsync<PublishPacket>()).Retain.Should().BeFalse("3.3.1-12");
        using var late = await ConnectAsync(broker, "late");
        late.Send(Subscribe("t"));
        await late.ReadAsync<FilterAckPacket>();
        (await late.ReadAsync<PublishPacket>()).Retain.Should().BeTrue("3.3.1-8");
    }

    [Fact]
    public async Task A_message_comes_with_the_lower_of_both_qualities()
    {
        await using var broker = await BrokerFixture.StartAsync();
        foreach (var granted in Enum.GetValues<MqttQualityOfServiceLevel>())
        {
            using var client = await ConnectAsync(broker, $"q{granted}");
            client.Send(Subscribe($"t/{granted}", quality: granted));
            (await client.ReadAsync<FilterAckPacket>()).ReasonCodes.Should().Equal((byte)granted);
            foreach (var published in Enum.GetValues<MqttQualityOfServiceLevel>())
            {
                await broker.Server.InjectApplicationMessage($"t/{granted}", "x", published);

                (await client.ReadAsync<PublishPacket>()).Quality.Should().Be(published < granted ? published : granted, "3.8.4-8");
            }
        }
    }

    [Fact]
    public async Task The_window_of_the_receiver_holds_for_what_is_sent_again_as_well()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        using (var first = await ConnectAsync(broker, "a", expiry: 60))
        {
            await first.SubscribeAsync("t");
            for (var i = 0; i < 5; i++) await broker.Server.InjectApplicationMessage("t", $"{i}", MqttQualityOfServiceLevel.AtLeastOnce);
            for (var i = 0; i < 5; i++) await first.ReadAsync<PublishPacket>();
        }

        using var second = await broker.DialAsync();
        await second.ConnectAsync("a", expiry: 60, receiveMaximum: 2);
        var ids = new[] { (await second.ReadAsync<PublishPacket>()).PacketId, (await second.ReadAsync<PublishPacket>()).PacketId };
        var third = second.ReadAsync<PublishPacket>();
        await Task.Delay(200);
        third.IsCompleted.Should().BeFalse("3.3.4-9");
        foreach (var id in ids) second.Send(new AckPacket(MqttControlPacketType.PubAck, id));

        (await third).Duplicate.Should().BeTrue("3.3.1-1");
    }
}
