using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>One entry of the list <c>Consumables</c>: what is used up, and what draws it.</summary>
public sealed partial class ConsumableOptions
{
    public const string Section = "Consumables";

    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "the Name of a consumable is one to 64 letters, digits, '-', '_' or '.'")]
    public string Name { get; set; } = "";

    /// <summary>In which all its amounts are.</summary>
    [Required(ErrorMessage = "the Unit of a consumable is one such as mL, g or 1")]
    public string Unit { get; set; } = "";

    /// <summary>How much there is when the lab first hears of it; a number that is changed later is a new count.</summary>
    [Range(0.0, 1e9, ErrorMessage = "OnHand is 0 to 1000000000")]
    public double OnHand { get; set; }

    /// <summary>How much there is room for.</summary>
    [Range(0.001, 1e9, ErrorMessage = "Capacity is 0.001 to 1000000000")]
    public double Capacity { get; set; }

    /// <summary>Below this much a person is asked to refill it.</summary>
    [Range(0.0, 1e9, ErrorMessage = "Low is 0 to 1000000000")]
    public double Low { get; set; }

    /// <summary>Instruments, each with a command and its argument where its driver declares none, and with the port from which it draws where it has several: <c>robot transfer.volume source-well=3</c>.</summary>
    public List<string> DrawnBy { get; set; } = [];

    /// <exception cref="FrameException">The unit is none.</exception>
    internal Consumable ToConsumable() => new(Name, LabAutomation.Protocol.Unit.Parse(Unit), OnHand, Capacity, Low, [.. DrawnBy.Select(text => PointOf(text)!)]);

    /// <summary>Null where the text says nothing that draws.</summary>
    internal static DrawPoint? PointOf(string text)
    {
        if (Point().Match(text.Trim()) is not { Success: true } match) return null;
        string? Group(string name) => match.Groups[name] is { Success: true } group ? group.Value : null;
        return new DrawPoint(
            match.Groups["instrument"].Value, Group("command"), Group("argument"), Group("port"), Group("at") is { } at ? double.Parse(at, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex(@"^(?<instrument>[A-Za-z0-9._-]{1,64})(\s+(?<command>[A-Za-z0-9_-]+)\.(?<argument>[A-Za-z0-9_-]+))?(\s+(?<port>[A-Za-z0-9_-]+)=(?<at>-?[0-9]{1,9}(\.[0-9]{1,9})?))?$")]
    private static partial Regex Point();
}
