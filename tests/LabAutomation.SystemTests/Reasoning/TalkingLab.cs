using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Lab;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.SemanticKernel;
using Spectre.Console;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>The <c>lab</c> program in this process, over a folder of its own, with its models behind a scripted endpoint.</summary>
internal sealed class TalkingLab(Endpoint? endpoint, params string[] settings) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>What is typed.</summary>
    public string Input { get; init; } = "";

    public string File => _folder.At("campaign.yaml");

    public string Data => _folder.At("data");

    public TemporaryFolder Folder => _folder;

    public void Dispose() => _folder.Dispose();

    public async Task<LabResult> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        string[] all =
        [
            .. arguments, "--config", Path.Combine(LabProcess.Root, "appsettings.json"), "--data", Data, "--set", "Simulation:Speed=1000",
            .. endpoint is null ? [] : new[] { "--set", $"Reasoning:Endpoint={endpoint.Address}" }, .. settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        var exit = await LabProgram.RunAsync(all, new Terminal(output, error, console, IsInteractive: false) { In = new StringReader(Input) });
        return new LabResult(exit, output.ToString(), error.ToString());
    }

    public Task<LabResult> PlanAsync(string goal = "find a green") => RunAsync("plan", goal, "--out", File, "--by", "ada");

    /// <summary>Everything on record about conversations.</summary>
    public IReadOnlyList<LedgerEntry> Record()
    {
        using var ledger = Ledger.OpenForReading(Path.Combine(Data, "reasoning.db"));
        ledger.Verify().IsSound.Should().BeTrue();
        return ledger.Read();
    }

    public IReadOnlyList<T> Recorded<T>() where T : LabEvent => [.. Record().Select(entry => entry.Event).OfType<T>()];

    public IReadOnlyList<ApprovalState> Approvals() => new ApprovalBook(Path.Combine(Data, "approvals.db"), TimeProvider.System).Read();
}
