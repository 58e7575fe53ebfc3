using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Mcp;
using LabAutomation.Tests.Reasoning;
using ModelContextProtocol.Server;

namespace LabAutomation.Tests.Lab.Mcp;

/// <summary>An MCP server of the example bench on two pipes, talked to in lines.</summary>
internal sealed class McpBed : IAsyncDisposable
{
    private readonly Pipe _to = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _from = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-bed-").FullName;
    private readonly HeldConversation _held;
    private readonly LineTransport _lines;
    private readonly McpServer _server;
    private readonly Task _run;
    private readonly StreamReader _answers;
    private int _id;

    public McpBed(LabPolicy? policy = null, IReadOnlyList<string>? campaigns = null, LabView? view = null)
    {
        var (rules, secrets) = (policy ?? GateBed.Standard().Capped("client", Tier.Simulate), new Secrets("sk-0123456789"));
        _held = HeldConversation.Open(new ConversationSetup("mcp", "ada", () => rules, _folder, view ?? Bed.View, secrets, Bed.Clock));
        var options = new McpServerOptions();
        new LabServer(new ClientDesk(_held, "ada", secrets, Bed.Clock), () => campaigns ?? [], "stdio", Complaints.Add).Fill(options);
        _lines = new LineTransport(_to.Reader.AsStream(), _from.Writer.AsStream());
        _server = McpServer.Create(_lines, options);
        _run = _server.RunAsync();
        _answers = new StreamReader(_from.Reader.AsStream());
    }

    public GateBed Bed { get; } = new();

    public List<string> Complaints { get; } = [];

    public IReadOnlyList<T> Recorded<T>() where T : LabEvent
    {
        using var ledger = Ledger.OpenForReading(Path.Combine(_folder, "reasoning.db"));
        return [.. ledger.Read().Select(entry => entry.Event).OfType<T>()];
    }

    public async Task GreetAsync(string name = "test")
    {
        await AskAsync("initialize", new { protocolVersion = "2025-06-18", capabilities = new { }, clientInfo = new { name, version = "1" } });
        await SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
    }

    /// <summary>A request, and what it is answered.</summary>
    public Task<JsonElement> AskAsync(string method, object? parameters) => SayAsync(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = ++_id, method, @params = parameters }));

    public async Task<JsonElement> SayAsync(string line)
    {
        await SendAsync(line);
        return await ReadAsync();
    }

    public async Task SendAsync(string text) => await _to.Writer.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"));

    public async Task<JsonElement> ReadAsync()
    {
        var line = _answers.ReadLineAsync();
        await Task.WhenAny(line, _run);
        return line.IsCompleted ? JsonDocument.Parse((await line)!).RootElement : throw new InvalidOperationException("the server has said its last");
    }

    /// <summary>Another program opens the record for writing, which shuts this one out.</summary>
    public void Outdo() => Ledger.Open(Path.Combine(_folder, "reasoning.db"), TimeProvider.System).Dispose();

    /// <summary>The client goes away.</summary>
    public async Task HangUpAsync()
    {
        await _to.Writer.CompleteAsync();
        await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        await _server.DisposeAsync();
        await _lines.DisposeAsync();
        try
        {
            _held.Dispose();
        }
        catch (LedgerException)
        {
            // A test has shut it out.
        }

        Bed.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
