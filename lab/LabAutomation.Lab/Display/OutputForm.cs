using System.CommandLine;
using LabAutomation.Lab.Commands;

namespace LabAutomation.Lab.Display;

/// <summary>How a command shows what it has to say.</summary>
internal enum OutputForm
{
    Live,
    Plain,
    Json,
}

internal static class OutputForms
{
    public static OutputForm OutputForm(this ParseResult parsed, Terminal terminal) =>
        parsed.GetValue(CommonOptions.Json) ? Display.OutputForm.Json
        : parsed.GetValue(CommonOptions.Plain) || !terminal.IsInteractive ? Display.OutputForm.Plain
        : Display.OutputForm.Live;
}
