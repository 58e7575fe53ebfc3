using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>One element of an output of a model, as a quantity.</summary>
/// <param name="Output">As the card calls it.</param>
/// <param name="Element">Its place in the output, row by row; 0 where the output has one element alone.</param>
/// <param name="Unit">In which the campaign has it.</param>
public sealed partial record ModelQuantity(string Name, string Output, int? Element, Unit Unit)
{
    /// <summary>For editors: everything that <see cref="TryRead"/> takes has this form.</summary>
    public const string Pattern = @"^[A-Za-z_][A-Za-z0-9_.-]*(\[[0-9]{1,9}\])?( in \S.*)?$";

    internal Mark Mark { get; init; }

    /// <summary>Reads <c>xyz[1]</c>, <c>yield</c> or <c>dose[0] in mg/L</c>.</summary>
    public static bool TryRead(string name, string text, [NotNullWhen(true)] out ModelQuantity? quantity)
    {
        quantity = null;
        if (Form().Match(text) is not { Success: true } match) return false;
        var (element, symbol) = (match.Groups["element"], match.Groups["unit"]);
        if (!Unit.TryParse(symbol.Success ? symbol.Value : "1", out var unit)) return false;
        quantity = new ModelQuantity(name, match.Groups["output"].Value, element.Success ? int.Parse(element.Value, CultureInfo.InvariantCulture) : null, unit);
        return true;
    }

    [GeneratedRegex(@"^(?<output>[A-Za-z_][A-Za-z0-9_.-]*)(\[(?<element>[0-9]{1,9})\])?( in (?<unit>\S.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
