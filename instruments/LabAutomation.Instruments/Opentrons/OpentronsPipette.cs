using System.Collections.Immutable;

namespace LabAutomation.Instruments;

/// <summary>A one-channel pipette of the robot: its API name, volumes in µL and default flow rate in µL/s.</summary>
/// <remarks>Names and volumes are those of Opentrons' pipette documentation. The rates are near its defaults, which differ between tips and software versions.</remarks>
internal sealed record OpentronsPipette(string Name, double LeastVolume, double MostVolume, double FlowRate)
{
    public static readonly ImmutableArray<OpentronsPipette> Known =
    [
        new("p10_single", 1, 10, 5),
        new("p50_single", 5, 50, 25),
        new("p300_single", 30, 300, 150),
        new("p1000_single", 100, 1000, 500),
        new("p20_single_gen2", 1, 20, 7.56),
        new("p300_single_gen2", 20, 300, 92.86),
        new("p1000_single_gen2", 100, 1000, 274.7),
        new("p50_single_flex", 5, 50, 35),
        new("p1000_single_flex", 5, 1000, 160),
    ];
}
