using System.Text;
using Stateless.Reflection;

namespace Stateless.Graph;

/// <summary>Draws a machine as a Mermaid state diagram.</summary>
public static class MermaidGraph
{
    public static string Format(StateMachineInfo machineInfo, MermaidGraphDirection? direction = null)
    {
        var graph = new StateGraph(machineInfo);
        var aliases = Aliases(graph);
        string Alias(string name) => aliases.GetValueOrDefault(name, name);

        var text = new StringBuilder("stateDiagram-v2");
        if (direction is { } given)
            text.AppendLine().Append($"\tdirection {Code(given)}");
        foreach (var (name, alias) in aliases.Where(a => a.Key != a.Value))
            text.AppendLine().Append($"\t{alias} : {name}");
        foreach (var cluster in graph.Boxes.Values.Where(b => b.IsCluster))
        {
            text.AppendLine().AppendLine($"\tstate {Alias(cluster.Name)} {{");
            cluster.Inner.ForEach(b => text.AppendLine($"\t\t{Alias(b.Name)}"));
            text.Append("\t}");
        }

        foreach (var diamond in graph.Diamonds)
            text.AppendLine().Append($"\tstate {diamond.Name} <<choice>>");
        foreach (var arrow in graph.Arrows)
            text.AppendLine().Append($"\t{Alias(arrow.From)} --> {Alias(arrow.To)} : {arrow.Label}");
        return text.AppendLine().Append($"[*] --> {Alias(graph.Initial)}").ToString();
    }

    /// <summary>Mermaid's state ids take neither white space nor ':' nor '-'; a name without them is its own id.</summary>
    private static Dictionary<string, string> Aliases(StateGraph graph)
    {
        var aliases = new Dictionary<string, string>();
        var taken = graph.Boxes.Keys.ToHashSet();
        foreach (var name in graph.Boxes.Keys)
        {
            var plain = string.Concat(name.Where(c => !char.IsWhiteSpace(c) && c is not (':' or '-')));
            var alias = plain;
            for (var n = 1; alias != name && !taken.Add(alias); n++)
                alias = $"{plain}_{n}";
            aliases.Add(name, alias);
        }

        return aliases;
    }

    private static string Code(MermaidGraphDirection direction) => direction switch
    {
        MermaidGraphDirection.LeftToRight => "LR",
        MermaidGraphDirection.RightToLeft => "RL",
        MermaidGraphDirection.TopToBottom => "TB",
        MermaidGraphDirection.BottomToTop => "BT",
        _ => throw new ArgumentOutOfRangeException(nameof(direction), direction, "A Mermaid diagram runs LR, RL, TB or BT."),
    };
}
