using System.Text.Json.Nodes;

namespace LabAutomation.Agents.Campaigns;

/// <param name="Least">Fewest items.</param>
internal sealed record ListShape(ValueShape Item, int Least = 0) : ValueShape
{
    protected override void Look(YamlNode node, string name, ProblemList problems)
    {
        if (node is not ListNode list)
        {
            problems.Add(node.At, $"'{name}' is {Kind(node)}", "it is a list: each item on a line of its own after '- ', or all of them in [ ]");
            return;
        }

        if (list.Items.Length < Least) problems.Add(list.At, $"'{name}' has {list.Items.Length} items", $"it has at least {Least}");
        foreach (var item in list.Items) Item.Check(item, name, problems);
    }

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Item.ToSchema() };
        if (Least > 0) schema["minItems"] = Least;
        return schema;
    }
}

/// <summary>A mapping from names that the author chooses.</summary>
/// <param name="Least">Fewest entries.</param>
internal sealed record NamesShape(NameShape Name, ValueShape Item, int Least = 0) : ValueShape
{
    protected override void Look(YamlNode node, string name, ProblemList problems)
    {
        if (node is not MapNode map)
        {
            problems.Add(node.At, $"'{name}' is {Kind(node)}", "it holds names and values");
            return;
        }

        if (map.Entries.Length < Least) problems.Add(map.At, $"'{name}' has {map.Entries.Length} entries", $"it has at least {Least}");
        foreach (var (key, value) in map.Entries)
        {
            if (Name.Matches(key.Text)) Item.Check(value, key.Text, problems);
            else problems.Add(key.At, $"'{key.Text}' cannot be a name here", $"it is {Name.Meaning}");
        }
    }

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["patternProperties"] = new JsonObject { [Name.Pattern] = Item.ToSchema() },
            ["additionalProperties"] = false,
        };
        if (Least > 0) schema["minProperties"] = Least;
        return schema;
    }
}

/// <summary>One value, or a list.</summary>
internal sealed record EitherShape(ValueShape One, ListShape Several) : ValueShape
{
    protected override void Look(YamlNode node, string name, ProblemList problems)
    {
        if (node is ListNode) Several.Check(node, name, problems);
        else One.Check(node, name, problems);
    }

    public override JsonObject ToSchema() => new() { ["anyOf"] = new JsonArray(One.ToSchema(), Several.ToSchema()) };
}

/// <summary>The name of a table beside the file, or what would stand in it.</summary>
internal sealed record TableShape(NameShape Name, ValueShape Inline) : ValueShape
{
    protected override void Look(YamlNode node, string name, ProblemList problems)
    {
        if (node is TextNode) Name.Check(node, name, problems);
        else Inline.Check(node, name, problems);
    }

    public override JsonObject ToSchema() => new() { ["anyOf"] = new JsonArray(Name.ToSchema(), Inline.ToSchema()) };
}
