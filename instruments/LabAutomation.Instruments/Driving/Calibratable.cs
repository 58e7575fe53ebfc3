using System.Collections.Immutable;

namespace LabAutomation.Instruments;

/// <summary>What of an instrument a calibration can be of.</summary>
public static class Calibratable
{
    /// <summary>The driver's properties, and the outputs of its commands as <c>command.output</c>.</summary>
    public static ImmutableArray<string> Of(IDriver driver) =>
        [.. driver.Properties.Select(property => property.Name), .. driver.Commands.SelectMany(command => command.Outputs.Select(output => $"{command.Name}.{output.Name}"))];
}
