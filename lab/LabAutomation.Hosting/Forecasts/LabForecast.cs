using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Hosting.Forecasts;

/// <summary>What becomes of campaigns: they are run to their ends in the virtual lab, from where they stand.</summary>
/// <param name="configuration">Of the lab; its instruments are simulated whatever they are.</param>
public sealed class LabForecast(IConfiguration configuration, InstrumentFamilies families)
{
    /// <summary>When campaigns begin that are not on record; a beginning that is always the same where nobody says.</summary>
    public DateTimeOffset Beginning { get; init; } = VirtualLaboratory.Beginning;

    /// <summary>One run. The same arguments give the same run.</summary>
    /// <param name="plans">Campaigns that have not begun.</param>
    /// <param name="states">Campaigns on record, not ended.</param>
    /// <param name="record">Where those are; null where there are none.</param>
    /// <param name="seed">Of planners and devices.</param>
    /// <param name="within">Lab time after which they rest; none where null.</param>
    /// <exception cref="LabException">The lab cannot be simulated, or somebody holds what is to be forecast.</exception>
    /// <exception cref="CampaignFileException">A campaign does not fit the instruments.</exception>
    public ForecastRun Run(IReadOnlyList<CampaignPlan> plans, IReadOnlyList<CampaignState> states, Ledger? record, int seed, TimeSpan? within) => Run(plans, states, record, seed, within, Growth.None);

    /// <summary>
    /// What a second one would save of each of the busiest instruments, and of the station, where trials have one: each by a run in which the lab has it, with the seed of <paramref name="run"/>; by a
    /// plan for an instrument that the simulated lab cannot have twice.
    /// </summary>
    /// <param name="run">One of the same campaigns.</param>
    /// <inheritdoc cref="Run(IReadOnlyList{CampaignPlan}, IReadOnlyList{CampaignState}, Ledger, int, TimeSpan?)"/>
    public ImmutableArray<SecondOne> Seconds(ForecastRun run, IReadOnlyList<CampaignPlan> plans, IReadOnlyList<CampaignState> states, Ledger? record, TimeSpan? within)
    {
        var seconds = ImmutableArray.CreateBuilder<SecondOne>();
        foreach (var busy in run.Outlook.Instruments)
        {
            if (busy.SavedBySecond is not { } planned) continue;
            seconds.Add(GrownLab.WithInstrument(configuration, busy.Instrument) is { } keys
                ? SecondOne.Of(busy.Instrument, run, Run(plans, states, record, run.Seed, within, new Growth(keys, HasStation: false)))
                : new SecondOne(busy.Instrument, planned) { IsPlanned = true });
        }

        if (run.IsLimitedByStations && GrownLab.WithStation(configuration) is { } station) seconds.Add(SecondOne.Of(null, run, Run(plans, states, record, run.Seed, within, new Growth(station, HasStation: true))));
        return seconds.ToImmutable();
    }

