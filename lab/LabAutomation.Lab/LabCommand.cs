using System.CommandLine;
using LabAutomation.Hosting;

namespace LabAutomation.Lab;

/// <summary>The command <c>lab</c> itself, which knows what this program can drive.</summary>
/// <param name="added">Families beside those that come with the lab.</param>
internal sealed class LabCommand(IReadOnlyList<InstrumentFamily> added) : RootCommand("Runs laboratories that run themselves: a campaign file in, the best recipe out.")
{
    public IReadOnlyList<InstrumentFamily> Added => added;

    public InstrumentFamilies Families { get; } = added.Aggregate(InstrumentFamilies.BuiltIn, (families, family) => families.With(family.Name, family.Driver, family.Device));

    public static LabCommand Of(ParseResult parsed) => (LabCommand)parsed.RootCommandResult.Command;
}
