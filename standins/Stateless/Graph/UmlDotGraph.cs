using System.Text;
using Stateless.Reflection;

namespace Stateless.Graph;

/// <summary>Draws a machine in the DOT language of Graphviz.</summary>
public static class UmlDotGraph
{
    public static string Format(StateMachineInfo machineInfo)
    {
        var graph = new StateGraph(machineInfo);
        var text = new StringBuilder()
            .AppendLine("digraph {")
            .AppendLine("compound=true;")
            .AppendLine("node [shape=Mrecord]")
            .AppendLine("rankdir=\"LR\"");
        foreach (var cluster in graph.Boxes.Values.Where(b => b.IsCluster))
            AppendCluster(text, cluster);
        foreach (var box in graph.Boxes.Values.Where(b => !b.IsCluster && !b.IsInside))
            AppendBox(text, box);
        foreach (var diamond in graph.Diamonds)
            text.AppendLine($"{Quoted(diamond.Name)} [shape = \"diamond\", label = {Quoted(diamond.Label)}];");
        foreach (var arrow in graph.Arrows)
            text.AppendLine().Append($"{Quoted(arrow.From)} -> {Quoted(arrow.To)} [style=\"solid\", label={Quoted(arrow.Label)}];");
        return text.AppendLine()
            .AppendLine(" init [label=\"\", shape=point];")
            .AppendLine($" init -> {Quoted(graph.Initial)}[style = \"solid\"]")
            .Append('}')
            .ToString();
    }

    private static void AppendCluster(StringBuilder text, Box cluster)
    {
        var lines = Actions(cluster);
        if (lines.Count > 0)
            lines.Insert(0, "----------");
        lines.Insert(0, Escaped(cluster.Name));
        text.AppendLine()
            .AppendLine($"subgraph \"cluster{Escaped(cluster.Name)}\"")
            .AppendLine("\t{")
            .AppendLine($"\tlabel = \"{string.Join("\\n", lines)}\"");
        cluster.Inner.ForEach(b => AppendBox(text, b));
        text.AppendLine("}");
    }

    private static void AppendBox(StringBuilder text, Box box)
    {
        var actions = Actions(box);
        var record = actions.Count == 0 ? "" : "|" + string.Join("\\n", actions);
        text.AppendLine($"{Quoted(box.Name)} [label=\"{Escaped(box.Name)}{record}\"];");
    }

    private static List<string> Actions(Box box) =>
        [.. box.EntryActions.Select(a => "entry / " + Escaped(a)), .. box.ExitActions.Select(a => "exit / " + Escaped(a))];

    private static string Quoted(string text) => $"\"{Escaped(text)}\"";

    private static string Escaped(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"");
}
