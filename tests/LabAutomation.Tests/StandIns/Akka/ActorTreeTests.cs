using Akka.Actor;
using FsCheck;
using FsCheck.Fluent;

namespace LabAutomation.Tests.StandIns.Akka;

/// <summary>Whatever tree, whatever failures and decisions: what must hold for every actor and every message.</summary>
public sealed class ActorTreeTests
{
    private static Gen<Func<int, ActorTreePlan.Node>> Node { get; } =
        from parent in Gen.Choose(0, 999)
        from allForOne in Gen.Elements(false, false, true)
        from retries in Gen.Choose(-1, 3)
        from decisions in Gen.Elements(Enum.GetValues<Directive>()).ArrayOf(ActorTreePlan.FailureKinds)
        select new Func<int, ActorTreePlan.Node>(number =>
            new ActorTreePlan.Node(number, (parent % (number + 1)) - 1, allForOne, retries, decisions));

    private static Gen<ActorTreePlan.Act> Act(int nodes) =>
        from target in Gen.Choose(0, nodes - 1)
        from what in Gen.Frequency(
            (30, Gen.Constant(ActorTreePlan.Does.Nothing)),
            (6, Gen.Constant(ActorTreePlan.Does.Fail)),
            (1, Gen.Constant(ActorTreePlan.Does.Stop)),
            (1, Gen.Constant(ActorTreePlan.Does.Poison)),
            (1, Gen.Constant(ActorTreePlan.Does.Kill)))
        from kind in Gen.Choose(0, ActorTreePlan.FailureKinds - 1)
        select new ActorTreePlan.Act(target, what, kind);

    private static Gen<ActorTreePlan> Plan { get; } =
        from count in Gen.Choose(1, 12)
        from nodes in Node.ArrayOf(count)
        from senders in Act(count).ListOf(80).ArrayOf(3)
        select new ActorTreePlan([.. nodes.Select((node, number) => node(number))], [.. senders.Select(acts => acts.ToArray())]);

    [Fact]
    public void Order_life_cycle_and_ends_hold_in_any_tree() => InAnyTree(run => run.ToItsEnd());

    [Fact]
    [Trait("Holds", "stand-in")]
    public void Every_message_in_any_tree_is_handled_or_a_dead_letter() => InAnyTree(run => run.ToTheLastMessage());

    private static void InAnyTree(Func<ActorTreeRun, IReadOnlyCollection<string>> outcome) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20260131, 7), Prop.ForAll(Plan.ToArbitrary(), plan =>
        {
            using var run = new ActorTreeRun(plan);
            outcome(run).Should().BeEmpty();
        }));
}
