using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>Runs the steps of an actor's asynchronous work on the actor's own turns.</summary>
internal sealed class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    public ActorTaskScheduler(ActorCell cell) => _cell = cell;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>The message that the work belongs to; null while there is none.</summary>
    public object CurrentMessage { get; private set; }

    /// <summary>Starts the work as part of the current message and holds back all further ones until it has ended.</summary>
    /// <exception cref="InvalidOperationException">Not called on an actor's turn.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        var scheduler = cell.TaskScheduler;
        cell.Mailbox.Suspend();
        scheduler.CurrentMessage = cell.CurrentMessage;
        Task.Factory.StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, scheduler)
            .Unwrap()
            .ContinueWith(scheduler.End, CancellationToken.None, TaskContinuationOptions.None, scheduler);
    }

    protected override IEnumerable<Task> GetScheduledTasks() => null;

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override void QueueTask(Task task)
    {
        if (ReferenceEquals(ActorCell.Current, _cell) && !task.CreationOptions.HasFlag(TaskCreationOptions.LongRunning))
            TryExecuteTask(task);
        else
            _cell.SendSystemMessage(new TaskStep(() => TryExecuteTask(task), null, CurrentMessage));
    }

    private void End(Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            _cell.Mailbox.Resume();
            _cell.CheckReceiveTimeout(_cell.CurrentMessage is not INotInfluenceReceiveTimeout);
        }
        else
        {
            var failure = task.IsCanceled ? new TaskCanceledException()
                : task.Exception.InnerExceptions.Count == 1 ? task.Exception.InnerException : task.Exception;
            _cell.SendSystemMessage(new TaskStep(null, failure, CurrentMessage));
        }
        CurrentMessage = null;
    }
}
