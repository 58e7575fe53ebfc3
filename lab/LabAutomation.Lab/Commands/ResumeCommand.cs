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
        var taken = new Option<string?>("--taken") { Description = "What had the sample in its gripper that somebody has taken by hand; its trial is lost, and its place is free", HelpName = "INSTRUMENT" };
        var sample = new Option<string?>("--sample") { Description = "With --taken: whose sample it was, where it may be that of several trials", HelpName = "ID/N" };
        var why = new Option<string?>("--why") { Description = "With --taken: why it was taken", HelpName = "WHY" };
        var cleanedUp = new Option<string[]>("--cleaned") { Description = "After which trial somebody has cleaned up by hand, since what was to clean up was given up; may be repeated", HelpName = "ID/N" };
        var command = new Command("resume", "Takes up a campaign that was paused or cut off; nothing is lost and nothing is done twice") { id, giveUp, taken, sample, why, cleanedUp };
        var clear = new ClearOptions();
        clear.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var cleared = clear.Of(parsed);
            var hand = Hand(parsed.GetValue(taken), parsed.GetValue(sample), parsed.GetValue(why), () => clear.By(parsed, "--taken"));
            var (places, who) = parsed.GetValue(cleanedUp) is { Length: > 0 } some ? (some, clear.By(parsed, "--cleaned")) : ([], "");
            var (named, isPlain) = (parsed.GetValue(id)!, cleared is null && hand is null && places.Length == 0 && parsed.GetValue(giveUp) is null);
            LabSession session;
            try
            {
                session = await LabSession.OpenAsync(parsed, cancellation);
            }
            catch (LabException running) when (running.Fault == LabFault.InUse && isPlain)
            {
                return await InterruptCommand.ResumeAsync(parsed, named, terminal, running, cancellation);
            }

            await using var lab = session;
            string?[] ids = named.Length > 0 ? [.. named.Distinct(StringComparer.Ordinal)] : [null];
            CampaignState[] states = [.. ids.Select(one => CampaignRecord.Find(lab.Laboratory.Ledger, one, unfinished: true))];
            if (states.FirstOrDefault(state => state.Phase == CampaignPhase.Ended) is { } ended)
                throw new LabException(LabFault.NotFound, $"campaign '{ended.Id}' has ended: {ended.End!.Reason}; 'lab show {ended.Id}' tells its result");

            // Whether the campaigns can be taken up, and whether there is such a sample, is asked before anything is given up or recorded.
            lab.Laboratory.RequireAll([.. states.Select(state => state.Id)]);
            foreach (var state in states)
            {
                lab.Laboratory.RequireModels(state);
                lab.Laboratory.RequireStillAllowed(state);
            }

            (string Campaign, SampleTaken Taken)? found = hand is var (from, whose, by, reason) ? lab.Laboratory.TakenFrom(states, from, whose, by, reason) : null;
            var clean = places.Distinct(StringComparer.Ordinal).Select(place => Laboratory.CleanedBy(states, place, who, parsed.GetValue(giveUp) is not null)).ToLookup(one => one.Campaign, one => one.Cleaned, StringComparer.Ordinal);
            foreach (var state in states) await TakeUpAsync(lab, state, parsed.GetValue(giveUp), found?.Campaign == state.Id ? [found.Value.Taken] : [], [.. clean[state.Id]], cleared, cancellation);
            return (int)await lab.DownAsync(await CampaignRun.FollowAsync(lab, [.. states.Select(state => state.Id)], terminal, parsed.OutputForm(terminal), cancellation));
        });
        return command;
    }

    private static async Task TakeUpAsync(LabSession lab, CampaignState state, string? why, SampleTaken[] taken, PlaceCleaned[] clean, PersonsClear? cleared, CancellationToken cancellation)
    {
        var givenUp = why is null && taken.Length == 0 ? [] : await lab.Laboratory.GiveUpAsync(state, why ?? taken[0].Reason, cancellation, why is null ? taken[0].Trial : null);
        await lab.CheckAsync(state.Plan, cleared, cancellation);
        lab.Laboratory.Resume(state, givenUp, why ?? (taken.Length == 0 ? "" : taken[0].Reason), taken, clean);
    }

    private static (string From, string? Sample, string By, string Why)? Hand(string? from, string? sample, string? why, Func<string> by)
    {
        if (from is null && sample is not null) throw new UsageException("--sample goes with --taken");
        if (from is null) return why is null ? null : throw new UsageException("--why goes with --taken");
        if (why is null) throw new UsageException("--taken wants a --why: the reason is on the record");
        return (from, sample, by(), why);
    }
}
