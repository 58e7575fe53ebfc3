using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab --version</c>: what the program is made of, stand-ins named as such.</summary>
internal sealed class VersionAction(Terminal terminal) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parsed)
    {
        if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(Software.Versions, JsonForms.Line));
        else foreach (var (name, version) in Software.Versions) terminal.Out.WriteLine($"{name}: {version}");
        return (int)ExitCode.Success;
    }
}
