using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// Where samples are not carried, a trial is made at one station, which is on record before anything of it is asked for, by the instruments that stand there or at none; and a station is given to nobody else before the
/// last has ended of what was done there, cleaning up included, or somebody has done that by hand where it was given up. By the order of the record and the lab's file: what the scheduler believes to be free is not asked.
/// </summary>
internal static class StationOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence)
    {
        var plans = evidence.States.Where(state => !evidence.Stations.For(state.Plan).IsCarried).ToDictionary(state => state.Id, state => state.Plan, StringComparer.Ordinal);
        var (stays, owners) = (new SortedDictionary<(string Campaign, int Trial), Stay>(), new Dictionary<ActionId, HashSet<(string Campaign, int Trial)>>());
        foreach (var entry in evidence.Entries.Where(entry => plans.ContainsKey(entry.Campaign)))
        {
            switch (entry.Event)
            {
                case TrialProposed { Station: { } station } proposed:
                    Of(entry, proposed.Trial).Station = station;
                    break;
                case TrialStationed stationed when Of(entry, stationed.Trial) is { From: > 0 } begun:
                    yield return new Violation("stations", $"{Name(entry, stationed.Trial)} is given station {stationed.Station} in entry {entry.Seq}, and has begun in entry {begun.From}{(begun.Station is { } before ? $" at station {before}" : "")}");
                    break;
                case TrialStationed stationed:
                    Of(entry, stationed.Trial).Station = stationed.Station;
                    break;
                case ActionIntended intent:
                    var (stay, plan) = (Of(entry, intent.Trial), plans[entry.Campaign]);
                    if (stay is { From: 0, Station: null } && NeedsStation(evidence.Stations, plan))
                        yield return new Violation("stations", $"{Name(entry, intent.Trial)} begins in entry {entry.Seq}, and no station of it is on record");
                    else if (WrongPlace(evidence.Stations, plan, stay.Station, intent) is { } wrong)
                        yield return new Violation("stations", $"'{intent.Command}' of {Name(entry, intent.Trial)} is asked of {intent.Instrument} in entry {entry.Seq}, {wrong}");
                    stay.Begin(entry.Seq, intent);
                    if (!owners.TryGetValue(intent.Action, out var trials)) owners[intent.Action] = trials = [];
                    trials.Add((entry.Campaign, intent.Trial));
                    break;
                case ActionEnded ended:
                    Of(entry, ended.Trial).End(entry.Seq, ended);
                    break;
                case OutcomeGivenUp given:
                    foreach (var owner in owners.GetValueOrDefault(given.Action, [])) stays[owner].GiveUp(entry.Seq, given.Action);
                    break;
                case PlaceCleaned cleaned:
                    Of(entry, cleaned.Trial).Clean(entry.Seq);
                    break;
                case AbortRequested:
                    foreach (var (_, aborted) in stays.Where(one => one.Key.Campaign == entry.Campaign)) aborted.IsLeft = true;
                    break;
                case ReactionChosen { Reaction: Reaction.Skip } skipped:
                    Of(entry, skipped.Trial).Skip(new ActionPlace(skipped.Step, skipped.Index));
                    break;
                case TrialMeasured or TrialFailed or TrialAbandoned:
                    var (number, ends) = (TrialOf(entry.Event), plans[entry.Campaign]);
                    if (Of(entry, number) is { IsLeft: false } left && ends.Steps.FirstOrDefault(step => step.Always && left.GivenUp.Contains(step.Name)) is { } unclean)
                        yield return new Violation("stations", $"{Name(entry, number)} is closed in entry {entry.Seq}, and its place with it, though '{unclean.Name}' was given up and nobody has cleaned up by hand since");
                    Of(entry, number).Close(entry.Seq, ends);
                    break;
            }
        }

        foreach (var station in stays.Where(stay => stay.Value.From > 0).GroupBy(stay => stay.Value.Station))
        {
            KeyValuePair<(string Campaign, int Trial), Stay>? last = null;
            foreach (var stay in station.OrderBy(stay => stay.Value.From))
            {
                if (last is { } there && stay.Value.From < there.Value.Until)
                    yield return new Violation("exclusive", $"{(station.Key is { } name ? $"station {name}" : "the lab's one place")} is given to {stay.Key.Campaign}/{stay.Key.Trial} in entry {stay.Value.From} while it is that of {there.Key.Campaign}/{there.Key.Trial}, from entry {there.Value.From} to entry {there.Value.Until}");
                if (last is null || stay.Value.Until > last.Value.Value.Until) last = stay;
            }
        }

        Stay Of(LedgerEntry entry, int trial) => stays.TryGetValue((entry.Campaign, trial), out var known) ? known : stays[(entry.Campaign, trial)] = new Stay();
    }

    /// <summary>Whether a role of the campaign is played at stations only.</summary>
    private static bool NeedsStation(LabStations lab, CampaignPlan plan) => plan.Instruments.Any(role => lab.Instruments.Any(instrument => instrument.Role == role) && lab.Instruments.All(instrument => instrument.Role != role || instrument.Station is not null));

    /// <summary>Null where an action is asked of an instrument that plays its role, and stands at the trial's station or, where none of them does, at none.</summary>
    private static string? WrongPlace(LabStations lab, CampaignPlan plan, string? station, ActionIntended intent)
    {
        if (intent.Index == ActionPlace.Carry) return "and samples are not carried";
        var role = plan.Steps.First(step => step.Name == intent.Step).Actions[intent.Index].Instrument;
        PlacedInstrument[] playing = [.. lab.Instruments.Where(instrument => instrument.Role == role)];
        if (playing.Length == 0) return intent.Instrument == role ? null : $"and the campaign names {role}";
        if (playing.FirstOrDefault(instrument => instrument.Name == intent.Instrument) is not { } asked) return $"which does not play '{role}'";
        if (asked.Station is { } there) return there == station ? null : $"which stands at station {there}, and {(station is null ? "no station of the trial is on record" : $"the trial is made at station {station}")}";
        return playing.FirstOrDefault(instrument => instrument.Station is { } own && own == station) is { } nearer ? $"and {nearer.Name} stands at the trial's station {station}" : null;
    }

    private static string Name(LedgerEntry entry, int trial) => FormattableString.Invariant($"{entry.Campaign}/{trial}");

    private static int TrialOf(LabEvent closed) => closed switch
    {
        TrialMeasured measured => measured.Trial,
        TrialFailed failed => failed.Trial,
        _ => ((TrialAbandoned)closed).Trial,
    };

    /// <summary>Where a trial is made, and from which entry to which it needs that place for itself.</summary>
    private sealed class Stay
    {
        private readonly Dictionary<ActionPlace, (ActionId Action, bool IsOver)> _actions = [];

        public string? Station { get; set; }

        /// <summary>The first intent; 0 where nothing of it has begun.</summary>
        public long From { get; private set; }

        public long Until { get; private set; }

        /// <summary>The steps of which something was given up since somebody cleaned up by hand last.</summary>
        public HashSet<string> GivenUp { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether the campaign was aborted, which leaves everything as it is.</summary>
        public bool IsLeft { get; set; }

        public void Begin(long seq, ActionIntended intent)
        {
            if (From == 0) From = seq;
            Until = seq;
            _actions[new ActionPlace(intent.Step, intent.Index)] = (intent.Action, false);
        }

        public void End(long seq, ActionEnded ended)
        {
            Until = seq;
            if (_actions.TryGetValue(new ActionPlace(ended.Step, ended.Index), out var latest) && latest.Action == ended.Action) _actions[new ActionPlace(ended.Step, ended.Index)] = (ended.Action, ended.Result.Status == ActionStatus.Succeeded);
        }

        public void GiveUp(long seq, ActionId action)
        {
            Until = seq;
            foreach (var (place, latest) in _actions.ToArray())
            {
                if (latest.Action != action) continue;
                _actions[place] = (action, true);
                GivenUp.Add(place.Step);
            }
        }

        public void Clean(long seq)
        {
            Until = seq;
            GivenUp.Clear();
        }

        public void Skip(ActionPlace place)
        {
            if (_actions.TryGetValue(place, out var latest)) _actions[place] = (latest.Action, true);
        }

        /// <summary>What could not be cleaned up is nobody else's place before somebody has looked, or the trial has been closed without.</summary>
        public void Close(long seq, CampaignPlan plan)
        {
            if (From > 0 && plan.Steps.Where(step => step.Always).Any(step => GivenUp.Contains(step.Name) || _actions.Any(one => one.Key.Step == step.Name && !one.Value.IsOver))) Until = seq;
        }
    }
}
