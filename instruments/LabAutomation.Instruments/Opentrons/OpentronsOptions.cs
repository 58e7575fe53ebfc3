using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>Settings of an Opentrons robot: what stands on its deck, and which pipette it has.</summary>
/// <param name="Mount"><c>left</c> or <c>right</c>.</param>
/// <param name="TipSlot">The slot with the tip rack.</param>
/// <param name="TipVolume">What a tip holds, in µL.</param>
/// <param name="Trash">The addressable area that tips are dropped into: <c>fixedTrash</c> on an OT-2, such as <c>movableTrashA3</c> on a Flex.</param>
/// <param name="Labware">By slot, 1 to 11; the tip rack too. A Flex takes the numbers for A1 to D3.</param>
internal sealed record OpentronsOptions(
    OpentronsPipette Pipette, string Mount, int TipSlot, double TipVolume, string Trash, ImmutableSortedDictionary<int, OpentronsLabware> Labware)
{
    public const int LastSlot = 11;

    private static readonly ImmutableArray<string> Slots = [.. Enumerable.Range(1, LastSlot).Select(slot => string.Create(CultureInfo.InvariantCulture, $"slot-{slot}"))];

    /// <summary>The largest volume that goes into a tip at once, in µL.</summary>
    public double MostVolume => Math.Min(Pipette.MostVolume, TipVolume);

    public static OpentronsOptions From(DriverSettings settings)
    {
        settings.AllowOnly(["pipette", "mount", "tip-slot", "tip-volume", "trash", .. Slots]);
        var names = OpentronsPipette.Known.Select(pipette => pipette.Name).ToList();
        var name = settings.Text("pipette", names.Contains, $"one of {string.Join(", ", names)}");
        var pipette = OpentronsPipette.Known.First(known => known.Name == name);
        var labware = ImmutableSortedDictionary.CreateBuilder<int, OpentronsLabware>();
        for (var slot = 1; slot <= LastSlot; slot++)
        {
            if (settings.Values.ContainsKey(Slots[slot - 1])) labware[slot] = OpentronsLabware.From(settings, Slots[slot - 1]);
        }

        var tips = settings.Whole("tip-slot", 1, LastSlot);
        if (!labware.ContainsKey(tips)) throw new DriverSettingsException($"driver '{settings.Family}': setting 'tip-slot' is {tips}, so '{Slots[tips - 1]}' must name the tip rack there");
        return new OpentronsOptions(
            pipette,
            settings.Text("mount", text => text is "left" or "right", "left or right", "left"),
            tips,
            settings.Number("tip-volume", pipette.LeastVolume, 1000, pipette.MostVolume),
            settings.Text("trash", text => text.Length > 0 && text.All(char.IsAsciiLetterOrDigit), "the name of an area such as fixedTrash or movableTrashA3", "fixedTrash"),
            labware.ToImmutable());
    }
}

/// <summary>A labware definition by the three names that the robot knows it by.</summary>
internal sealed record OpentronsLabware(string Namespace, string LoadName, int Version)
{
    /// <summary>Reads <c>namespace/load-name/version</c>, or a load name alone for version 1 of Opentrons' own.</summary>
    public static OpentronsLabware From(DriverSettings settings, string key)
    {
        var parts = settings.Text(key, IsRight, "a load name such as nest_96_wellplate_200ul_flat, or namespace/load-name/version").Split('/');
        return parts.Length == 1 ? new OpentronsLabware("opentrons", parts[0], 1) : new OpentronsLabware(parts[0], parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private static bool IsRight(string text) => text.Split('/') switch
    {
        [var name] => IsName(name),
        [var space, var name, var version] => IsName(space) && IsName(name) && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    private static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '-');
}
