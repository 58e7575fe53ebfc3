using System.Globalization;
using System.Text;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>A simulated broker in virtual time with two clients, who tell each other things: who heard what, and when.</summary>
internal sealed class BusStand
{
    private static readonly BusMessage Will = Text("lab/will", "one is gone");
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<string> _trace = [];

    public BusStand() => Broker = new SimulatedBroker(_clock);

    public SimulatedBroker Broker { get; }

    public SimulatedBus One { get; private set; } = null!;

    public SimulatedBus Two { get; private set; } = null!;

    /// <summary>Client, what it heard or noticed, and the second at which it did.</summary>
    public IReadOnlyList<string> Trace => _trace;

    public IEnumerable<string> Heard(string client) => _trace.Where(line => line.StartsWith($"{client} ", StringComparison.Ordinal)).Select(line => line[(client.Length + 1)..]);

    /// <summary>Runs the script with both clients connected, and a minute more.</summary>
    public void Run(Func<Task> script)
    {
        var loop = new VirtualLoop(_clock);
        loop.Run(async () =>
        {
            await using var one = One = Broker.CreateBus("one", Will);
            await using var two = Two = Broker.CreateBus("two");
            foreach (var bus in new[] { one, two })
            {
                await bus.StartAsync(CancellationToken.None);
                await bus.SubscribeAsync($"lab/to-{bus.ClientId}", message => Note(bus.ClientId, Mailbox.Text(message)), CancellationToken.None);
            }

            await two.SubscribeAsync("lab/will", message => Note("two", Mailbox.Text(message)), CancellationToken.None);
            await PassAsync(1);
            foreach (var bus in new[] { one, two }) bus.ConnectionChanged += connected => Note(bus.ClientId, connected ? "is back" : "lost the link");
            await script();
            await PassAsync(60);
        });
        loop.FirstFromOutside.Should().BeNull();
    }

    public Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), _clock);

    /// <summary>Begins to publish, and notes when the broker has taken it.</summary>
    public void Tell(SimulatedBus bus, string to, string text, bool retain = false) => _ = TellAsync(bus, to, text, retain);

    private async Task TellAsync(SimulatedBus bus, string to, string text, bool retain)
    {
        await bus.PublishAsync(Text($"lab/to-{to}", text) with { Retain = retain }, CancellationToken.None);
        Note(bus.ClientId, $"knows {text} taken");
    }

    /// <summary>Seconds since the script began, after the one in which it was set up.</summary>
    private void Note(string client, string what) => _trace.Add(string.Create(CultureInfo.InvariantCulture, $"{client} {what} {_clock.Elapsed.TotalSeconds - 1:0.0}"));

    private static BusMessage Text(string topic, string text) => new(topic, Encoding.UTF8.GetBytes(text));
}
