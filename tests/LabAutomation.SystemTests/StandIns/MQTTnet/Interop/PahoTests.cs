using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The server against paho, the reference client in Python.</summary>
public sealed class PahoTests
{
    private const string Script = """
        import sys, threading
        import paho.mqtt.client as mqtt
        from paho.mqtt.properties import Properties
        from paho.mqtt.packettypes import PacketTypes

        port, version = int(sys.argv[1]), int(sys.argv[2])
        arguments = dict(client_id="paho", protocol=version)
        if hasattr(mqtt, "CallbackAPIVersion"):
            arguments["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
        client = mqtt.Client(**arguments)
        client.username_pw_set("paho", "secret")
        client.will_set("paho/will", "gone", qos=1)
        done = threading.Event()
        seen = []

        def on_connect(client, userdata, flags, code, properties=None):
            client.subscribe([("paho/echo", 2), ("paho/forbidden", 1)])

        def on_subscribe(client, userdata, mid, granted, properties=None):
            print("granted", [int(getattr(code, "value", code)) for code in granted])
            for i in range(300):
                headers = None
                if version == 5:
                    headers = Properties(PacketTypes.PUBLISH)
                    headers.UserProperty = ("number", str(i))
                    headers.CorrelationData = bytes([i % 256])
                client.publish("paho/echo", str(i), qos=i % 3, **({"properties": headers} if headers else {}))

        def on_message(client, userdata, message):
            if message.topic == "paho/echo":
                if version == 5:
                    assert message.properties.UserProperty == [("number", message.payload.decode())]
                seen.append(int(message.payload))
                if len(seen) == 300:
                    done.set()

        client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
        client.connect("127.0.0.1", port, keepalive=5)
        client.loop_start()
        assert done.wait(30), len(seen)
        assert sorted(seen) == list(range(300))
        print("seen", len(seen))
        client._sock.close() if hasattr(client, "_sock") else None
        """;

    [SkippableTheory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Paho_publishes_subscribes_and_leaves_its_will(int version)
    {
        var python = ForeignProgram.Require("python3", "/usr/bin/python3");
        ForeignProgram.Require("python3-paho-mqtt", "/usr/lib/python3/dist-packages/paho/mqtt/client.py");
        await using var broker = await BrokerFixture.StartAsync(prepare: server =>
        {
            server.ValidatingConnectionAsync += connection =>
            {
                if (connection.ClientId == "paho" && connection.Password != "secret") connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
                return Task.CompletedTask;
            };
            server.InterceptingSubscriptionAsync += subscription =>
            {
                if (subscription.TopicFilter.Topic == "paho/forbidden") subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
                return Task.CompletedTask;
            };
        });
        var observer = await broker.ConnectAsync("observer");
        var inbox = new Inbox(observer);
        await observer.SubscribeAsync("paho/will", MqttQualityOfServiceLevel.AtLeastOnce);

        var (code, output) = await ForeignProgram.RunAsync(python, "-c", Script, broker.Port.ToString(), version.ToString());

        code.Should().Be(0, output);
        output.Should().Contain(version == 5 ? "granted [2, 135]" : "granted [2, 128]").And.Contain("seen 300");
        (await inbox.NextTextAsync()).Should().Be("gone");
    }

    private const string LoadScript = """
        import sys, threading
        import paho.mqtt.client as mqtt
        from paho.mqtt.properties import Properties
        from paho.mqtt.packettypes import PacketTypes

        port, version = int(sys.argv[1]), int(sys.argv[2])

        def make(name, clean):
            arguments = dict(client_id=name, protocol=version)
            if hasattr(mqtt, "CallbackAPIVersion"):
                arguments["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
            if version == 4:
                arguments["clean_session"] = clean
            client = mqtt.Client(**arguments)
            client.max_queued_messages_set(0)
            return client

        def connect(client, clean):
            options = {}
            if version == 5:
                options["clean_start"] = clean
                options["properties"] = Properties(PacketTypes.CONNECT)
                options["properties"].SessionExpiryInterval = 60
            client.connect("127.0.0.1", port, keepalive=5, **options)
            client.loop_start()

        def run(name, clean, filters, wanted, then):
            client, done, granted, seen = make(name, clean), threading.Event(), threading.Event(), {}

            def on_message(client, userdata, message):
                assert message.topic not in seen, message.topic
                seen[message.topic] = (len(message.payload), message.retain)
                if len(seen) == wanted:
                    done.set()

            client.on_message = on_message
            client.on_subscribe = lambda *arguments: granted.set()
            client.on_connect = lambda client, *arguments: client.subscribe(filters) if filters else granted.set()
            connect(client, clean)
            assert granted.wait(20)
            then(client)
            assert wanted == 0 or done.wait(40), len(seen)
            client.disconnect()
            client.loop_stop()
            return seen

        def publish(client, topics, payload, retain=False):
            for item in [client.publish(topic, payload, qos=index % 3, retain=retain) for index, topic in enumerate(topics)]:
                item.wait_for_publish(30)

        many = ["many/%d" % index for index in range(3000)]
        assert len(run("paho", True, [("many/#", 2)], 3000, lambda client: publish(client, many, "x"))) == 3000
        print("topics")
        assert run("paho", True, [("large/#", 2)], 3, lambda client: publish(client, ["large/0", "large/1", "large/2"], bytes(1024 * 1024)))["large/2"][0] == 1024 * 1024
        print("large")
        run("paho", True, [], 0, lambda client: publish(client, ["kept/0", "kept/1", "kept/2"], "x", True))
        assert all(seen[1] for seen in run("paho", True, [("kept/#", 1)], 3, lambda client: None).values())
        print("retained")
        run("session", False, [("away/#", 2)], 0, lambda client: None)
        run("paho", True, [], 0, lambda client: publish(client, ["away/%d" % index for index in range(1, 3)], "x"))
        run("paho", True, [], 0, lambda client: client.publish("away/9", "x", qos=2).wait_for_publish(20))
        run("session", False, [], 2, lambda client: None)
        print("session")
        """;

    [SkippableTheory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Paho_gets_thousands_of_topics_large_and_retained_messages_and_its_session(int version)
    {
        var python = ForeignProgram.Require("python3", "/usr/bin/python3");
        ForeignProgram.Require("python3-paho-mqtt", "/usr/lib/python3/dist-packages/paho/mqtt/client.py");
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions().WithMaxPendingMessagesPerClient(10_000));

        var (code, output) = await ForeignProgram.RunAsync(python, "-c", LoadScript, broker.Port.ToString(), version.ToString());

        code.Should().Be(0, output);
        output.Split((char[])['\n'], StringSplitOptions.RemoveEmptyEntries).Should().Equal("topics", "large", "retained", "session");
    }
}
