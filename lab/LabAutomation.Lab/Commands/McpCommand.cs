using System.CommandLine;
using LabAutomation.Lab.Mcp;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab mcp [--http] [--act]</c>: the lab's tools and record for other programs, by the Model Context Protocol.</summary>
internal static class McpCommand
{
    public static Command Create(Terminal terminal)
    {
        var http = new Option<bool>("--http") { Description = "Over HTTP with a token (section Mcp of the configuration), instead of standard input and output" };
        var act = new Option<bool>("--act") { Description = "Also tools that write drafts down and ask to run them; a person approves each run with 'lab approve'" };
        var by = OperatorLink.By("For whom the clients act");
        var command = new Command("mcp", "Serves MCP clients: they read the record and validate and forecast campaigns, each call judged and recorded, until Ctrl-C") { http, act, by };
        command.SetAction(async (parsed, cancellation) =>
            (int)await McpServing.RunAsync(parsed, new McpSetup(parsed.GetValue(http), parsed.GetValue(act), OperatorLink.Text(parsed, by)), terminal, cancellation));
        return command;
    }
}
