using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting;

/// <summary>A trial under way of whose place nobody knows whether it is clean, since what was to clean up was given up.</summary>
internal sealed record UncleanPlace(string Campaign, int Trial)
{
    public static IEnumerable<UncleanPlace> All(IEnumerable<CampaignState> states) =>
        states.Where(state => state.Phase != CampaignPhase.Ended).SelectMany(state => state.UnderWay.Where(trial => trial.LeftUnclean(state.Plan) is not null).Select(trial => new UncleanPlace(state.Id, trial.Number)));

    /// <param name="trial">As <see cref="ToString"/> gives it.</param>
    /// <exception cref="LabException">It is none of these.</exception>
    public static UncleanPlace Of(IReadOnlyList<CampaignState> states, string trial)
    {
        UncleanPlace[] all = [.. All(states)];
        return Array.Find(all, one => one.ToString() == trial) ?? throw new LabException(LabFault.NotFound, all.Length > 0
            ? $"nothing that was to clean up after '{trial}' was given up; it was after {string.Join(", ", all.AsEnumerable())}"
            : $"nothing that was to clean up after a trial under way of {string.Join(" and ", states.Select(state => $"'{state.Id}'"))} was given up, so nobody need clean up by hand; --give-up WHY gives up what nobody knows");
    }

    public override string ToString() => FormattableString.Invariant($"{Campaign}/{Trial}");
}
