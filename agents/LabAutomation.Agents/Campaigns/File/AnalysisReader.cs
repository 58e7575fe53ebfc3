using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The analyses of a campaign file.</summary>
internal static class AnalysisReader
{
    /// <summary>Null where it is not whole; what is wrong is reported.</summary>
    public static AnalysisPlan? Read(MapNode analysis)
    {
        if (!CampaignKeys.Analysis.Accepts(analysis)) return null;
        return ((TextNode)analysis["analyst"]!).Text switch
        {
            ColourAnalysis.Name => Colour(analysis),
            ModelAnalysis.Name => Model(analysis),
            PeakAnalysis.Name => Peaks(analysis),
            FollowingAnalysis.Name => new FollowingAnalysis(Series((TextNode)analysis["input"]!), Text(analysis, "gives")) { GivesMark = analysis["gives"]!.At },
            ReadingAnalysis.Name => Reading(analysis),
            var other => throw new InvalidOperationException($"the analyst '{other}' has keys and no reader"),
        };
    }

    private static ColourAnalysis Colour(MapNode analysis)
    {
        var target = (MapNode)analysis["target"]!;
        var colour = new ColourTarget(Number(target, "L"), Number(target, "a"), Number(target, "b"));
        return new ColourAnalysis(Series((TextNode)analysis["input"]!), colour, Text(analysis, "gives")) { GivesMark = analysis["gives"]!.At };
    }

    private static ModelAnalysis Model(MapNode analysis)
    {
        var name = Text(analysis, "model").Split('@', 2);
        return new ModelAnalysis(name[0], name is [_, var version] ? version : null,
            [.. ((MapNode)analysis["inputs"]!).Entries.Select(entry => Feed(entry.Key, entry.Value))],
            [.. ((MapNode)analysis["gives"]!).Entries.Select(entry => Quantity(entry.Key.Text, (TextNode)entry.Value))])
        {
            ModelMark = analysis["model"]!.At,
            GivesMark = analysis["gives"]!.At,
        };
    }

    private static PeakAnalysis Peaks(MapNode analysis)
    {
        var frames = Series((TextNode)analysis["input"]!) with { IsSeries = false, IsMedia = true };
        var hit = analysis["hit"] is TextNode number ? (int)number.AsNumber()!.Value : PeakAnalysis.DefaultHit;
        var name = Text(analysis, "model").Split('@', 2);
        return new PeakAnalysis(frames, name[0], name is [_, var version] ? version : null, hit, Text(analysis, "gives")) { ModelMark = analysis["model"]!.At, GivesMark = analysis["gives"]!.At };
    }

    private static ReadingAnalysis Reading(MapNode analysis)
    {
        var unit = analysis["unit"] is TextNode symbol ? Unit.Parse(symbol.Text) : Unit.One;
        var error = analysis["error"] is TextNode given ? Single(given) : null;
        return new ReadingAnalysis(Single((TextNode)analysis["input"]!), error, unit, Text(analysis, "gives")) { GivesMark = analysis["gives"]!.At };
    }

    private static TensorFeed Feed(TextNode tensor, YamlNode source)
    {
        ImmutableArray<TensorSource> sources = source is ListNode list ? [.. list.Items.Select(item => Element((TextNode)item))] : [Whole((TextNode)source)];
        return new TensorFeed(tensor.Text, sources) { Mark = tensor.At };
    }

    /// <summary>A series alone: <c>spectrum.spectrum</c>, with the column where it has another name than the tensor.</summary>
    private static TensorSource Whole(TextNode text)
    {
        if (!text.Text.Contains('.', StringComparison.Ordinal)) return Element(text);
        var parts = text.Text.Split('.', 3);
        var input = new AnalysisInput(new OutputReference(parts[0], parts[1]), IsSeries: true) { Mark = text.At };
        return new TensorSource(input, parts is [_, _, var column] ? column : null, null) { Mark = text.At };
    }

    /// <summary>One of several: a quantity that an action gave, or a parameter.</summary>
    private static TensorSource Element(TextNode text)
    {
        if (text.Text.Split('.', 2) is not [var action, var output]) return new TensorSource(null, null, text.Text) { Mark = text.At };
        return new TensorSource(new AnalysisInput(new OutputReference(action, output), IsSeries: false) { Mark = text.At }, null, null) { Mark = text.At };
    }

    private static AnalysisInput Series(TextNode text)
    {
        var parts = text.Text.Split('.', 2);
        return new AnalysisInput(new OutputReference(parts[0], parts[1]), IsSeries: true) { Mark = text.At };
    }

    private static AnalysisInput Single(TextNode text) => Series(text) with { IsSeries = false };

    private static ModelQuantity Quantity(string name, TextNode text) =>
        ModelQuantity.TryRead(name, text.Text, out var quantity) ? quantity with { Mark = text.At } : throw new InvalidOperationException($"'{text.Text}' was accepted and cannot be read");

    private static string Text(MapNode map, string key) => ((TextNode)map[key]!).Text;

    private static double Number(MapNode map, string key) => ((TextNode)map[key]!).AsNumber()!.Value;
}
