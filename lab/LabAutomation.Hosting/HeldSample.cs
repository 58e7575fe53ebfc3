using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting;

/// <summary>A trial whose sample may be in the gripper of what carries samples, by the record.</summary>
/// <param name="Carriage">The one that came to no end.</param>
internal sealed record HeldSample(string Campaign, int Trial, ActionState Carriage)
{
    /// <summary>All that come into question for an instrument, by campaign and trial.</summary>
    public static IEnumerable<HeldSample> All(IEnumerable<CampaignState> states, string instrument)
    {
        foreach (var state in states)
            foreach (var trial in state.UnderWay)
                if (trial.MayBeHeldBy(instrument) is { } carriage) yield return new HeldSample(state.Id, trial.Number, carriage);
    }

    /// <param name="sample">As <see cref="ToString"/> gives it; null where only one comes into question.</param>
    /// <exception cref="LabException">None does, or not this one, or several do.</exception>
    public static HeldSample Of(IReadOnlyList<CampaignState> states, string instrument, string? sample)
    {
        HeldSample[] all = [.. All(states, instrument)];
        if (all.Length == 0)
            throw new LabException(LabFault.NotFound, $"no trial under way of {string.Join(" and ", states.Select(state => $"'{state.Id}'"))} has a carriage by {instrument} that came to no end; 'lab show {states[0].Id} --trial N' tells where its sample is");
        var listed = string.Join(", ", all.AsEnumerable());
        if (sample is null && all.Length > 1) throw new LabException(LabFault.NotFound, $"the samples of {listed} may all be the one in the gripper of {instrument}; look whose it is, and name it: --sample {all[0]}");
        return sample is null ? all[0] : Array.Find(all, one => one.ToString() == sample)
            ?? throw new LabException(LabFault.NotFound, $"the sample of '{sample}' has no carriage by {instrument} that came to no end; {listed} {(all.Length == 1 ? "has" : "have")}");
    }

    public override string ToString() => FormattableString.Invariant($"{Campaign}/{Trial}");
}
