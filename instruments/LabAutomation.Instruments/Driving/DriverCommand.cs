using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>A command that passed every check: all parameters are there, within range, in their declared units.</summary>
public sealed record DriverCommand(ActionId Action, CommandDescription Description, ImmutableSortedDictionary<string, double> Values)
{
    public string Name => Description.Name;

    /// <summary>The value of a parameter in the unit that the command declares for it.</summary>
    public double this[string parameter] => Values[parameter];
}
