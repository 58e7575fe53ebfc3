using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

/// <summary>A tree of actors, how they decide over their children, and what three senders tell them.</summary>
internal sealed record ActorTreePlan(ActorTreePlan.Node[] Nodes, ActorTreePlan.Act[][] Senders)
{
    public const int FailureKinds = 3;

    public enum Does
    {
        Nothing,
        Fail,
        Stop,
        Poison,
        Kill,
    }

    /// <param name="Parent">Its number; -1 at the top.</param>
    /// <param name="Decisions">By kind of failure.</param>
    public sealed record Node(int Number, int Parent, bool AllForOne, int Retries, Directive[] Decisions)
    {
        public SupervisorStrategy Strategy => AllForOne
            ? new AllForOneStrategy(Retries, 60_000, Decide)
            : new OneForOneStrategy(Retries, 60_000, Decide);

        private Directive Decide(Exception cause) => cause is Planned planned ? Decisions[planned.Kind] : Directive.Restart;
    }

    public sealed record Act(int Target, Does What, int Kind);

    public sealed class Planned(int kind) : Exception($"planned, of kind {kind}")
    {
        public int Kind => kind;
    }
}
