using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reasoning;
using ModelContextProtocol.Server;

namespace LabAutomation.Lab.Mcp;

/// <param name="IsActing">Whether tools that write down and run are offered.</param>
/// <param name="Person">For whom clients act.</param>
internal sealed record McpSetup(bool IsHttp, bool IsActing, string Person);

/// <summary>An MCP server from its start to its end. Over standard input and output nothing else is written there.</summary>
internal static class McpServing
{
    /// <summary>For calls that were cut off to write that down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="LabException">There is no token, too many conversations are held, the port is taken, or the configuration cannot be meant.</exception>
    public static async Task<ExitCode> RunAsync(ParseResult parsed, McpSetup setup, Terminal terminal, CancellationToken cancellation)
    {
        var settings = Settings.Of(parsed);
        settings.Require();
        var directory = settings.DataDirectory;
        var current = new CurrentSettings(settings.File, () => Settings.Of(parsed, settings.File));
        var policy = new CurrentPolicy(current, all => setup.IsActing ? all : all.Capped(ReasoningRole.Client.Name, Tier.Simulate));
        var options = settings.Options<McpOptions>();
        var token = setup.IsHttp ? McpToken.Read(options) : null;
        var transport = setup.IsHttp ? "http" : "stdio";
        using var bench = new PlanBench(current, stop => setup.IsActing ? LabSession.OpenAsync(current.Now, stop) : throw Unasked());
        var campaign = new BackgroundCampaign(stop => LabSession.OpenAsync(current.Now, stop), Say);
        var view = bench.View(directory, campaign.ReadyAsync, ImmutableDictionary<string, string>.Empty);
        var secrets = new Secrets(ReasoningSession.Keys(settings.Options<ReasoningOptions>()).Prepend(token));
        if (settings.AllSimulated) _ = bench.Instruments;       // what drivers find wrong with their settings is told before anybody connects
        using var held = HeldConversation.Open(new ConversationSetup("mcp", setup.Person, policy.Now, directory, view, secrets, TimeProvider.System));
        var desk = new ClientDesk(held, setup.Person, secrets, TimeProvider.System);
        var server = new LabServer(desk, Campaigns, transport, Say);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = new Interrupt(first: stopping.Cancel, second: campaign.Abort, third: () => Environment.Exit((int)ExitCode.Aborted));
        try
        {
            if (setup.IsHttp) await OverHttpAsync();
            else await OverStreamsAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
        finally
        {
            // While its trial ends, whoever stops the server can still abort it, and the conversation is still held.
            await campaign.DisposeAsync();
            await held.Record.AtRestAsync(Patience, TimeProvider.System);
        }

        return ExitCode.Success;

        async Task OverStreamsAsync()
        {
            Say($"MCP on standard input and output, {Described()}");
            var filled = new McpServerOptions();
            server.Fill(filled);
            await using var output = AnswerStream.Open();
            await using var lines = new LineTransport(Console.OpenStandardInput(), output);
            await using var mcp = McpServer.Create(lines, filled);
            await mcp.RunAsync(stopping.Token);
        }

        async Task OverHttpAsync()
        {
            await using var endpoint = await HttpEndpoint.StartAsync(options, token!, server, Say, stopping.Token);
            terminal.Out.WriteLine(parsed.GetValue(CommonOptions.Json)
                ? JsonSerializer.Serialize(new { address = endpoint.Address, conversation = desk.Conversation }, JsonForms.Line)
                : $"MCP at {endpoint.Address}, {Described()}; Ctrl-C stops");
            terminal.Out.Flush();
            await endpoint.RunAsync(stopping.Token);
        }

        string Described() => $"conversation {desk.Conversation} for {setup.Person}; {(setup.IsActing ? "with tools that act" : "nothing that acts; --act adds it")}";

        void Say(string text) => terminal.Error.WriteLine(TalkDisplay.OneLine($"lab: {text}"));

        static LabException Unasked() => new(LabFault.NotNow, "what instruments offer that are not simulated is asked of themselves, and without --act this server connects to none; the campaigns on record can be read");

        IReadOnlyList<string> Campaigns()
        {
            using var ledger = view.OpenLedger();
            return ledger?.Campaigns() ?? [];
        }
    }
}
