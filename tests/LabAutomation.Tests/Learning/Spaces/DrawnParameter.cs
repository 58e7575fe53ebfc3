using System.Globalization;
using System.Text.Json;

namespace LabAutomation.Tests.Learning.Spaces;

/// <summary>A parameter as it is written when a problem is opened, and what it can be.</summary>
/// <param name="Form">Keys and values beside its name and role.</param>
/// <param name="Values">All that it can be, a choice by its position; null where these are uncountable.</param>
internal sealed record DrawnParameter(string Name, string Kind, string Form, double Low, double High, double[]? Values)
{
    private static readonly string[] Choices = ["a", "b", "c"];

    /// <summary>The parameter on which it depends, and the values of that for which it counts.</summary>
    public (int Parent, string Name, double[] Values)? When { get; init; }

    public bool IsContext { get; init; }

    /// <summary>Whether it can be added to others.</summary>
    public bool IsAmount => Kind is "real" or "integer" or "discrete";

    private bool IsText => Kind is "categorical" or "ordinal" or "task";

    public string Json => $"{{\"name\":\"{Name}\",\"kind\":\"{Kind}\",{Form}{(IsContext ? ",\"context\":true" : "")}{(When is { } when ? $",\"when\":{{\"{when.Name}\":[{string.Join(',', when.Values.Select(ParentText))}]}}" : "")}}}";

    /// <summary>Whether the parameter on which it depends has texts.</summary>
    private bool HasTextualParent => When!.Value.Name[0] == 't';

    public static DrawnParameter Of(Random random, int number)
    {
        switch (random.Next(20))
        {
            case < 9:
                var low = Pick(random, 0, 0, 0, 0, 0.1, 0.2, -1);
                var high = low + Pick(random, 0, 0.2, 0.4, 0.5, 0.6, 1, 1, 2);
                return new($"p{number}", "real", $"\"low\":{Text(low)},\"high\":{Text(high)}", low, high, null);
            case < 11:
                return new($"p{number}", "real", "\"low\":0.01,\"high\":2,\"scale\":\"log\"", 0.01, 2, null);
            case < 14:
                var (least, count) = (random.Next(4) == 0 ? random.Next(-2, 3) : 0, random.Next(1, 7));
                return new($"p{number}", "integer", $"\"low\":{least},\"high\":{least + count - 1}", least, least + count - 1, [.. Enumerable.Range(least, count).Select(value => (double)value)]);
            case < 17:
                double[] values = [.. new[] { 0, 0.1, 0.25, 0.3, 0.5, 0.7, 1, 2 }.OrderBy(_ => random.Next()).Take(random.Next(1, 5)).Order()];
                return new($"p{number}", "discrete", $"\"values\":[{string.Join(',', values.Select(Text))}]", values[0], values[^1], values);
            case 17:
                return new($"t{number}", "ordinal", "\"choices\":[\"a\",\"b\"]", 0, 1, [0, 1]);
            default:
                return new($"t{number}", "categorical", "\"choices\":[\"a\",\"b\",\"c\"]", 0, 2, [0, 1, 2]);
        }
    }

    public static DrawnParameter Fidelity(int number) => new($"p{number}", "fidelity", "\"values\":[1,4,10],\"costs\":[1,3,20]", 1, 10, [1, 4, 10]);

    /// <summary>Of which the first is the target.</summary>
    public static DrawnParameter Task(int number) => new($"t{number}", "task", "\"choices\":[\"a\",\"b\"],\"target\":\"a\"", 0, 1, [0, 1]);

    public double Draw(Random random) => Values is { } values ? values[random.Next(values.Length)] : random.Next(3) == 0 && Low <= 0 && High >= 0 ? 0 : Low + Math.Round(random.NextDouble(), 3) * (High - Low);

    public bool Has(double value) => Values is { } values ? values.Contains(value) : value >= Low && value <= High;

    public double Coordinate(JsonElement value) => IsText ? Array.IndexOf(Choices, value.GetString()) : value.GetDouble();

    public string Written(double value) => IsText ? $"\"{Choices[(int)value]}\"" : Text(value);

    private string ParentText(double value) => HasTextualParent ? $"\"{Choices[(int)value]}\"" : Text(value);

    private static double Pick(Random random, params double[] all) => all[random.Next(all.Length)];

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
