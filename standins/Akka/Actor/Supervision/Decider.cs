namespace Akka.Actor;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>The child goes on with its state and its next message.</summary>
    Resume,

    /// <summary>The child goes on as a new instance; its mailbox stays.</summary>
    Restart,

    /// <summary>The supervisor fails itself, with the child's exception.</summary>
    Escalate,

    Stop,
}

public interface IDecider
{
    Directive Decide(Exception cause);
}

/// <summary>A decider from a function.</summary>
internal sealed class LocalOnlyDecider : IDecider
{
    private readonly Func<Exception, Directive> _decider;

    public LocalOnlyDecider(Func<Exception, Directive> decider) => _decider = decider;

    public Directive Decide(Exception cause) => _decider(cause);
}
