using System.CommandLine;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab describe FAMILY</c>: what a driver family offers on the wire, from its driver. <c>lab describe --all DIR</c>: that of all, and the contract itself.</summary>
internal static class DescribeCommand
{
    public static Command Create(Terminal terminal, IReadOnlyList<InstrumentFamily> added)
    {
        var family = new Argument<string?>("family") { Arity = ArgumentArity.ZeroOrOne, Description = $"A driver family that this program knows: {ConformCommand.Names(added)}", HelpName = "FAMILY" };
        var graph = new Option<bool>("--graph") { Description = "The driver's own states as a Mermaid diagram, in place of the AsyncAPI document" };
        var all = new Option<string>("--all") { Description = "In place of one family: the folder for all documents of the contract and of the families that this program knows", HelpName = "DIR" };
        var check = new Option<bool>("--check") { Description = "With --all: writes nothing, and names the files that are missing, differ from what the code makes, or are left over" };
        var command = new Command("describe", "Writes the AsyncAPI 3 document of a driver family: topics, commands, parameters, units, ranges") { family, graph, all, check };
        command.SetAction((parsed, _) =>
        {
            if (parsed.GetValue(all) is { } folder)
            {
                if (parsed.GetValue(family) is not null || parsed.GetValue(graph)) throw new UsageException("--all is about every family; leave out the family and --graph");
                return Task.FromResult((int)All(folder, parsed.GetValue(check), added, terminal));
            }

            if (parsed.GetValue(check)) throw new UsageException("--check is about the folder of --all DIR");
            var name = parsed.GetValue(family) ?? throw new UsageException($"name a driver family, or a folder with --all DIR; known are {ConformCommand.Names(added)}");
            var own = added.FirstOrDefault(family => family.Name == name);
            if (own is null && !ConformingFamilies.Names.Contains(name)) throw new UsageException($"driver family '{name}' is not known; known are {ConformCommand.Names(added)}");
            var driver = own?.Undriven() ?? ConformingFamilies.Undriven(name);
            terminal.Out.Write(parsed.GetValue(graph) ? driver.ToMermaid().TrimEnd() + "\n" : AsyncApiDocument.Of(name, driver.Commands, driver.Properties));
            return Task.FromResult((int)ExitCode.Success);
        });
        return command;
    }

    private static ExitCode All(string folder, bool checks, IReadOnlyList<InstrumentFamily> added, Terminal terminal)
    {
        if (!checks)
        {
            WireDocuments.Write(folder, added);
            return ExitCode.Success;
        }

        var drift = WireDocuments.Drift(folder, added);
        foreach (var line in drift) terminal.Error.WriteLine($"lab: {line}");
        if (drift.Count > 0) terminal.Error.WriteLine($"lab: 'lab describe --all {folder}' writes what is missing or differs");
        return drift.Count > 0 ? ExitCode.NotConforming : ExitCode.Success;
    }
}
