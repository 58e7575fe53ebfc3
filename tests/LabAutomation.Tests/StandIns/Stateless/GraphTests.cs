using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace LabAutomation.Tests.StandIns.Stateless;

public sealed class GraphTests
{
    private readonly StateMachine<State, Trigger> _machine = new(State.A);

    [Fact]
    public void Dot_draws_states_transitions_guards_and_actions()
    {
        _machine.Configure(State.A)
            .PermitIf(Trigger.X, State.B, () => true, "lid closed")
            .PermitReentry(Trigger.Y)
            .Ignore(Trigger.Z)
            .OnEntry(() => { }, "rest");
        _machine.Configure(State.B)
            .InternalTransition(Trigger.Y, () => { })
            .OnEntryFrom(Trigger.X, () => { }, "start \"pump\"")
            .OnExit(() => { }, "stop");

        Lines(UmlDotGraph.Format(_machine.GetInfo())).Should().Equal(
            "digraph {",
            "compound=true;",
            "node [shape=Mrecord]",
            "rankdir=\"LR\"",
            "\"A\" [label=\"A|entry / rest\"];",
            "\"B\" [label=\"B|exit / stop\"];",
            "",
            "\"A\" -> \"B\" [style=\"solid\", label=\"X / start \\\"pump\\\" [lid closed]\"];",
            "\"A\" -> \"A\" [style=\"solid\", label=\"Y / rest\"];",
            "\"A\" -> \"A\" [style=\"solid\", label=\"Z\"];",
            "\"B\" -> \"B\" [style=\"solid\", label=\"Y [Function]\"];",
            " init [label=\"\", shape=point];",
            " init -> \"A\"[style = \"solid\"]",
            "}");
    }

    [Fact]
    public void Dot_draws_superstates_as_clusters()
    {
        _machine.Configure(State.A).Permit(Trigger.X, State.C);
        _machine.Configure(State.B).OnEntry(() => { }, "heat").OnExit(() => { }, "cool");
        _machine.Configure(State.C).SubstateOf(State.B);
        _machine.Configure(State.D).SubstateOf(State.C).OnEntry(() => { }, "stir");

        Lines(UmlDotGraph.Format(_machine.GetInfo())).Should().Equal(
            "digraph {",
            "compound=true;",
            "node [shape=Mrecord]",
            "rankdir=\"LR\"",
            "",
            "subgraph \"clusterB\"",
            "\t{",
            "\tlabel = \"B\\n----------\\nentry / heat\\nexit / cool\"",
            "\"C\" [label=\"C\"];",
            "}",
            "",
            "subgraph \"clusterC\"",
            "\t{",
            "\tlabel = \"C\"",
            "\"D\" [label=\"D|entry / stir\"];",
            "}",
            "\"A\" [label=\"A\"];",
            "",
            "\"A\" -> \"C\" [style=\"solid\", label=\"X\"];",
            " init [label=\"\", shape=point];",
            " init -> \"A\"[style = \"solid\"]",
            "}");
    }

    [Fact]
    public void Dot_draws_a_computed_destination_as_a_diamond()
    {
        _machine.Configure(State.A).PermitDynamicIf(
            Trigger.X, () => State.B, "by level", () => true, "ready", new DynamicStateInfos { { State.B, "full" }, { State.D, "lost" } });
        _machine.Configure(State.B).OnEntryFrom(Trigger.X, () => { }, "drain");

        Lines(UmlDotGraph.Format(_machine.GetInfo())).Should().Equal(
            "digraph {",
            "compound=true;",
            "node [shape=Mrecord]",
            "rankdir=\"LR\"",
            "\"A\" [label=\"A\"];",
            "\"B\" [label=\"B\"];",
            "\"Decision1\" [shape = \"diamond\", label = \"by level\"];",
            "",
            "\"A\" -> \"Decision1\" [style=\"solid\", label=\"X [ready]\"];",
            "\"Decision1\" -> \"B\" [style=\"solid\", label=\"X / drain [full]\"];",
            " init [label=\"\", shape=point];",
            " init -> \"A\"[style = \"solid\"]",
            "}");
    }

    [Fact]
    public void Mermaid_draws_the_same_machine()
    {
        _machine.Configure(State.A)
            .PermitIf(Trigger.X, State.C, () => true, "lid closed")
            .PermitDynamic(Trigger.Y, () => State.C, "by level", new DynamicStateInfos { { State.C, "full" } })
            .OnEntry(() => { }, "rest");
        _machine.Configure(State.C).SubstateOf(State.B).OnEntryFrom(Trigger.X, () => { }, "start");

        Lines(MermaidGraph.Format(_machine.GetInfo(), MermaidGraphDirection.LeftToRight)).Should().Equal(
            "stateDiagram-v2",
            "\tdirection LR",
            "\tstate B {",
            "\t\tC",
            "\t}",
            "\tstate Decision1 <<choice>>",
            "\tA --> C : X / start [lid closed]",
            "\tA --> Decision1 : Y",
            "\tDecision1 --> C : Y [full]",
            "[*] --> A");
    }

    [Fact]
    public void Mermaid_gives_names_it_cannot_write_an_alias_that_is_not_taken()
    {
        var machine = new StateMachine<string, Trigger>("not ready");
        machine.Configure("not ready").Permit(Trigger.X, "not-ready");
        machine.Configure("not-ready").Permit(Trigger.X, "notready");
        machine.Configure("notready");

        Lines(MermaidGraph.Format(machine.GetInfo())).Should().Equal(
            "stateDiagram-v2",
            "\tnotready_1 : not ready",
            "\tnotready_2 : not-ready",
            "\tnotready_1 --> notready_2 : X",
            "\tnotready_2 --> notready : X",
            "[*] --> notready_1");
    }

    private static string[] Lines(string text) => text.Split(Environment.NewLine);
}
