using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Text to nodes. Refuses what a campaign file has no use for: anchors, tags, several documents, tabs, the same key twice.</summary>
internal sealed class YamlTree
{
    private const int MaximumDepth = 16;

    private readonly ProblemList _problems;
    private readonly Parser _events;
    private readonly string _kind;
    private readonly string _beginning;

    private YamlTree(string text, ProblemList problems, string kind, string beginning) =>
        (_problems, _events, _kind, _beginning) = (problems, new Parser(new Scanner(new StringReader(text), skipComments: true)), kind, beginning);

    /// <summary>Null where the text is not YAML at all, which is then among the problems.</summary>
    /// <param name="kind">What kind of file it is, for messages.</param>
    /// <param name="beginning">How such a file begins.</param>
    public static MapNode? Read(string text, ProblemList problems, string kind = "campaign file", string beginning = "campaign: NAME")
    {
        if (HasTabs(text, problems)) return null;
        var tree = new YamlTree(text, problems, kind, beginning);
        try
        {
            return tree.Document();
        }
        catch (YamlException error)
        {
            problems.Add(Place(error.Start), $"this is not valid YAML: {Lower(error.Message)}", Hint(error.Message));
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            // YamlDotNet answers some malformed texts in this way, and without a place: it is right behind what was read last.
            problems.Add(Place(tree._events.Current?.End ?? Beginning), "this is not valid YAML from here on",
                "look for brackets and quotes that are not closed");
            return null;
        }
    }

    private static bool HasTabs(string text, ProblemList problems)
    {
        var before = problems.Count;
        var line = 0;
        foreach (var content in text.EnumerateLines())
        {
            line++;
            var indent = content.Length - content.TrimStart(" \t").Length;
            var tab = content[..indent].IndexOf('\t');
            if (tab >= 0 && indent < content.Length) problems.Add(new Mark(line, tab + 1), "a tab indents this line", "YAML is indented with spaces");
        }

        return problems.Count > before;
    }

    private MapNode? Document()
    {
        Take<StreamStart>();
        if (_events.Current is StreamEnd) return Refuse(new Mark(1, 1), "the file is empty", $"a {_kind} begins with '{_beginning}'");
        Take<DocumentStart>();
        var start = Place(_events.Current!.Start);
        var root = Node(0);
        Take<DocumentEnd>();
        if (_events.Current is DocumentStart second) _problems.Add(Place(second.Start), "a second document begins here", $"a {_kind} holds one document");
        return root as MapNode ?? Refuse(start, $"a {_kind} holds keys and values", $"it begins with '{_beginning}'");
    }

    private MapNode? Refuse(Mark at, string message, string hint)
    {
        _problems.Add(at, message, hint);
        return null;
    }

    private YamlNode Node(int depth)
    {
        if (depth > MaximumDepth)
            throw new YamlException(_events.Current!.Start, _events.Current.End, $"The file is nested more than {MaximumDepth} deep.");
        var current = _events.Current!;
        var at = Place(current.Start);
        if (current is NodeEvent node) RefuseDecoration(node, at);
        switch (current)
        {
            case Scalar scalar:
                _events.MoveNext();
                return Text(scalar, at);
            case MappingStart:
                return Map(at, depth);
            case SequenceStart:
                return List(at, depth);
            case AnchorAlias alias:
                _problems.Add(at, $"'*{alias.Value}' repeats an anchor, which {_kind}s do not have", "write the value itself");
                _events.MoveNext();
                return new RefusedNode(at);
            default:
                throw new YamlException(current.Start, current.End, "A value is missing.");
        }
    }

    private MapNode Map(Mark at, int depth)
    {
        Take<MappingStart>();
        var entries = ImmutableArray.CreateBuilder<(TextNode, YamlNode)>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (_events.Current is not MappingEnd)
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not TextNode text) _problems.Add(key.At, "a key is one word", "a text that begins with '{' or '[' needs quotes");
            else if (lines.TryGetValue(text.Text, out var line))
                _problems.Add(text.At, $"'{text.Text}' stands here for the second time", $"the first is on line {line}");
            else
            {
                lines.Add(text.Text, text.At.Line);
                entries.Add((text, value));
            }
        }

        Take<MappingEnd>();
        return new MapNode(at, entries.ToImmutable());
    }

    private ListNode List(Mark at, int depth)
    {
        Take<SequenceStart>();
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (_events.Current is not SequenceEnd) items.Add(Node(depth + 1));
        Take<SequenceEnd>();
        return new ListNode(at, items.ToImmutable());
    }

    private static TextNode Text(Scalar scalar, Mark at)
    {
        var isPlain = scalar.Style == ScalarStyle.Plain;
        var characters = (int)(scalar.End.Index - scalar.Start.Index) - (isPlain ? 0 : 2);
        var inStep = scalar.Start.Line == scalar.End.Line && characters == scalar.Value.Length;
        return new TextNode(at, scalar.Value, isPlain, inStep ? at.Right(isPlain ? 0 : 1) : null);
    }

    private void RefuseDecoration(NodeEvent node, Mark at)
    {
        if (!node.Anchor.IsEmpty)
            _problems.Add(at, $"'&{node.Anchor.Value}' is an anchor, which {_kind}s do not have", "write the value wherever it is needed");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            _problems.Add(at, $"'{node.Tag.Value}' is a tag, which {_kind}s do not have", "leave it out");
    }

    private void Take<T>() where T : ParsingEvent
    {
        if (_events.Current is null) _events.MoveNext();
        if (_events.Current is not T)
            throw new YamlException(_events.Current?.Start ?? Beginning, _events.Current?.End ?? Beginning, "The file ends too early.");
        _events.MoveNext();
    }

    private static YamlDotNet.Core.Mark Beginning => new(0, 1, 1);

    private static Campaigns.Mark Place(YamlDotNet.Core.Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static string Lower(string message) =>
        message.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    private static string? Hint(string message) =>
        message.Contains("invalid mapping", StringComparison.Ordinal)
            ? "keys side by side are indented alike; a text that contains ': ' needs quotes"
            : null;
}
