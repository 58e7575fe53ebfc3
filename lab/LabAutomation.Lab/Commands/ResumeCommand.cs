using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab resume [ID]</c>: takes up a campaign that was paused, or whose program ended in whatever way.</summary>
internal static class ResumeCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "Campaign, as 'lab list' names it; the last unfinished one unless given", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        var giveUp = new Option<string?>("--give-up") { Description = "Why actions whose outcome nobody knows shall count as failed, rather than be asked about again; they are not repeated", HelpName = "WHY" };
        var command = new Command("resume", "Takes up a campaign that was paused or cut off; nothing is lost and nothing is done twice") { id, giveUp };
        var clear = new ClearOptions();
        clear.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var cleared = clear.Of(parsed);
            await using var lab = await LabSession.OpenAsync(parsed, cancellation);
            var state = CampaignRecord.Find(lab.Laboratory.Ledger, parsed.GetValue(id), unfinished: true);
            if (state.Phase == CampaignPhase.Ended)
                throw new LabException(LabFault.NotFound, $"campaign '{state.Id}' has ended: {state.End!.Reason}; 'lab show {state.Id}' tells its result");
            lab.Laboratory.RequireModels(state);
            var why = parsed.GetValue(giveUp);
            var givenUp = why is null ? [] : await lab.Laboratory.GiveUpAsync(state, why, cancellation);
            await lab.CheckAsync(state.Plan, cleared, cancellation);
            lab.Laboratory.Resume(state, givenUp, why ?? "");
            return (int)await CampaignRun.FollowAsync(lab, state.Id, terminal, parsed.OutputForm(terminal), cancellation);
        });
        return command;
    }
}
