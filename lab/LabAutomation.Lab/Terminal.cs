using Spectre.Console;

namespace LabAutomation.Lab;

/// <summary>Where a command writes: results to <see cref="Out"/>, complaints to <see cref="Error"/>.</summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error, IAnsiConsole Console, bool IsInteractive)
{
    /// <summary>A row of a table that goes to a file or another program is one line.</summary>
    private const int WidthOfFiles = 400;

    /// <summary>Where it reads what a person types.</summary>
    public TextReader In { get; init; } = System.Console.In;

    /// <summary>The terminal of this process. A redirected stream gets plain text: no colour, no live display.</summary>
    public static Terminal OfProcess()
    {
        var interactive = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = interactive && Environment.GetEnvironmentVariable("NO_COLOR") is null ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(System.Console.Out),
        });
        if (!interactive) console.Profile.Width = WidthOfFiles;
        return new Terminal(System.Console.Out, System.Console.Error, console, interactive);
    }
}
