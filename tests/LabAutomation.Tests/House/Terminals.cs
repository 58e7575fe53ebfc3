using LabAutomation.Lab;
using Spectre.Console;

namespace LabAutomation.Tests.House;

/// <summary>A terminal whose text can be read back.</summary>
internal static class Terminals
{
    public static (Terminal Terminal, StringWriter Out, StringWriter Error) Captured()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        return (new Terminal(output, error, console, IsInteractive: false), output, error);
    }
}
