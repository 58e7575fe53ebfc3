using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>
/// Where the instruments of a lab stand. A campaign names what it needs by role; a station is a set of instruments at which one trial at a time is made, and
/// what stands at no station is shared by all.
/// </summary>
public sealed record LabStations(ImmutableArray<PlacedInstrument> Instruments)
{
    /// <summary>Where samples stand that are carried from one instrument to another; none where they are not.</summary>
    public ImmutableArray<PlacedLocation> Locations { get; init; } = [];

    public ImmutableArray<Transport> Transports { get; init; } = [];

    /// <summary>What is used up in it and counted.</summary>
    public ImmutableArray<Consumable> Consumables { get; init; } = [];

    /// <summary>What draws them, as far as the instruments there are have said.</summary>
    public DrawTable Draws { get; init; } = DrawTable.Empty;

    /// <summary>How long actions took, as far as the ledger says when campaigns begin.</summary>
    public LearntDurations Learnt { get; init; } = LearntDurations.None;

    /// <summary>What to do about errors where campaigns say nothing.</summary>
    public ImmutableArray<ErrorRule> Errors { get; init; } = [];

    /// <summary>What suspends every campaign, beside what its own file says.</summary>
    public ImmutableArray<Suspender> Suspend { get; init; } = [];

    /// <summary>The instruments that a suspender is about; its own word where the lab has none of the name or role.</summary>
    internal string[] Watched(Suspender suspender)
    {
        string[] playing = [.. Instruments.Where(instrument => instrument.Role == suspender.Instrument || instrument.Name == suspender.Instrument).Select(instrument => instrument.Name)];
        return playing.Length == 0 ? [suspender.Instrument] : playing;
    }

    /// <summary>How much longer an action takes that has an instrument set otherwise.</summary>
    internal TimeSpan SetUpOf(string instrument) => Instruments.FirstOrDefault(one => one.Name == instrument)?.SetUp ?? TimeSpan.Zero;

    /// <summary>Every instrument plays the role of its own name, and the lab is one place.</summary>
    public static LabStations OnePlace { get; } = new(ImmutableArray<PlacedInstrument>.Empty);

    /// <summary>Where trials of a campaign can be made.</summary>
    public CampaignPlaces For(CampaignPlan plan)
    {
        var roles = plan.Instruments;
        var shared = Instruments.Where(instrument => instrument.Station is null).Select(instrument => instrument.Role).ToHashSet(StringComparer.Ordinal);
        var stationed = roles.Where(role => !shared.Contains(role) && Instruments.Any(instrument => instrument.Role == role)).ToArray();
        var stations = Instruments.Select(instrument => instrument.Station).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(station => stationed.All(role => Instruments.Any(instrument => instrument.Role == role && instrument.Station == station)));
        return new CampaignPlaces(stationed.Length == 0 ? [null] : [.. stations], roles, this)
        {
            IsCarried = plan.Steps.Any(step => step.At is not null) || Instruments.Any(instrument => instrument.Location is not null && roles.Contains(instrument.Role)),
        };
    }

    /// <summary>All instruments that may play a role at a station, in the order of the lab's file; those at the station come before shared ones and exclude them.</summary>
    internal ImmutableArray<PlacedInstrument> Playing(string role, string? station)
    {
        ImmutableArray<PlacedInstrument> there = station is null ? [] : [.. Instruments.Where(instrument => instrument.Role == role && instrument.Station == station)];
        if (!there.IsEmpty) return there;
        ImmutableArray<PlacedInstrument> shared = [.. Instruments.Where(instrument => instrument.Role == role && instrument.Station is null)];
        return shared.IsEmpty ? [new PlacedInstrument(role, role, null)] : shared;
    }

    /// <summary>The names of all instruments that may play a role anywhere; the role itself is the name of one that is placed nowhere.</summary>
    internal IReadOnlySet<string> Players(string role) => Instruments.Where(instrument => instrument.Role == role).Select(instrument => instrument.Name).Append(role).ToHashSet(StringComparer.Ordinal);

    /// <summary>The instrument that plays a role at a station; the role itself where none is placed, which is then the instrument's name.</summary>
    internal string InstrumentOf(string role, string? station)
    {
        string? shared = null;
        foreach (var instrument in Instruments)
        {
            if (instrument.Role != role) continue;
            if (instrument.Station is null) shared ??= instrument.Name;
            else if (instrument.Station == station) return instrument.Name;
        }

        return shared ?? role;
    }
}

/// <param name="Name">On the bus.</param>
/// <param name="Role">As campaign files call it.</param>
/// <param name="Station">Null for one that all stations share.</param>
/// <param name="Location">Where the samples stand that it works on; null where samples are not carried to it.</param>
/// <param name="IsBatch">Whether it does the same to all samples at its location at once.</param>
public sealed record PlacedInstrument(string Name, string Role, string? Station, string? Location = null, bool IsBatch = false)
{
    /// <summary>How long a batch waits for more samples.</summary>
    public TimeSpan FillFor { get; init; }

    /// <summary>When it is given nothing more to do because it fails; null for never.</summary>
    public BreakerLimits? Breaker { get; init; }

    /// <summary>How much longer an action takes that has it set otherwise than the one before; zero where that makes no difference.</summary>
    public TimeSpan SetUp { get; init; }

