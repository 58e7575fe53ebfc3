using System.CommandLine;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab describe FAMILY</c>: what a driver family offers on the wire, from its driver.</summary>
internal static class DescribeCommand
{
    public static Command Create(Terminal terminal, IReadOnlyList<InstrumentFamily> added)
    {
        var family = new Argument<string>("family") { Description = $"A driver family that this program knows: {ConformCommand.Names(added)}", HelpName = "FAMILY" };
        var graph = new Option<bool>("--graph") { Description = "The driver's own states as a Mermaid diagram, in place of the AsyncAPI document" };
        var command = new Command("describe", "Writes the AsyncAPI 3 document of a driver family: topics, commands, parameters, units, ranges") { family, graph };
        command.SetAction((parsed, _) =>
        {
            var name = parsed.GetValue(family)!;
            var own = added.FirstOrDefault(family => family.Name == name);
            if (own is null && !ConformingFamilies.Names.Contains(name)) throw new UsageException($"driver family '{name}' is not known; known are {ConformCommand.Names(added)}");
            var driver = own?.Undriven() ?? ConformingFamilies.Undriven(name);
            terminal.Out.Write(parsed.GetValue(graph) ? driver.ToMermaid().TrimEnd() + "\n" : AsyncApiDocument.Of(name, driver.Commands, driver.Properties));
            return Task.FromResult((int)ExitCode.Success);
        });
        return command;
    }
}
