using System.Text;
using System.Threading.Channels;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>What a subscription brought, in order.</summary>
public sealed class Mailbox
{
    private readonly Channel<BusMessage> _messages = Channel.CreateUnbounded<BusMessage>();

    public static async Task<Mailbox> OpenAsync(ILabBus bus, string filter)
    {
        var mailbox = new Mailbox();
        await bus.SubscribeAsync(filter, mailbox.Put, CancellationToken.None).Soon();
        return mailbox;
    }

    public bool HasMail => _messages.Reader.Count > 0;

    public void Put(BusMessage message) => _messages.Writer.TryWrite(message);

    public Task<BusMessage> NextAsync() => _messages.Reader.ReadAsync().AsTask().Soon();

    public async Task<string> NextTextAsync() => Text(await NextAsync());

    /// <summary>Everything up to and with the first message that says so.</summary>
    public async Task<List<string>> UntilAsync(string last)
    {
        var texts = new List<string>();
        do texts.Add(await NextTextAsync());
        while (texts[^1] != last);
        return texts;
    }

    public static string Text(BusMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}

public static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Fails a test that hangs.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);
}
