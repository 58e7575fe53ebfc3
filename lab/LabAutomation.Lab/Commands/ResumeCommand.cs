using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab resume [ID…]</c>: takes up campaigns that were paused, or whose program ended in whatever way.</summary>
internal static class ResumeCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string[]>("id") { Description = "Campaigns, as 'lab list' names them; the last unfinished one unless given", HelpName = "ID", Arity = ArgumentArity.ZeroOrMore };
        var giveUp = new Option<string?>("--give-up") { Description = "Why actions whose outcome nobody knows shall count as failed, rather than be asked about again; they are not repeated", HelpName = "WHY" };
        var command = new Command("resume", "Takes up a campaign that was paused or cut off; nothing is lost and nothing is done twice") { id, giveUp };
        var clear = new ClearOptions();
        clear.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var cleared = clear.Of(parsed);
            await using var lab = await LabSession.OpenAsync(parsed, cancellation);
            string?[] ids = parsed.GetValue(id) is { Length: > 0 } named ? [.. named.Distinct(StringComparer.Ordinal)] : [null];
            CampaignState[] states = [.. ids.Select(one => CampaignRecord.Find(lab.Laboratory.Ledger, one, unfinished: true))];
            if (states.FirstOrDefault(state => state.Phase == CampaignPhase.Ended) is { } ended)
                throw new LabException(LabFault.NotFound, $"campaign '{ended.Id}' has ended: {ended.End!.Reason}; 'lab show {ended.Id}' tells its result");
            foreach (var state in states) lab.Laboratory.RequireModels(state);
            foreach (var state in states) await TakeUpAsync(lab, state, parsed.GetValue(giveUp), cleared, cancellation);
            return (int)await CampaignRun.FollowAsync(lab, [.. states.Select(state => state.Id)], terminal, parsed.OutputForm(terminal), cancellation);
        });
        return command;
    }

    private static async Task TakeUpAsync(LabSession lab, CampaignState state, string? why, PersonsClear? cleared, CancellationToken cancellation)
    {
        var givenUp = why is null ? [] : await lab.Laboratory.GiveUpAsync(state, why, cancellation);
        await lab.CheckAsync(state.Plan, cleared, cancellation);
        lab.Laboratory.Resume(state, givenUp, why ?? "");
    }
}
