using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Free text.</summary>
internal sealed record TextShape : ScalarShape
{
    protected override string Expected => "text; put it in quotes where YAML would take it for something else";

    public override JsonObject ToSchema() => new() { ["type"] = "string" };

    protected override string? Complaint(TextNode text, string name) =>
        text.IsOtherThanText ? $"'{name}' is {text.Text}, which YAML does not take for text" : null;
}

/// <param name="Pattern">A regular expression for the whole text.</param>
/// <param name="Meaning">The same in words.</param>
internal sealed record NameShape(string Pattern, string Meaning) : ScalarShape
{
    protected override string Expected => Meaning;

    public override JsonObject ToSchema() => new() { ["type"] = "string", ["pattern"] = Pattern };

    public bool Matches(string name) => Regex.IsMatch(name, Pattern, RegexOptions.CultureInvariant);

    protected override string? Complaint(TextNode text, string name) =>
        text.IsOtherThanText || !Matches(text.Text) ? $"'{name}' cannot be '{text.Text}'" : null;
}

internal sealed record ChoiceShape(params string[] Choices) : ScalarShape
{
    protected override string Expected => Choices.Length == 1 ? $"'{Choices[0]}'" : $"{string.Join(", ", Choices[..^1])} or {Choices[^1]}";

    public override JsonObject ToSchema() =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. Choices.Select(choice => JsonValue.Create(choice))]) };

    protected override string? Complaint(TextNode text, string name)
    {
        if (Choices.Contains(text.Text)) return null;
        return $"'{name}' cannot be '{text.Text}'{(NearestName.Of(text.Text, Choices) is { } near ? $"; did you mean '{near}'?" : "")}";
    }
}

internal sealed record BooleanShape : ScalarShape
{
    protected override string Expected => "true or false";

    public override JsonObject ToSchema() => new() { ["type"] = "boolean" };

    protected override string? Complaint(TextNode text, string name) =>
        text is { IsPlain: true, Text: "true" or "false" } ? null : $"'{name}' cannot be '{text.Text}'";
}

internal sealed record IntegerShape(int Low, int High) : ScalarShape
{
    protected override string Expected => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Low} to {High}");

    public override JsonObject ToSchema() => new() { ["type"] = "integer", ["minimum"] = Low, ["maximum"] = High };

    protected override string? Complaint(TextNode text, string name) =>
        text.AsNumber() is { } number && Math.Floor(number) == number && number >= Low && number <= High ? null : $"'{name}' cannot be '{text.Text}'";
}

/// <summary>A number without unit.</summary>
internal sealed record NumberShape(double? Low = null, double? High = null) : ScalarShape
{
    protected override string Expected => Low is null ? "a number" : string.Create(CultureInfo.InvariantCulture, $"a number from {Low} to {High}");

    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "number" };
        if (Low is { } low) schema["minimum"] = low;
        if (High is { } high) schema["maximum"] = high;
        return schema;
    }

    protected override string? Complaint(TextNode text, string name) =>
        text.AsNumber() is { } number && double.IsFinite(number) && !(number < Low) && !(number > High) ? null : $"'{name}' cannot be '{text.Text}'";
}

/// <summary>A number with its unit; a bare number is dimensionless.</summary>
internal sealed record QuantityShape : ScalarShape
{
    private const string Pattern = @"^\s*[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\s*([^\s0-9+\-].*)?$";

    protected override string Expected => "a number with its unit, such as 0.8 mL, 20 s or 600 rpm";

    public override JsonObject ToSchema() => new() { ["type"] = new JsonArray("string", "number"), ["pattern"] = Pattern };

    public static Quantity? Read(TextNode text) =>
        Regex.IsMatch(text.Text, Pattern, RegexOptions.CultureInvariant) && Quantity.TryParse(text.Text, out var quantity) ? quantity : null;

    protected override string? Complaint(TextNode text, string name) => Read(text) is null ? $"'{name}' cannot be '{text.Text}'" : null;
}

/// <summary>A value that a parameter can have: a choice, or a quantity.</summary>
internal sealed record ParameterValueShape : ScalarShape
{
    protected override string Expected => "a choice of the parameter, or a number with its unit";

    public override JsonObject ToSchema() => new() { ["type"] = new JsonArray("string", "number") };

    protected override string? Complaint(TextNode text, string name) => text.IsOtherThanText && text.AsNumber() is null ? $"'{name}' cannot be '{text.Text}'" : null;
}

/// <summary>The symbol of a unit.</summary>
internal sealed record UnitShape : ScalarShape
{
    protected override string Expected => "a unit, such as mL, °C or mg/L";

