using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary>
/// <c>lab reconcile [ACTION]</c>: what a person found out about an action whose outcome nobody knew, of a campaign on record here, or with
/// <c>--instrument</c> of any client's at all.
/// </summary>
internal static class ReconcileCommand
{
    private static readonly Dictionary<string, Finding> Findings = new(StringComparer.Ordinal)
    {
        ["happened"] = Finding.Happened, ["did-not-happen"] = Finding.DidNotHappen, ["unknowable"] = Finding.Unknowable,
    };

    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("action") { Description = "The action; left out, those of unknown outcome are listed", HelpName = "ACTION", Arity = ArgumentArity.ZeroOrOne };
        var finding = new Option<string?>("--finding") { Description = "What became of it: happened, did-not-happen or unknowable", HelpName = "FINDING" };
        finding.AcceptOnlyFromAmong([.. Findings.Keys]);
        var by = new Option<string?>("--by") { Description = "Who has looked", HelpName = "NAME" };
        var why = new Option<string?>("--why") { Description = "How that is known", HelpName = "TEXT" };
        var instrument = new Option<string?>("--instrument") { Description = "Its instrument, told over the broker: for an action that no campaign of this record began", HelpName = "INSTRUMENT" };
        var broker = OperatorLink.Broker();
        var command = new Command("reconcile", "Says what became of an action whose outcome nobody knows, so that its instrument may go on") { id, finding, by, why, instrument, broker };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (action, meant) = (parsed.GetValue(id), parsed.GetValue(instrument));
            if (action is null) return meant is null ? (int)List(parsed, terminal) : throw new UsageException("--instrument needs the action; its driver's program names it");
            if (parsed.GetValue(finding) is not { } found || parsed.GetValue(by) is not { } who || parsed.GetValue(why) is not { } reason || string.IsNullOrWhiteSpace(who) || string.IsNullOrWhiteSpace(reason))
                throw new UsageException("reconcile needs --finding, --by and --why beside the action");
            var told = new ReconcileFrame(Read(action), Findings[found], who, reason, TimeProvider.System.GetUtcNow());
            return meant is null ? await TellAsync(parsed, told, found, terminal, cancellation) : await TellAsync(meant, parsed.GetValue(broker)!, told, found, terminal, cancellation);
        });
        return command;
    }

    private static ActionId Read(string action)
    {
        try
        {
            return ActionId.Parse(action);
        }
        catch (FrameException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>To an instrument that a campaign on record here has used.</summary>
    private static async Task<int> TellAsync(ParseResult parsed, ReconcileFrame told, string found, Terminal terminal, CancellationToken cancellation)
    {
        await using var lab = await LabSession.OpenAsync(parsed, cancellation);
        var (state, action) = CampaignRecord.All(lab.Laboratory.Ledger).SelectMany(one => one.Unknown.Select(unknown => (State: one, Unknown: unknown))).FirstOrDefault(one => one.Unknown.Intent.Action == told.Action);
        if (action is null) throw new LabException(LabFault.NotFound, $"no action '{told.Action}' of unknown outcome is on record; 'lab reconcile' lists them, and --instrument reaches one that another program began");
        told = told with { At = lab.Laboratory.Clock.GetUtcNow() };
        var reply = await lab.Laboratory.ReconcileAsync(action.Intent.Instrument, told, cancellation);
        if (!reply.Done) throw new LabException(LabFault.Instrument, $"{action.Intent.Instrument}: {reply.Message}");
        var isLost = reply.Message != ControlReply.Plain;
        var waiting = lab.Laboratory.Settle(told, isLost);
        var next = waiting switch { [] => "its trial had ended", [_] => Goes(""), var several => Goes($" {string.Join(' ', several)}") };
        var now = waiting.Count > 0 && isLost && told.Finding == Finding.Unknowable ? reply.Message : $"'{action.Intent.Command}' is on record as {Words(found)}";
        terminal.Out.WriteLine($"{action.Intent.Instrument}: {now}; {next}");
        return (int)ExitCode.Success;

        string Goes(string campaigns) => told.Finding != Finding.Unknowable ? $"'lab resume{campaigns}' goes on with that"
            : $"'lab resume{campaigns} --give-up WHY' goes on without it{(LeavesUnclean(state, action, told) ? $", once somebody has cleaned up by hand: --cleaned {state.Id}/{action.Intent.Trial} --by NAME" : "")}";
    }

    private static bool LeavesUnclean(CampaignState state, ActionState action, ReconcileFrame found) =>
        state.Apply(new OutcomeGivenUp(found.Action, found.By, found.Reason), state.LastAt).Trials[action.Intent.Trial - 1].LeftUnclean(state.Plan) is not null;

    /// <summary>To an instrument that the broker knows, whoever began the action.</summary>
    private static Task<int> TellAsync(string meant, string broker, ReconcileFrame told, string found, Terminal terminal, CancellationToken cancellation) =>
        OperatorLink.UseAsync(broker, "the finding did not reach the broker", ExitCode.Broker, terminal, async (bus, handOver) =>
        {
            if (await KnownInstruments.FindAsync(bus, meant, handOver) is not { } topics) return ControlCommand.Fail(terminal, KnownInstruments.Unknown(meant));
            var (trouble, remark) = await ControlCommand.AskAsync(bus, topics, "reconcile", told, handOver);
            if (trouble is not null) return ControlCommand.Fail(terminal, trouble);

            // Who gives up what its driver has lost may go on, and who has mistyped it must hear of it.
            if (remark is not null) return ControlCommand.Fail(terminal, $"{remark}; where the action is another one, its driver's program has named it, and 'lab reconcile' lists those on record here", ExitCode.NotFound);
            terminal.Out.WriteLine($"{topics.Instrument}: action {told.Action} is on its driver's record as {Words(found)}; 'lab clear {topics.Instrument}' lets it take commands again");
            return ExitCode.Success;
        }, cancellation);

    private static string Words(string found) => found.Replace('-', ' ');

    private static ExitCode List(ParseResult parsed, Terminal terminal)
    {
        using var record = LabRecord.Open(parsed);
        var unknown = CampaignRecord.All(record.Ledger).SelectMany(state => state.Unknown.Select(action => (state.Id, Action: action))).ToArray();
        foreach (var (campaign, action) in unknown)
            terminal.Out.WriteLine($"{action.Intent.Action}  {action.Intent.Instrument} {action.Intent.Command}, {campaign}, trial {action.Intent.Trial}: {action.Result!.Message}");
        if (unknown.Length == 0) terminal.Out.WriteLine("the outcome of every action is known");
        return ExitCode.Success;
    }
}
