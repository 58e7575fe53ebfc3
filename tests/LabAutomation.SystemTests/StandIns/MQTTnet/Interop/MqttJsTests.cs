using MQTTnet;
using MQTTnet.Protocol;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The server against MQTT.js, the client of Node.js and browsers.</summary>
public sealed class MqttJsTests
{
    private static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LabAutomation.sln"))) folder = folder.Parent;
            return Path.Combine(folder?.FullName ?? "", "tests/LabAutomation.SystemTests/StandIns/MQTTnet/Interop/mqttjs");
        }
    }

    [SkippableTheory]
    [InlineData("4")]
    [InlineData("5")]
    public async Task MQTT_js_gets_every_quality_retained_large_and_many_messages_and_leaves_its_will(string version)
    {
        var node = ForeignProgram.Require("node", "/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node");
        ForeignProgram.Require($"MQTT.js (npm ci in {Folder})", Path.Combine(Folder, "node_modules/mqtt/package.json"));
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions().WithMaxPendingMessagesPerClient(10_000));
        var observer = await broker.ConnectAsync("observer");
        var inbox = new Inbox(observer);
        await observer.SubscribeAsync("js/will", MqttQualityOfServiceLevel.AtLeastOnce);

        var (code, output) = await ForeignProgram.RunAsync(node, Path.Combine(Folder, "talk.mjs"), $"{broker.Port}", version);

        code.Should().Be(0, output);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal("qualities", "properties", "large", "topics", "retained", "session", "vanishing");
        (await inbox.NextTextAsync()).Should().Be("gone");
    }
}