    public override JsonObject ToSchema() => new() { ["type"] = "string" };

    protected override string? Complaint(TextNode text, string name) => text.IsOtherThanText || !Unit.TryParse(text.Text, out _) ? $"'{name}' cannot be '{text.Text}'" : null;
}

/// <summary><c>none</c>, or one standard deviation: a number, zero or more, with its unit.</summary>
internal sealed record NoiseShape : ScalarShape
{
    public const string None = "none";
    private const string Pattern = @"^\s*(none|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\s*([^\s0-9+\-].*)?)$";

    protected override string Expected => "none, or one standard deviation of a measurement, such as 0.3";

    public override JsonObject ToSchema() => new() { ["type"] = new JsonArray("string", "number"), ["pattern"] = Pattern, ["minimum"] = 0 };

    protected override string? Complaint(TextNode text, string name) =>
        text.Text == None || (Regex.IsMatch(text.Text, Pattern, RegexOptions.CultureInvariant) && QuantityShape.Read(text) is not null) ? null : $"'{name}' cannot be '{text.Text}'";
}

/// <summary>How many at once, or as many as the lab has places for.</summary>
internal sealed record ParallelShape : ScalarShape
{
    protected override string Expected => $"a whole number from 1 to {CampaignPlan.MostParallel}, or {CampaignPlan.OneAtEachStation}";

    public override JsonObject ToSchema() => new() { ["type"] = new JsonArray("integer", "string"), ["minimum"] = 1, ["maximum"] = CampaignPlan.MostParallel, ["pattern"] = $"^{CampaignPlan.OneAtEachStation}$" };

    protected override string? Complaint(TextNode text, string name) =>
        text.Text == CampaignPlan.OneAtEachStation || (text.AsNumber() is { } number && Math.Floor(number) == number && number is >= 1 and <= CampaignPlan.MostParallel) ? null : $"'{name}' cannot be '{text.Text}'";
}

/// <summary>A span of lab time, above zero and at most ten years.</summary>
internal sealed record TimeShape : ScalarShape
{
    private const double MostSeconds = 10 * 365.25 * 86400;
    private const string Pattern = @"^\s*[0-9.]+([eE][-+]?[0-9]+)?\s*([num\u00b5\u03bc]?s|min|h|d)\s*$";

    protected override string Expected => "a time above zero, such as 30 min, 12 h or 2 d";

    public override JsonObject ToSchema() => new() { ["type"] = "string", ["pattern"] = Pattern };

    public static TimeSpan? Read(TextNode text) =>
        Regex.IsMatch(text.Text, Pattern, RegexOptions.CultureInvariant)
            && QuantityShape.Read(text) is { } quantity
            && quantity.In("s") is > 0 and <= MostSeconds and var seconds
            ? TimeSpan.FromSeconds(seconds) : null;

    protected override string? Complaint(TextNode text, string name) => Read(text) is null ? $"'{name}' cannot be '{text.Text}'" : null;
}

/// <summary>A condition; the equals sign before it is optional.</summary>
internal sealed record ConditionShape : ScalarShape
{
    protected override string Expected => "a comparison, such as cyan + magenta <= 1.6 mL";

    public override JsonObject ToSchema() => new() { ["type"] = "string" };

    protected override string? Complaint(TextNode text, string name) => text.IsOtherThanText ? $"'{name}' cannot be '{text.Text}'" : null;
}

/// <summary>A quantity, or an equals sign and an expression.</summary>
internal sealed record ArgumentShape : ScalarShape
{
    protected override string Expected => "a number with its unit, such as 6 mL/min, or an expression after an equals sign, such as =2 mL - cyan";

    public override JsonObject ToSchema() => new() { ["type"] = new JsonArray("string", "number") };

    protected override string? Complaint(TextNode text, string name) =>
        text.Text.StartsWith('=') || (!text.IsOtherThanText || text.AsNumber() is not null) ? null : $"'{name}' cannot be '{text.Text}'";
}

/// <summary>An output of a model, with its element and its unit.</summary>
internal sealed record ModelOutputShape : ScalarShape
{
    protected override string Expected => "an output of the model, such as xyz[1], c[0] in mg/L or activity";

    public override JsonObject ToSchema() => new() { ["type"] = "string", ["pattern"] = ModelQuantity.Pattern };

    protected override string? Complaint(TextNode text, string name) =>
        text.IsOtherThanText || !ModelQuantity.TryRead(name, text.Text, out _) ? $"'{name}' cannot be '{text.Text}'" : null;
}
