using System.Threading.Channels;
using MQTTnet;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>What a client has received, in order.</summary>
internal sealed class Inbox
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly Channel<MqttApplicationMessage> _messages = Channel.CreateUnbounded<MqttApplicationMessage>();

    public Inbox(IMqttClient client) => client.ApplicationMessageReceivedAsync += received =>
    {
        _messages.Writer.TryWrite(received.ApplicationMessage);
        return Task.CompletedTask;
    };

    public async Task<MqttApplicationMessage> NextAsync() => await _messages.Reader.ReadAsync().AsTask().WaitAsync(_patience);

    public async Task<string?> NextTextAsync() => (await NextAsync()).ConvertPayloadToString();

    public async Task<List<string?>> TakeAsync(int count)
    {
        var texts = new List<string?>(count);
        while (texts.Count < count) texts.Add(await NextTextAsync());
        return texts;
    }

    /// <summary>Waits a while and asserts that nothing came.</summary>
    public async Task StaysEmptyAsync(int milliseconds = 300)
    {
        await Task.Delay(milliseconds);
        _messages.Reader.TryRead(out var message).Should().BeFalse($"but '{message?.Topic}' came with '{message?.ConvertPayloadToString()}'");
    }
}
