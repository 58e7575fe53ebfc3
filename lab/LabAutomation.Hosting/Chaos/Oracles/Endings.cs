using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Whether a campaign has come to an end that nobody asks for and that is not its goal: too many failures in a row, nothing better for too long, its time spent. By its record so far.</summary>
/// <param name="campaign">As it is in the end.</param>
internal sealed class Endings(CampaignState campaign)
{
    /// <summary>By number: whether it failed. What was abandoned does not count.</summary>
    private readonly SortedDictionary<int, bool> _ended = [];
    private CampaignState _state = new(campaign.Id, campaign.Plan, campaign.Started, campaign.StartedAt);

    public bool HasFailedTooOften { get; private set; }

    public bool HasStalled { get; private set; }

    /// <summary>Since when its time is spent, or the moment over by which a step was to begin that every trial has; null where neither is.</summary>
    public DateTimeOffset? OutOfTime => campaign.Plan.Goal.Until.Duration is { } most && _state.Spent >= most ? _state.LastAt - (_state.Spent - most)
        : campaign.Plan.Steps.Select(step => step.LastMoment).Where(moment => moment < _state.LastAt).Min();

    public bool Any => HasFailedTooOften || HasStalled || OutOfTime is not null;

    public void Hear(LedgerEntry entry)
    {
        _state = _state.Apply(entry.Event, entry.At);
        switch (entry.Event)
        {
            case TrialFailed failed:
                _ended[failed.Trial] = true;
                break;
            case TrialMeasured measured:
                _ended[measured.Trial] = false;
                break;
            default:
                return;
        }

        HasFailedTooOften = _ended.Values.Reverse().TakeWhile(hasFailed => hasFailed).Count() >= campaign.Plan.Limits.FailedTrials;
        HasStalled = campaign.Plan.Goal.Until.Stalled is { } most && Standing.TrialsSinceGain(_state) >= most;
    }
}
