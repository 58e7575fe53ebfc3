namespace Akka.Actor;

/// <summary>The answer of an operation that can fail; an Ask turns a failure into an exception.</summary>
public abstract class Status
{
    private Status()
    {
    }

    public sealed class Failure : Status
    {
        public readonly Exception Cause;

        public Failure(Exception cause) => Cause = cause;

        public override string ToString() => $"Failure: {Cause}";
    }
}
