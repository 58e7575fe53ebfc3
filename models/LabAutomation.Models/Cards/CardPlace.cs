using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace LabAutomation.Models;

/// <summary>Where in a card the thing stands that a mistake is about.</summary>
internal static partial class CardPlace
{
    /// <param name="mistake">Names what it is about in quotes, begins with a key of the card, or ends with a list of them.</param>
    /// <param name="text">Of the card's file.</param>
    /// <returns>":LINE:COLUMN" of the first scalar, key or value, that the mistake names first; empty where there is none.</returns>
    public static string Of(string mistake, string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var scalars = yaml.Documents[0].AllNodes.OfType<YamlScalarNode>().ToList();
        IEnumerable<string> names = [.. Quoted().Matches(mistake).Select(match => match.Groups[1].Value), mistake.Split(' ')[0], .. mistake.Split(": ")[^1].Split(", ")];
        var place = names.Select(name => scalars.Where(scalar => scalar.Value == name).MinBy(scalar => scalar.Start.Index)).FirstOrDefault(scalar => scalar is not null);
        return place is null ? "" : string.Create(CultureInfo.InvariantCulture, $":{place.Start.Line}:{place.Start.Column}");
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
