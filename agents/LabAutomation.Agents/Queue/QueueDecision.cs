using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Queue;

/// <summary>What an order means for a campaign as it stands. Pure: an event to be recorded, or what is wrong with the order.</summary>
internal static class QueueDecision
{
    /// <param name="granted">Whether something of the trial, or of the campaign, is about to begin.</param>
    public static (LabEvent? Event, string Words) Decide(CampaignState state, QueueOrder order, bool granted)
    {
        if (state.Phase is CampaignPhase.Ended or CampaignPhase.Aborting) return (null, $"{state.Id} is over, and nothing of it waits");
        if (QueueOrder.Interruptions.Contains(order.What)) return Interruption.Decide(state, order);
        if (order.Trial is { } number && Waiting(state, number, granted) is { } trouble) return (null, trouble);
        return order.What switch
        {
            QueueOrder.Move => Move(state, order),
            QueueOrder.Hold => Hold(state, order, true),
            QueueOrder.Unhold => Hold(state, order, false),
            QueueOrder.Remove => Remove(state, order, granted),
            QueueOrder.Edit when order.Trial is null => EditCampaign(state, order),
            QueueOrder.Edit => EditTrial(state, order),
            _ => (null, $"'{order.What}' is nothing that can be done to {state.Id}; there is {string.Join(", ", QueueOrder.All)}"),
        };
    }

    /// <summary>Null where it waits.</summary>
    private static string? Waiting(CampaignState state, int number, bool granted)
    {
        if (state.Trials.ElementAtOrDefault(number - 1) is not { } trial) return $"{state.Id} has no trial {number}; its last is {state.Trials.Count}";
        if (trial.Outcome is not null) return $"trial {number} of {state.Id} is over";
        return granted || !trial.Actions.IsEmpty ? $"trial {number} of {state.Id} has begun, and no longer waits" : null;
    }

    private static (LabEvent?, string) Move(CampaignState state, QueueOrder order) => order.Priority is >= 0 and <= CampaignPlan.MostPriority
        ? (Changed(order) with { Priority = order.Priority }, $"{order.Target} has priority {order.Priority}")
        : (null, $"a priority is 0 to {CampaignPlan.MostPriority}, not {order.Priority?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}");

    private static (LabEvent?, string) Hold(CampaignState state, QueueOrder order, bool hold)
    {
        var isHeld = order.Trial is { } number ? state.Trials[number - 1].IsHeld : state.IsHeld;
        if (isHeld == hold) return (null, $"{order.Target} {(hold ? "is held already" : "is not held")}");
        return (Changed(order) with { Hold = hold }, hold ? $"{order.Target} begins nothing until 'lab queue unhold {order.Target}'; what has begun goes on" : $"{order.Target} is let go");
    }

    private static (LabEvent?, string) Remove(CampaignState state, QueueOrder order, bool granted)
    {
        if (order.Trial is { } number) return (new TrialAbandoned(number, $"removed from the queue by {order.By}: {order.Reason}"), $"{order.Target} is removed; its values may be proposed again");
        if (granted || state.Trials.Any(trial => !trial.Actions.IsEmpty)) return (null, $"{state.Id} has begun a trial, and is not only waiting: 'lab finish {state.Id}' ends it when what has begun is over, 'lab abort {state.Id}' with clean-up");
        return (new AbortRequested($"removed from the queue by {order.By}: {order.Reason}"), $"{state.Id} is removed, and ends");
    }

    private static (LabEvent?, string) EditCampaign(CampaignState state, QueueOrder order)
    {
        if (order is { Trials: null, Parallel: null }) return (null, "of a campaign, --trials and --parallel can be edited; of a trial, its values as NAME=VALUE");
        if (order.Trials is < 1 or > 100_000) return (null, $"a campaign has 1 to 100000 trials, not {order.Trials}");
        if (order.Trials > state.ApprovedTrials) return (null, $"{state.Id} was asked for by an agent with {state.ApprovedTrials} trials, and that was judged; more of them are a campaign of their own");
        if (order.Trials < state.Trials.Count) return (null, $"{state.Id} has {state.Trials.Count} trials already");
        if (order.Parallel is < 1 or > CampaignPlan.MostParallel) return (null, $"1 to {CampaignPlan.MostParallel} trials are under way at once, not {order.Parallel}");
        return (Changed(order) with { Trials = order.Trials, Parallel = order.Parallel }, $"{state.Id}: {string.Join(", ", Words(order))}");
    }

    private static IEnumerable<string> Words(QueueOrder order)
    {
        if (order.Trials is { } trials) yield return FormattableString.Invariant($"at most {trials} trials");
        if (order.Parallel is { } parallel) yield return FormattableString.Invariant($"{parallel} under way at once");
    }

    private static (LabEvent?, string) EditTrial(CampaignState state, QueueOrder order)
    {
        if (order.Values is not { IsEmpty: false } given) return (null, "of a trial, its values can be edited, as NAME=VALUE");
        var trial = state.Trials[order.Trial!.Value - 1];
        var values = new Dictionary<string, TrialValue>(StringComparer.Ordinal);
        foreach (var (name, text) in given)
        {
            if (state.Plan.Parameters.FirstOrDefault(parameter => parameter.Name == name) is not { } parameter) return (null, $"{state.Id} has no parameter '{name}'; it has {string.Join(", ", state.Plan.Parameters.Select(one => one.Name))}");
            if (Read(parameter, text) is not { } value) return (null, $"'{text}' is no value of '{name}'");
            values[name] = value;
        }

        var edited = new TrialValues(trial.Values.Select(value => KeyValuePair.Create(value.Key, values.TryGetValue(value.Key, out var other) ? other : value.Value)));
        try
        {
            var point = state.Plan.ToPoint(edited);
            if (state.Plan.Candidates is not null)
            {
                if (state.Plan.CandidateAt(point) is not { } candidate) return (null, $"these values are none of the candidates of {state.Id}");
                point = candidate;
            }

            if (!state.Plan.ToSearchSpace().IsFeasible(point)) return (null, $"these values are outside of the space that {state.Id} allows");
            edited = state.Plan.ToValues(point);
            if (values.Keys.FirstOrDefault(name => edited[name] == TrialValue.None) is { } idle) return (null, $"'{idle}' does not count with the other values of this trial");
        }
        catch (ArgumentException error)
        {
            return (null, error.Message);
        }

        return (Changed(order) with { Values = edited }, $"{order.Target}: {string.Join(", ", edited.Select(value => $"{value.Key} {value.Value}"))}");
    }

    private static TrialValue? Read(ParameterPlan parameter, string text) => parameter is ChoiceParameter choice
        ? choice.Choices.Contains(text) ? TrialValue.Of(text) : null
        : Quantity.TryParse(text, out var quantity) && quantity.Value.Unit.Fits(parameter.Unit) ? TrialValue.Of(new Quantity(quantity.Value.In(parameter.Unit), parameter.Unit)) : null;

    private static QueueChanged Changed(QueueOrder order) => new(order.By, order.Role, order.Reason, order.Trial);
}
