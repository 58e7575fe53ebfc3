using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace LabAutomation.Agents.Campaigns;

/// <param name="Description">For people: editors show it while they type.</param>
internal sealed record KeyShape(string Name, string Description, ValueShape Value, bool Required = false);

/// <summary>A mapping whose keys are all known.</summary>
/// <param name="What">As messages call it: "the goal", "a step".</param>
internal sealed record MapShape(string What, params ImmutableArray<KeyShape> Keys) : ValueShape
{
    /// <summary>Keys of which exactly one is there.</summary>
    public ImmutableArray<string> ExactlyOne { get; init; } = [];

    protected override void Look(YamlNode node, string name, ProblemList problems)
    {
        if (node is not MapNode map)
            problems.Add(node.At, $"'{name}' is {Kind(node)}", $"it has the keys {string.Join(", ", Keys.Select(key => key.Name))}");
        else Check(map, problems, (_, _) => null);
    }

    /// <param name="elsewhere">Where a key that is not known here does belong.</param>
    public void Check(MapNode map, ProblemList problems, Func<string, MapNode, string?> elsewhere)
    {
        var meant = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            if (Keys.FirstOrDefault(known => known.Name == key.Text) is { } shape)
            {
                shape.Value.Check(value, key.Text, problems);
                continue;
            }

            var absent = Keys.Select(known => known.Name).Where(known => map[known] is null).ToArray();
            if (elsewhere(key.Text, map) is null && NearestName.Of(key.Text, absent) is { } near) meant.Add(near);
            problems.Add(key.At, $"'{key.Text}' is not a key of {What}",
                elsewhere(key.Text, map) ?? NearestName.Hint(key.Text, Keys.Select(known => known.Name), "its keys are"));
        }

        foreach (var missing in Keys.Where(key => key.Required && map[key.Name] is null && !meant.Contains(key.Name)))
            problems.Add(map.At, $"{What} lacks '{missing.Name}'", missing.Description);
        if (!ExactlyOne.Any(meant.Contains)) CheckExactlyOne(map, problems);
    }

    public override JsonObject ToSchema()
    {
        var properties = new JsonObject();
        foreach (var key in Keys)
        {
            var value = key.Value.ToSchema();
            value.Insert(0, "description", key.Description);
            properties[key.Name] = value;
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        var required = Keys.Where(key => key.Required).Select(key => (JsonNode)key.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        if (ExactlyOne.Length > 0)
            schema["oneOf"] = new JsonArray([.. ExactlyOne.Select(name => new JsonObject { ["required"] = new JsonArray(name) })]);
        return schema;
    }

    private void CheckExactlyOne(MapNode map, ProblemList problems)
    {
        if (ExactlyOne.Length == 0) return;
        var present = map.Entries.Where(entry => ExactlyOne.Contains(entry.Key.Text)).ToArray();
        if (present.Length == 0)
            problems.Add(map.At, $"{What} lacks '{string.Join("', '", ExactlyOne[..^1])}' or '{ExactlyOne[^1]}'", "exactly one of them says what is wanted");
        else if (present.Length > 1)
            problems.Add(present[1].Key.At, $"'{present[0].Key.Text}' and '{present[1].Key.Text}' exclude each other", "leave one out");
    }
}

/// <summary>A mapping whose keys depend on the value of one of them.</summary>
/// <param name="Selector">That key.</param>
internal sealed record VariantShape(string What, string Selector, string Description,
    params ImmutableArray<(string Value, MapShape Shape)> Variants) : ValueShape
{
    protected override void Look(YamlNode node, string name, ProblemList problems)
    {
        var selector = new ChoiceShape([.. Variants.Select(variant => variant.Value)]);
        if (node is not MapNode map) problems.Add(node.At, $"'{name}' is {Kind(node)}", $"it has the key '{Selector}' and what belongs to it");
        else if (map[Selector] is not { } chosen) problems.Add(map.At, $"{What} lacks '{Selector}'", string.Join(", ", selector.Choices));
        else if (!selector.Accepts(chosen)) selector.Check(chosen, Selector, problems);
        else Whole(Variants.First(variant => variant.Value == ((TextNode)chosen).Text)).Check(map, problems, Elsewhere);
    }

    public override JsonObject ToSchema() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray(Selector),
        ["oneOf"] = new JsonArray([.. Variants.Select(variant => Whole(variant).ToSchema())]),
    };

    private MapShape Whole((string Value, MapShape Shape) variant) =>
        variant.Shape with
        {
            Keys = variant.Shape.Keys.Insert(0, new KeyShape(Selector, Description, new ChoiceShape(variant.Value), Required: true)),
        };

    private string? Elsewhere(string key, MapNode map) =>
        Variants.FirstOrDefault(variant => variant.Shape.Keys.Any(known => known.Name == key)).Value is { } other
            ? $"it belongs to {Selector}: {other}"
            : null;
}
