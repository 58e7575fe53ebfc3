using LabAutomation.Agents.Records;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Reasoning;
using LabAutomation.SystemTests.StandIns.MQTTnet;

namespace LabAutomation.SystemTests.Mcp;

/// <summary>A lab in a folder of its own, its MCP server as a process, and the client of the TypeScript SDK.</summary>
internal sealed class McpStage : IDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly string Scripts = Path.Combine(LabProcess.Root, "tests/LabAutomation.SystemTests/Mcp/mcpjs");

    private readonly string _node = ForeignProgram.Require("node", "/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node");

    public McpStage() => ForeignProgram.Require($"the MCP client (npm ci in {Scripts})", Path.Combine(Scripts, "node_modules/@modelcontextprotocol/sdk/package.json"));

    public TalkingLab Lab { get; } = new(null);

    /// <summary>Of the server, with what a test wants; a configuration in the lab's folder takes the place of the repository's.</summary>
    public static string[] Arguments(TalkingLab lab, params string[] more) =>
        ["mcp", "--by", "ada", "--config", lab.Folder.At("appsettings.json") is var own && File.Exists(own) ? own : Path.Combine(LabProcess.Root, "appsettings.json"), "--data", lab.Data, "--set", "Simulation:Speed=1000", .. more];

    /// <summary>The campaign <c>quick-match-1</c>, on record.</summary>
    public async Task RunCampaignAsync()
    {
        Lab.Folder.Write("campaign.yaml", Reasoning.Scripts.Campaign);
        (await Lab.RunAsync("run", Lab.File)).ExitCode.Should().Be(0);
    }

    /// <summary>A client that starts the server itself.</summary>
    public ForeignProgram OverStreams(string script, IReadOnlyDictionary<string, string?> environment, params string[] more) =>
        ForeignProgram.Start(_node, environment, [Path.Combine(Scripts, script), "stdio", "dotnet", Path.Combine(AppContext.BaseDirectory, "lab.dll"), .. Arguments(Lab, more)]);

    /// <summary>A client of a server that runs.</summary>
    /// <param name="token">Null for a client that shows none.</param>
    public ForeignProgram OverHttp(string script, IReadOnlyDictionary<string, string?> environment, string address, string? token) =>
        ForeignProgram.Start(_node, environment, Path.Combine(Scripts, script), "http", address, token ?? "-");

    public IReadOnlyList<T> Recorded<T>() where T : LabEvent => Lab.Recorded<T>();

    public void Dispose() => Lab.Dispose();
}

/// <summary><c>lab mcp --http</c> as a process.</summary>
internal sealed class McpOverHttp : IDisposable
{
    private McpOverHttp(LabProcess process, string address) => (Process, Address) = (process, address);

    public LabProcess Process { get; }

    public string Address { get; }

    public static async Task<McpOverHttp> StartAsync(TalkingLab lab, params string[] more)
    {
        var process = LabProcess.StartAsTyped(lab.Folder.Path, McpStage.Arguments(lab, ["--http", "--set", "Mcp:Port=0", "--set", "Mcp:TokenVariable=LABTEST_MCP_TOKEN", .. more]),
            new Dictionary<string, string?> { ["LABTEST_MCP_TOKEN"] = McpStage.Token });
        await process.UntilItSaysAsync("Ctrl-C stops");
        return new McpOverHttp(process, process.Out.Split(' ', ',')[2]);
    }

    /// <summary>Ctrl-C, and the end.</summary>
    public Task<LabResult> StopAsync()
    {
        Process.Interrupt();
        return Process.EndAsync();
    }

    public void Dispose() => Process.Dispose();
}
