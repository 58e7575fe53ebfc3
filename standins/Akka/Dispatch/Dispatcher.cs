namespace Akka.Dispatch;

/// <summary>Gives mailboxes their turns.</summary>
internal abstract class Dispatcher(int throughput)
{
    /// <summary>The most user messages of one turn; then others get theirs.</summary>
    public int Throughput { get; } = throughput;

    public abstract void Execute(Mailbox mailbox);
}

/// <summary>Turns on the threads of the pool.</summary>
internal sealed class ThreadPoolDispatcher() : Dispatcher(throughput: 30)
{
    public override void Execute(Mailbox mailbox) => ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);
}

/// <summary>Turns posted to the synchronization context in which the actor was created.</summary>
internal sealed class CurrentContextDispatcher() : Dispatcher(throughput: 10)
{
    private static readonly SendOrPostCallback s_execute = static work => ((Mailbox)work).Execute();

    private readonly SynchronizationContext _context =
        SynchronizationContext.Current ?? throw new InvalidOperationException("The current SynchronizationContext may not be used as a TaskScheduler.");

    public override void Execute(Mailbox mailbox) => _context.Post(s_execute, mailbox);
}
