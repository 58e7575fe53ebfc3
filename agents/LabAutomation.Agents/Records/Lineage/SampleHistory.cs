using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>What the sample of a trial was made of, what was done to it, where it has been and where it is, read from the record.</summary>
/// <param name="Id">Campaign and number of the trial, such as <c>colour-match-1/7</c>.</param>
/// <param name="Parents">The lots that it was made of, with all that came from each.</param>
/// <param name="Steps">What was done, earliest first; carrying is under <paramref name="Places"/>.</param>
/// <param name="Places">Where it has been, earliest first.</param>
/// <param name="Now">Where it is, in words.</param>
public sealed record SampleHistory(string Id, ImmutableArray<LotPortion> Parents, ImmutableArray<SampleStep> Steps, ImmutableArray<SamplePlace> Places, string Now)
{
    /// <param name="lots">Of the whole ledger.</param>
    /// <param name="record">Of the whole ledger, too.</param>
    /// <param name="lab">Names the locations of positions; what it does not know is told by number.</param>
    public static SampleHistory Of(CampaignState state, TrialState trial, Lots lots, SampleActions record, LabStations lab)
    {
        var id = SampleActions.Id(state.Id, trial.Number);
        var actions = trial.Actions.Where(pair => pair.Value.Result is not null || pair.Value.IsOpen).OrderBy(pair => pair.Value.IntendedAt).ThenBy(pair => pair.Key).ToArray();
        ImmutableArray<SampleStep> steps =
        [
            .. record.Of(state.Id, trial.Number).Where(action => action.Intent.Index != ActionPlace.Carry).OrderBy(action => action.IntendedAt).Select(action => new SampleStep(
                action.Intent.Step, action.Intent.Instrument, action.Intent.Command, action.Intent.Arguments, action.Result?.StartedAt ?? action.IntendedAt, action.Result?.EndedAt, action.Result?.Status, Drawn(action, lots, record))
            {
                Attempt = action.Attempt,
                SharedWith = [.. record.Sharing(action.Intent.Action).Select(other => SampleActions.Id(other.Campaign, other.Trial)).Where(other => other != id)],
            }),
        ];
        ImmutableArray<LotPortion> parents =
        [
            .. steps.SelectMany(step => step.Drawn).GroupBy(portion => portion.Lot).Select(lot => new LotPortion(lot.Key, new Quantity(lot.Sum(portion => portion.Amount.Value), lot.First().Amount.Unit))),
        ];
        var places = PlacesOf(trial, [.. actions.Select(pair => pair.Value)], lab);
        return new SampleHistory(id, parents, steps, places, Where(state, trial, places, lab));
    }

    /// <summary>What several samples had done to them at once is on record with one of them, and an equal part of it is each one's.</summary>
    private static ImmutableArray<LotPortion> Drawn(SampleAction action, Lots lots, SampleActions record)
    {
        var sharing = record.Sharing(action.Intent.Action);
        var portions = sharing.Select(one => one.Campaign).Distinct(StringComparer.Ordinal).SelectMany(campaign => lots.Of(campaign, action.Intent.Action));
        return [.. portions.Select(portion => portion with { Amount = new Quantity(portion.Amount.Value / sharing.Count, portion.Amount.Unit) })];
    }

    private static ImmutableArray<SamplePlace> PlacesOf(TrialState trial, ActionState[] actions, LabStations lab)
    {
        if (actions.Length == 0) return [];
        if (!actions.Any(action => action.Intent.At is not null))
            return [new SamplePlace(trial.Station is { } station ? $"station {station}" : "the lab's one place", null, actions[0].Result?.StartedAt ?? actions[0].IntendedAt, trial.EndedAt, null)];
        var places = ImmutableArray.CreateBuilder<SamplePlace>();
        foreach (var action in actions.Where(action => action.Intent.At is not null && (action.Intent.Index != ActionPlace.Carry || action.HasSucceeded)))
        {
            var (at, isCarried) = (action.Intent.At!.Value, action.Intent.Index == ActionPlace.Carry);
            if (places.Count > 0 && places[^1].Position == at) continue;
            if (places.Count > 0) places[^1] = places[^1] with { Until = action.Result?.StartedAt ?? action.IntendedAt };
            places.Add(new SamplePlace(Named(at, lab), at, isCarried ? action.Result!.EndedAt : action.Result?.StartedAt ?? action.IntendedAt, null, isCarried ? action.Intent.Instrument : null));
        }

        return places.ToImmutable();
    }

    private static string Where(CampaignState state, TrialState trial, ImmutableArray<SamplePlace> places, LabStations lab)
    {
        if (places.IsEmpty) return "there is none yet";
        if (trial.Actions.Values.FirstOrDefault(action => action is { IsOpen: true, Intent.Index: ActionPlace.Carry }) is { } moving) return $"on its way to {Named(moving.Intent.At!.Value, lab)}, carried by {moving.Intent.Instrument}";
        if (trial.Actions.Values.FirstOrDefault(action => action is { IsUnknown: true, Intent.Index: ActionPlace.Carry }) is { } lost) return $"nobody knows: {lost.Intent.Instrument} may or may not have carried it to {Named(lost.Intent.At!.Value, lab)}";
        var last = places[^1];
        if (last.Position is { } position) return lab.Locations.Any(location => location.IsOutlet && location.Positions.Contains(position)) ? $"it has left the lab at {last.Where}" : last.Where;
        var cleaned = state.Plan.Steps.Where(step => step.Always).ToArray();
        return trial.Outcome is not null && cleaned.Length > 0 && cleaned.All(step => trial.Actions.Where(pair => pair.Key.Step == step.Name).All(pair => pair.Value.HasSucceeded))
            ? $"gone: cleaned away by '{cleaned[^1].Name}'"
            : last.Where;
    }

    private static string Named(int position, LabStations lab) => lab.Locations.FirstOrDefault(location => location.Positions.Contains(position)) is { } location
        ? string.Create(CultureInfo.InvariantCulture, $"{location.Name}, position {position}")
        : string.Create(CultureInfo.InvariantCulture, $"position {position}");
}

/// <summary>Something that was done to a sample.</summary>
/// <param name="Until">Null while it goes on.</param>
/// <param name="Drawn">Of consumables, this sample's part.</param>
public sealed record SampleStep(
    string Step, string Instrument, string Command, ImmutableSortedDictionary<string, Quantity> Arguments, DateTimeOffset From, DateTimeOffset? Until, ActionStatus? Status, ImmutableArray<LotPortion> Drawn)
{
    /// <summary>From 1: what failed may have been done again.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The other samples that it was done to at the same time.</summary>
    public ImmutableArray<string> SharedWith { get; init; } = [];
}

/// <summary>A place where a sample has been.</summary>
/// <param name="Position">Null in a lab in which samples are not carried.</param>
/// <param name="Until">Null where it is there still.</param>
/// <param name="By">What carried it there; null where it was made there.</param>
public sealed record SamplePlace(string Where, int? Position, DateTimeOffset From, DateTimeOffset? Until, string? By);
