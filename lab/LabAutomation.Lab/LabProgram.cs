using System.CommandLine;
using System.CommandLine.Parsing;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Instruments;
using LabAutomation.Interlock;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Reasoning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Options;

namespace LabAutomation.Lab;

/// <summary>The <c>lab</c> program: its commands, and what an error says to the person and to the shell.</summary>
public static class LabProgram
{
    /// <summary>Runs the program on this process's terminal.</summary>
    /// <param name="args">As typed, without the program's name.</param>
    /// <param name="families">Instruments that it knows beside those that come with the lab.</param>
    /// <returns>The exit code; docs/reference/command-line.md lists them.</returns>
    public static Task<int> RunAsync(string[] args, params InstrumentFamily[] families) => RunAsync(args, Terminal.OfProcess(), families: families);

    internal static RootCommand Commands(Terminal terminal, params IReadOnlyList<InstrumentFamily> families)
    {
        var root = new LabCommand(families)
        {
            RunCommand.Create(terminal),
            ResumeCommand.Create(terminal),
            ReconcileCommand.Create(terminal),
            ListCommand.Create(terminal),
            ShowCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            ReportCommand.Create(terminal),
            ExportCommand.Create(terminal),
            ValidateCommand.Create(terminal),
            InstrumentsCommand.Create(terminal),
            ConformCommand.Create(terminal, families),
            DescribeCommand.Create(terminal, families),
            ModelCommand.Create(terminal),
            PeaksCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            BacktestCommand.Create(terminal),
            SuggestCommand.Create(terminal),
            SimulateCommand.Create(terminal),
            ForecastCommand.Create(terminal),
            ChaosCommand.Create(terminal),
            DiagnoseCommand.Create(terminal),
            ExportModelCommand.Create(terminal),
            AskTellCommand.Create(terminal),
            DriveCommand.Create(terminal),
            AccountCommand.Create(terminal),
            InterlockCommand.Create(terminal),
            ControlCommand.Hold(terminal),
            ControlCommand.Unhold(terminal),
            ControlCommand.Clear(terminal),
            ForgetCommand.Create(terminal),
            RefillCommand.Create(terminal),
            StockCommand.Create(terminal),
            QueueCommand.Create(terminal),
            InterruptCommand.Pause(terminal),
            InterruptCommand.Finish(terminal),
            InterruptCommand.Abort(terminal),
            InterruptCommand.Halt(terminal),
            SampleHistoryCommand.Create(terminal),
            StopCommand.Create(terminal),
            ResetCommand.Create(terminal),
            AskCommand.Create(terminal),
            PlanCommand.Create(terminal),
            ReplayCommand.Create(terminal),
            ApprovalsCommand.List(terminal),
            ApprovalsCommand.Approve(terminal),
            McpCommand.Create(terminal),
        };
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction(terminal);
        foreach (var option in CommonOptions.All) root.Options.Add(option);
        return root;
    }

    internal static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellation = default, params IReadOnlyList<InstrumentFamily> families)
    {
        var parsed = Commands(terminal, families).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) terminal.Error.WriteLine($"lab: {UsageWording.Of(error)}");
            terminal.Error.WriteLine($"lab: 'lab {Typed(parsed.CommandResult)}--help' tells what there is");
            return (int)ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Error,
            }, cancellation);
        }
        catch (Exception error)
        {
            return (int)Explain(error is AggregateException { InnerExceptions: [var first, ..] } ? first : error, message => ConfigurationPlace.Of(message, parsed), terminal.Error);
        }
    }

    /// <summary>As it was typed, such as <c>model run </c>.</summary>
    private static string Typed(CommandResult? command) => command is null or { Command: RootCommand } ? "" : $"{Typed(command.Parent as CommandResult)}{command.Command.Name} ";

    /// <summary>The framework wraps what the option says in words about itself.</summary>
    private static string Plain(string failure)
    {
        const string mark = "with the error: '";
        var at = failure.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? failure : failure[(at + mark.Length)..].TrimEnd('.', '\'');
    }

    /// <summary>Messages may quote what instruments, endpoints and files say.</summary>
    /// <param name="place">Where what a message about the configuration names stands; null where that is not known.</param>
    private static ExitCode Explain(Exception error, Func<string, string?> place, TextWriter to)
    {
        void Say(string text) => to.WriteLine(TalkDisplay.Plain(text));
        string Placed(string message) => place(message) is { } at ? $"{message} ({at})" : message;
        switch (error)
        {
            case CampaignFileException file:
                foreach (var problem in file.Problems) Say(problem.ToString());
                Say(file.Problems.Count == 1 ? "lab: 1 problem; nothing was moved" : $"lab: {file.Problems.Count} problems; nothing was moved");
                return ExitCode.CampaignFile;
            case OptionsValidationException options:
                foreach (var failure in options.Failures) Say($"lab: configuration: {Placed(Plain(failure))}");
                return ExitCode.Configuration;
            case LabException lab:
                Say($"lab: {(lab.Fault is LabFault.Configuration ? Placed(lab.Message) : lab.Message)}");
                return lab.Fault switch
                {
                    LabFault.Configuration => ExitCode.Configuration,
                    LabFault.InUse => ExitCode.InUse,
                    LabFault.Storage => ExitCode.Storage,
                    LabFault.LedgerBroken => ExitCode.LedgerBroken,
                    LabFault.Instrument => ExitCode.Instrument,
                    LabFault.Broker => ExitCode.Broker,
                    LabFault.NotFound => ExitCode.NotFound,
                    LabFault.NotNow => ExitCode.NotNow,
                    LabFault.Denied => ExitCode.Denied,
                    _ => ExitCode.Defect,
                };
            case InterlockException interlock:
                Say($"lab: {interlock.Message}");
                return ExitCode.Configuration;
            case BusRefusedException refused:
                Say($"lab: {refused.Message}");
                return ExitCode.Broker;
            case LedgerException { IsBroken: true }:
                Say($"lab: {error.Message}");
                return ExitCode.LedgerBroken;
            case LedgerException or JournalException:
                Say($"lab: {error.Message}");
                return ExitCode.Storage;
            case DataSetException data:
                Say($"lab: {data.Message}");
                return ExitCode.DataSet;
            case ModelException model:
                Say($"lab: {model.Message}");
                return ExitCode.Model;
            case UsageException usage:
                Say($"lab: {usage.Message}");
                return ExitCode.Usage;
            case StalledException stalled:
                Say($"lab: {stalled.Message}");
                return ExitCode.Stalled;
            case IOException or UnauthorizedAccessException:
                Say($"lab: {error.Message}");
                return ExitCode.Storage;
            case OperationCanceledException:
                Say("lab: stopped");
                return ExitCode.Aborted;
            default:
                Say($"lab: this is a defect of the program: {error.GetType().Name}: {error.Message}");
                return ExitCode.Defect;
        }
    }
}