    private ForecastRun Run(IReadOnlyList<CampaignPlan> plans, IReadOnlyList<CampaignState> states, Ledger? record, int seed, TimeSpan? within, Growth growth)
    {
        RefuseHeld(states);
        var folder = Directory.CreateTempSubdirectory("lab-forecast-");
        try
        {
            return Run(folder.FullName, [.. plans.Select(plan => plan.With(seed: seed, parallel: growth.HasStation ? plan.Parallel + 1 : null))], states, record, seed, within, growth);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Nobody lets go in a virtual lab.</summary>
    private static void RefuseHeld(IReadOnlyList<CampaignState> states)
    {
        string[] held = [.. states.Where(state => state.IsHeld).Select(state => state.Id), .. states.SelectMany(state => state.UnderWay.Where(trial => trial.IsHeld && trial.Actions.IsEmpty).Select(trial => string.Create(CultureInfo.InvariantCulture, $"{state.Id}/{trial.Number}")))];
        if (held.Length > 0) throw new LabException(LabFault.NotNow, $"{string.Join(" and ", held)} {(held.Length == 1 ? "is" : "are")} held, and nobody knows until when; {string.Join(" and ", held.Select(one => $"'lab queue unhold {one}'"))} lets go what is to be forecast");
    }

    private ForecastRun Run(string folder, IReadOnlyList<CampaignPlan> plans, IReadOnlyList<CampaignState> states, Ledger? record, int seed, TimeSpan? within, Growth growth)
    {
        if (record is not null && states.Count > 0) RecordCopy.Write(record, DataDirectory.LedgerIn(folder), states, seed, growth.HasStation);
        var beginning = states.Count == 0 ? Beginning : states.Max(state => state.LastAt);
        using var lab = VirtualLaboratory.Of(Simulated(folder, seed, growth), families, beginning);
        var ended = lab.Run(plans, states, within);
        var (stations, entries) = (lab.Laboratory.Stations, lab.Laboratory.Ledger.Read());
        var instruments = ended.SelectMany(state => stations.For(state.Plan).Instruments).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var end = ended.Max(state => state.LastAt);
        var effects = EffectLedger.ReadAll(DataDirectory.DevicesIn(folder));
        var later = entries.Where(entry => entry.At >= beginning).ToArray();
        return new ForecastRun(
            seed, ended, end - beginning,
            [.. instruments.Select(name => Use(name, ended, effects, beginning, end))],
            [.. stations.Consumables.Select(one => Drawn(one, later, StockBook.Replay(entries).OnHand(one.Name)))],
            Outlook.Of(ended, stations, beginning))
        {
            Beginning = beginning,
            Late = [.. ended.SelectMany(state => LateSteps.In(state, beginning))],
            Missed = [.. ended.SelectMany(state => MissedStarts.In(state, beginning))],
            IsLimitedByStations = ended.Any(state => stations.For(state.Plan) is { IsCarried: false } places && places.AtOnce(state.Plan) == places.Stations.Length),
        };
    }

    /// <summary>No device is reached.</summary>
    private IConfiguration Simulated(string folder, int seed, Growth growth)
    {
        var keys = new List<KeyValuePair<string, string?>> { new("Lab:DataDirectory", folder), new("Simulation:Seed", seed.ToString(CultureInfo.InvariantCulture)), new("Logging:LogLevel:Default", "None") };
        keys.AddRange(SimulatedInstruments.Of(configuration));
        return new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(keys).AddInMemoryCollection(growth.Keys).Build();
    }

    /// <param name="Keys">What the configuration has beside that of the lab.</param>
    /// <param name="HasStation">Whether there is room for one trial more at once.</param>
    private sealed record Growth(IReadOnlyDictionary<string, string?> Keys, bool HasStation)
    {
        public static readonly Growth None = new(ImmutableDictionary<string, string?>.Empty, HasStation: false);
    }

    private static ForecastUse Use(string instrument, ImmutableArray<CampaignState> ended, IReadOnlyList<Simulators.Worlds.Effect> effects, DateTimeOffset beginning, DateTimeOffset end)
    {
        var busy = ended.SelectMany(state => state.Trials).SelectMany(trial => trial.Actions.Values).Where(action => action.Intent.Instrument == instrument && action.Result is { } result && result.EndedAt > beginning)
            .DistinctBy(action => action.Intent.Action).Sum(action => (action.Result!.EndedAt - (action.Result.StartedAt > beginning ? action.Result.StartedAt : beginning)).Ticks);
        return new ForecastUse(instrument, end > beginning ? (double)busy / (end - beginning).Ticks : 0, effects.Where(effect => effect.Device == instrument && effect.Kind == EffectKind.Dispense).Sum(effect => effect.Amount));
    }

    private static ForecastDraw Drawn(Consumable one, IReadOnlyList<LedgerEntry> later, double left)
    {
        var drawn = later.GroupBy(entry => entry.Campaign).Select(campaign => campaign.Aggregate(DrawnStock.None, (sum, entry) => entry.Event switch { ActionIntended intent => sum.With(intent), ActionEnded ended => sum.With(ended), _ => sum }));
        return new ForecastDraw(one.Name, one.Unit, drawn.Sum(sum => sum.Totals.GetValueOrDefault(one.Name)), left, later.Count(entry => entry.Event is ConsumableRefilled refilled && refilled.Consumable == one.Name));
    }
}

/// <summary>How it went with one seed.</summary>
/// <param name="States">The campaigns at their ends: those on record first.</param>
/// <param name="Length">Lab time from now to the last end.</param>
/// <param name="Outlook">What the lab has too little of.</param>
public sealed record ForecastRun(int Seed, ImmutableArray<CampaignState> States, TimeSpan Length, ImmutableArray<ForecastUse> Instruments, ImmutableArray<ForecastDraw> Consumables, Outlook Outlook)
{
    /// <summary>Now, in lab time.</summary>
    public DateTimeOffset Beginning { get; init; }

    /// <summary>Steps that have to begin within a time, and did not, though nothing goes wrong there.</summary>
    public ImmutableArray<LateSteps> Late { get; init; } = [];

    /// <summary>Steps that have to begin by a certain time, and did not.</summary>
    public ImmutableArray<MissedStarts> Missed { get; init; } = [];

    /// <summary>Whether a campaign has a trial at every station that it could use.</summary>
    public bool IsLimitedByStations { get; init; }
}

/// <param name="Busy">Share of the time from now to the end in which it works, 0 to 1.</param>
/// <param name="Dispensed">mL, by the simulated device.</param>
public sealed record ForecastUse(string Instrument, double Busy, double Dispensed);

/// <param name="Left">At the end.</param>
/// <param name="Refills">As often a person is asked and refills it.</param>
public sealed record ForecastDraw(string Consumable, Unit Unit, double Drawn, double Left, int Refills);
