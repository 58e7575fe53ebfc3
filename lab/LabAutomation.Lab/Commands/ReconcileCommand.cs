using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab reconcile [ACTION]</c>: what a person found out about an action whose outcome nobody knew.</summary>
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
        var command = new Command("reconcile", "Says what became of an action whose outcome nobody knows, so that its instrument may go on") { id, finding, by, why };
        command.SetAction(async (parsed, cancellation) =>
        {
            var action = parsed.GetValue(id);
            if (action is null) return (int)List(parsed, terminal);
            if (parsed.GetValue(finding) is not { } found || string.IsNullOrWhiteSpace(parsed.GetValue(by)) || string.IsNullOrWhiteSpace(parsed.GetValue(why)))
                throw new UsageException("reconcile needs --finding, --by and --why beside the action");
            await using var lab = await LabSession.OpenAsync(parsed, cancellation);
            var intent = Unknown(CampaignRecord.All(lab.Laboratory.Ledger)).Select(one => one.Action.Intent).FirstOrDefault(intent => intent.Action.ToString() == action)
                ?? throw new LabException(LabFault.NotFound, $"no action '{action}' of unknown outcome is on record; 'lab reconcile' lists them");
            var reply = await lab.Laboratory.ReconcileAsync(intent.Instrument, new ReconcileFrame(intent.Action, Findings[found], parsed.GetValue(by)!, parsed.GetValue(why)!, lab.Laboratory.Clock.GetUtcNow()), cancellation);
            if (!reply.Done) throw new LabException(LabFault.Instrument, $"{intent.Instrument}: {reply.Message}");
            terminal.Out.WriteLine($"{intent.Instrument}: '{intent.Command}' is on record as {found.Replace('-', ' ')}; 'lab resume' goes on with that");
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static ExitCode List(ParseResult parsed, Terminal terminal)
    {
        using var record = LabRecord.Open(parsed);
        var unknown = Unknown(CampaignRecord.All(record.Ledger)).ToArray();
        foreach (var (campaign, action) in unknown)
            terminal.Out.WriteLine($"{action.Intent.Action}  {action.Intent.Instrument} {action.Intent.Command}, {campaign}, trial {action.Intent.Trial}: {action.Result!.Message}");
        if (unknown.Length == 0) terminal.Out.WriteLine("the outcome of every action is known");
        return ExitCode.Success;
    }

    private static IEnumerable<(string Campaign, ActionState Action)> Unknown(IEnumerable<CampaignState> campaigns) => campaigns
        .Where(state => state.Phase != CampaignPhase.Ended)
        .SelectMany(state => (state.Current?.Actions.Values ?? []).Where(action => action.IsUnknown).Select(action => (state.Id, action)));
}
