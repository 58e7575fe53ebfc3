using System.CommandLine;

namespace LabAutomation.Lab.Commands;

/// <summary>Options that every command has.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Data directory with the lab's record (Lab:DataDirectory; .lab unless configured)",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> Config = new("--config")
    {
        Description = "Configuration file (appsettings.json of the current folder, else the one beside the program)",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "Overrides one key of the configuration, such as Simulation:Speed=120",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };

    public static readonly Option<bool> Plain = new("--plain")
    {
        Description = "Plain lines, without a live display; taken by itself when the output is not a terminal",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "JSON for machines: one object, or one a line while a campaign runs",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All => [Data, Config, Set, Plain, Json];
}
