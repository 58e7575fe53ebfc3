using System.Threading.Channels;
using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

/// <summary>A fresh actor system per test. Only the official API is used, so the same tests judge the official package.</summary>
public abstract class ActorSystemTest : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected ActorSystem Actors { get; } = ActorSystem.Create("bench");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Actors.Terminate().WaitAsync(Patience);

    private protected Probe Probe() => new(Actors);
}

/// <summary>An actor that keeps what it receives for the test to look at.</summary>
internal sealed class Probe
{
    private readonly Channel<(object Message, IActorRef Sender)> _received = Channel.CreateUnbounded<(object, IActorRef)>();

    public Probe(IActorRefFactory factory) => Ref = factory.ActorOf(Props.Create(() => new Recorder(_received.Writer)));

    public IActorRef Ref { get; }

    public IActorRef? LastSender { get; private set; }

    public async Task<object> Next()
    {
        var (message, sender) = await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        LastSender = sender;
        return message;
    }

    public async Task<T> Next<T>() => (await Next()).Should().BeAssignableTo<T>().Subject;

    public async Task Expect(params object[] messages)
    {
        foreach (var message in messages)
            (await Next()).Should().Be(message);
    }

    /// <summary>Fails if anything arrived that was not looked at.</summary>
    public async Task ExpectNothingBefore(object marker)
    {
        Ref.Tell(marker, ActorRefs.NoSender);
        await Expect(marker);
    }

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ChannelWriter<(object, IActorRef)> received) => ReceiveAny(message => received.TryWrite((message, Sender)));
    }
}