    /// <summary>The arguments that say how it is set.</summary>
    public ImmutableArray<SettingPoint> SetUpBy { get; init; } = [];

    /// <summary>How an action needs it set; null where any setting will do.</summary>
    internal string? SettingFor(string command, IReadOnlyDictionary<string, Quantity> arguments)
    {
        if (SetUp == TimeSpan.Zero) return null;
        var said = SetUpBy.Where(point => point.Command == command).Select(point => $"{point} {(arguments.TryGetValue(point.Argument, out var value) ? value : "as by default")}").ToArray();
        return said.Length == 0 ? null : string.Join("; ", said);
    }
}

/// <summary>An argument that says how an instrument is set.</summary>
public sealed record SettingPoint(string Command, string Argument)
{
    public override string ToString() => $"{Command}.{Argument}";
}

/// <summary>A place where samples stand.</summary>
/// <param name="Positions">Each takes one sample; their numbers are those of whatever carries the samples.</param>
/// <param name="IsOutlet">Whether samples leave the lab here: it never fills.</param>
public sealed record PlacedLocation(string Name, ImmutableArray<int> Positions, bool IsOutlet = false);

/// <summary>An instrument that carries samples, each from any of these locations to any other.</summary>
/// <param name="Command">Takes the numbers of two positions, <c>from</c> and <c>to</c>.</param>
/// <param name="Duration">From the first touch to the moment when the sample stands.</param>
public sealed record Transport(string Instrument, string Command, ImmutableArray<string> Between, TimeSpan Duration)
{
    /// <summary>So many times what the lab says; what took longer was cut off in between, by a power cut such as that of the whole lab.</summary>
    private const int Most = 10;

    /// <summary>Whether a time says how long carriages take.</summary>
    internal bool Tells(TimeSpan took) => took <= Most * Duration;
}

/// <summary>Where the trials of one campaign can be made, and with what.</summary>
/// <param name="Stations">In the order of the lab's file; null is the whole lab. Empty where no station has all that the campaign needs.</param>
public sealed record CampaignPlaces(ImmutableArray<string?> Stations, ImmutableArray<string> Roles, LabStations Lab)
{
    /// <summary>Whether each trial makes a sample that is carried through the lab, in place of having a station for itself.</summary>
    public bool IsCarried { get; init; }

    /// <summary>All that trials may use, each once.</summary>
    public ImmutableArray<string> Instruments =>
    [
        .. (Stations.IsEmpty ? [null] : Stations).SelectMany(station => Roles.SelectMany(role => Lab.Playing(role, station)).Select(instrument => instrument.Name))
            .Concat(IsCarried ? Lab.Transports.Select(transport => transport.Instrument) : []).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>How many trials of a campaign can be under way at once.</summary>
    public int AtOnce(CampaignPlan plan) => IsCarried
        ? Math.Min(plan.Parallel ?? Room(plan), CampaignPlan.MostParallel)
        : Math.Min(plan.Parallel ?? Stations.Length, Stations.Length);

    /// <summary>The one place where trials can be made; null is the whole lab, or one of several stations.</summary>
    internal string? Only => IsCarried || Stations.Length == 1 ? Stations[0] : null;

    /// <summary>Where a trial can be made: at its station, or at any while it has none and nothing of it has begun.</summary>
    internal ImmutableArray<string?> For(TrialState trial) => trial.Station is null && trial.Actions.IsEmpty && !IsCarried && Stations.Length > 1 ? Stations : [trial.Station];

    /// <summary>The lab as trials may see it, by station and, where several instruments play one role, by which of them does: births by role.</summary>
    internal IEnumerable<IReadOnlyCollection<Birth>> Seen(IReadOnlyCollection<Birth> births)
    {
        var alike = Roles.Max(role => Lab.Playing(role, Stations[0]).Length);
        return Stations.SelectMany(station => Enumerable.Range(0, alike).Select(one => Seen(station, births, one)));
    }

    private int Room(CampaignPlan plan)
    {
        var used = plan.Steps.Select(step => step.At).Concat(Roles.SelectMany(role => Lab.Playing(role, null)).Select(instrument => instrument.Location)).ToHashSet();
        return Math.Max(1, Lab.Locations.Where(location => !location.IsOutlet && used.Contains(location.Name)).Sum(location => location.Positions.Length));
    }

    private IReadOnlyCollection<Birth> Seen(string? station, IReadOnlyCollection<Birth> births, int one)
    {
        var byName = births.ToDictionary(birth => birth.Instrument, StringComparer.Ordinal);
        var placed = Lab.Instruments.Where(instrument => instrument.Station is null || instrument.Station == station).Select(instrument => instrument.Role)
            .Concat(births.Select(birth => birth.Instrument).Where(name => Lab.Instruments.All(instrument => instrument.Name != name)))
            .Distinct(StringComparer.Ordinal);
        return [.. placed.Select(role => (Role: role, Playing(role, station, one).Name)).Where(plays => byName.ContainsKey(plays.Name)).Select(plays => byName[plays.Name] with { Instrument = plays.Role })];
    }

    private PlacedInstrument Playing(string role, string? station, int one)
    {
        var playing = Lab.Playing(role, station);
        return playing[one % playing.Length];
    }
}
