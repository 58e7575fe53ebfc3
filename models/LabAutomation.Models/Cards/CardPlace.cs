using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace LabAutomation.Models;

/// <summary>Where in a card the thing stands that a mistake is about.</summary>
internal static partial class CardPlace
{
    private const string Vector = "golden vector";

    /// <param name="mistake">Begins with a key of the card, ends with a list of keys, or names what it is about in quotes or with its shape.</param>
    /// <param name="text">Of the card's file.</param>
    /// <returns>":LINE:COLUMN" of the value of that key, or of the first scalar that is named first; empty where there is none.</returns>
    public static string Of(string mistake, string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        if (!mistake.StartsWith(Vector, StringComparison.Ordinal) && root.Children.TryGetValue(new YamlScalarNode(mistake.Split(' ')[0]), out var value)) return At(value);
        if (mistake.Split(": ")[^1].Split(", ").Select(key => First(root, key.Split('.')[^1])).OfType<YamlScalarNode>().FirstOrDefault() is { } listed) return At(listed);
        foreach (var name in Named().Matches(mistake).Select(match => match.Groups["name"].Value))
        {
            if (Parts(root, mistake).Select(part => First(part, name)).OfType<YamlScalarNode>().FirstOrDefault() is { } place) return At(place);
        }

        return "";
    }

    /// <summary>The card may be called as one of its tensors, and a golden vector, too: what a mistake is about is looked for there first.</summary>
    private static IEnumerable<YamlNode> Parts(YamlMappingNode root, string mistake)
    {
        string[] first = mistake.StartsWith(Vector, StringComparison.Ordinal) ? ["golden"] : mistake.StartsWith("dimension", StringComparison.Ordinal) ? ["dimensions"] : ["inputs", "outputs", "dimensions"];
        return [.. first.Select(key => root.Children.TryGetValue(new YamlScalarNode(key), out var part) ? part : null).OfType<YamlNode>(), root];
    }

    private static YamlScalarNode? First(YamlNode within, string name) => within.AllNodes.OfType<YamlScalarNode>().Where(scalar => scalar.Value == name).MinBy(scalar => scalar.Start.Index);

    private static string At(YamlNode node) => string.Create(CultureInfo.InvariantCulture, $":{node.Start.Line}:{node.Start.Column}");

    /// <summary>In quotes, or with its shape.</summary>
    [GeneratedRegex(@"'(?<name>[^']+)'|(?<name>\w[\w.-]*)\[")]
    private static partial Regex Named();
}
