using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>
/// What a turn of the scheduler's actor costs, all that it does between an event and the answers to its grants, with campaigns that answer as those of the lab do: ten cells of four instruments each and ten instruments that
/// the cells share, 50 in all; two bottles at each cell, which people refill when they are asked; a step that must follow within a minute, and one that must within two. One instrument of a cell and a shared one are away,
/// and a trial is held. 26 campaigns have eight trials under way each, of five steps, and whatever ends is followed by something new: more than 1,000 steps wait at any time.
/// </summary>
internal sealed class TurnLab
{
    private const int Cells = 10;
    private const int Campaigns = 26;
    private const int AtOnce = 8;

    private static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly Unit Milliliter = Unit.Parse("mL");

    private readonly LabStations _lab = Lab();
    private readonly LabSchedule _schedule;
    private readonly RefillWatch _refills;
    private readonly IncrementalHash _granted = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Random _random = new(1);
    private readonly SortedDictionary<string, Campaign> _campaigns = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Campaign, ActionIntended Intent, DateTimeOffset Began), (DateTimeOffset At, int Number)> _ahead = new();
    private readonly Dictionary<string, SchedulerMessage.Declare> _last = new(StringComparer.Ordinal);
    private DateTimeOffset _now = Start;
    private int _number;

    public TurnLab()
    {
        _schedule = new LabSchedule(_lab) { Supply = _lab.Consumables.ToImmutableSortedDictionary(one => one.Name, one => one.OnHand, StringComparer.Ordinal) };
        _refills = new RefillWatch(_lab.Consumables);
        _schedule.Away.Hear(new InstrumentNotice.WentOnline("stirrer-3", Online: false, Start));
        _schedule.Away.Hear(new InstrumentNotice.WentOnline("balance-1", Online: false, Start));
        for (var k = 0; k < Campaigns; k++) Join(string.Create(CultureInfo.InvariantCulture, $"campaign-{k:00}"));
    }

    /// <summary>Measured before each turn, if any.</summary>
    public Yardstick? Yard { get; init; }

    public int Instruments => _lab.Instruments.Length;

    /// <summary>Steps of trials under way that have not begun, by what was declared last.</summary>
    public int Waiting => _campaigns.Values.Sum(campaign => campaign.Waiting);

    /// <summary>Of each turn, from what a campaign declares to what others declare who have heard the grants.</summary>
    public List<double> Seconds { get; } = [];

    public List<double> ProcessorSeconds { get; } = [];

    /// <summary>Allocated in all turns.</summary>
    public long Bytes { get; private set; }

    /// <summary>The fewest that waited at any turn.</summary>
    public int LeastWaiting { get; private set; } = int.MaxValue;

    public int Begun { get; private set; }

    public int Refilled { get; private set; }

    /// <summary>Whether everything is declared anew before each turn, by objects that nobody has seen: what was kept of the old ones is of no use then.</summary>
    public bool Forgets { get; init; }

    /// <summary>Of all grants so far: the same for the same schedules.</summary>
    public string Hash => Convert.ToHexStringLower(_granted.GetCurrentHash());

    /// <param name="turns">Events, each of which the scheduler hears of and answers.</param>
    public void Run(int turns)
    {
        foreach (var name in _campaigns.Keys) _schedule.Declare(Declare(name));
        Turn([]);
        while (Seconds.Count < turns)
        {
            var next = _schedule.Next;
            if (!_ahead.TryPeek(out _, out var first) && next is null) throw new InvalidOperationException("nothing goes on in the lab of the benchmark");
            if (next is { } at && (_ahead.Count == 0 || at < first.At))
            {
                _now = at;
                Turn([]);
                continue;
            }

            _now = first.At;
            var ended = _ahead.Dequeue();
            _campaigns[ended.Campaign].End(ended.Intent, ended.Began, _now);
            Turn([ended.Campaign]);
        }
    }

    /// <summary>As the actor: it hears what is new, looks, and hears the answers to its grants, which say nothing new.</summary>
    private void Turn(string[] declaring)
    {
        if (Forgets)
            foreach (var one in _last.Values) _schedule.Declare(one with { Trials = [.. one.Trials.Select(trial => trial with { Job = trial.Job with { Tasks = trial.Job.Tasks } })] });
        var declared = declaring.Select(Declare).ToArray();
        LeastWaiting = Math.Min(LeastWaiting, Waiting);
        Yard?.Measure();
        var (spent, begun, bytes) = (Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        foreach (var one in declared) _schedule.Declare(one);
        var granted = _schedule.Plan(_now).SelectMany(together => together).ToArray();
        var probes = granted.Sum(one => _schedule.Probes(one.Campaign, one.Grant, _now).Count());
        var wanted = _refills.Wanted(_schedule.OnHand, _schedule.Short, _now).ToArray();
        var isStuck = _schedule.Obstructed().Count > 0;
        _ = _schedule.Next;
        var (seconds, processor) = (TimeProvider.System.GetElapsedTime(begun).TotalSeconds, Environment.CpuUsage.TotalTime - spent);
        Bytes += GC.GetAllocatedBytesForCurrentThread() - bytes;
        if (probes > 0 || isStuck) throw new InvalidOperationException("the lab of the benchmark neither breaks nor stands still");
        foreach (var (name, grant) in granted)
        {
            _granted.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {grant.Trial} {grant.Step} {((Grant.Begin)grant).Way} {grant.At:O} {string.Join("; ", ((Grant.Begin)grant).Waited.Select(wait => wait.Words))}\n")));
            foreach (var intent in _campaigns[name].Begin((Grant.Begin)grant, _now))
            {
                Begun++;
                _ahead.Enqueue((name, intent, _now), (_now + TimeSpan.FromSeconds(Campaign.Typical(intent.Step) * (0.8 + (0.5 * _random.NextDouble()))), _number++));
            }
        }

        SchedulerMessage.Declare[] answers = [.. granted.Select(one => Declare(one.Campaign))];
        (spent, begun, bytes) = (Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        foreach (var one in answers) _schedule.Declare(one);
        Bytes += GC.GetAllocatedBytesForCurrentThread() - bytes;
        Seconds.Add(seconds + TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
        ProcessorSeconds.Add((processor + Environment.CpuUsage.TotalTime - spent).TotalSeconds);
        if (wanted.Length > 0) Refill();
    }

    /// <summary>Whoever is asked for one fills what is empty everywhere.</summary>
    private void Refill()
    {
        var left = _schedule.OnHand;
        foreach (var one in _lab.Consumables) _schedule.Supply = _schedule.Supply.SetItem(one.Name, _schedule.Supply[one.Name] + one.Capacity - left[one.Name]);
        _refills.Supplied();
        Refilled++;
    }

    private SchedulerMessage.Declare Declare(string name) => _last[name] = _campaigns[name].Declare();

    private void Join(string name)
    {
        var campaign = new Campaign(name, _lab);
        _campaigns[name] = campaign;
        campaign.Fill(_now);
        if (_campaigns.Count == 1) campaign.Hold(2, _now);
    }

    private static LabStations Lab()
    {
        var instruments = ImmutableArray.CreateBuilder<PlacedInstrument>();
        for (var cell = 1; cell <= Cells; cell++)
            foreach (var role in new[] { "doser", "stirrer", "heater", "waste" }) instruments.Add(new PlacedInstrument(Name(role, cell), role, Name("cell", cell)));
        foreach (var (role, count) in new[] { ("spectrometer", 4), ("balance", 3), ("camera", 3) })
            for (var k = 1; k <= count; k++) instruments.Add(new PlacedInstrument(Name(role, k), role, null));
        // Each cell has its own, and some have more than others.
        var draws = Enumerable.Range(1, Cells).SelectMany(cell => new[] { new KnownDraw(Name("dye", cell), Milliliter, Name("doser", cell), "dispense", "volume", null, null), new KnownDraw(Name("drum", cell), Milliliter, Name("waste", cell), "withdraw", "volume", null, null) });
        var consumables = Enumerable.Range(1, Cells).SelectMany(cell => new[] { new Consumable(Name("dye", cell), Milliliter, 50 + (10 * cell), 150, 10, []), new Consumable(Name("drum", cell), Milliliter, 150 + (25 * cell), 900, 150, []) });
        return new LabStations(instruments.ToImmutable()) { Draws = new DrawTable([.. draws]), Consumables = [.. consumables] };
    }

    private static string Name(string what, int number) => string.Create(CultureInfo.InvariantCulture, $"{what}-{number}");

    /// <summary>A campaign that keeps eight trials under way, and does what it is granted.</summary>
    private sealed class Campaign(string id, LabStations lab)
    {
        private static readonly Dictionary<string, double> Durations = new() { ["dose"] = 20, ["mix"] = 30, ["measure"] = 8, ["weigh"] = 6, ["drain"] = 15 };

        private readonly CampaignPlaces _places = lab.For(Plan(id));
        private readonly TrialTasks _tasks = new(lab.For(Plan(id)));
        private readonly List<Grant> _granted = [];
        private CampaignState _state = new(id, Plan(id), new CampaignStarted("turn.yaml", Text, "", 1, "random", 100_000, "bench", ImmutableSortedDictionary<string, string>.Empty), Start);
        private long _heard;

        public int Waiting { get; private set; }

        public static double Typical(string step) => Durations[step];

        public void Fill(DateTimeOffset now)
        {
            while (_state.UnderWay.Count() < AtOnce)
                Happens(new TrialProposed(_state.Trials.Count + 1, new TrialValues([new("dose", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "bench"), now);
        }

        public void Hold(int trial, DateTimeOffset now) => Happens(new QueueChanged("ada", "operator", "later", trial, Hold: true), now);

        public SchedulerMessage.Declare Declare()
        {
            var trials = _tasks.Of(_state, _state.Outstanding(_state.LastAt, _places), _granted);
            Waiting = trials.Sum(trial => trial.Tasks.Count(task => task.Phase == TaskPhase.Waiting));
            return new SchedulerMessage.Declare(id, trials, _state.Durations.Used, _heard, this) { Drawn = _state.Drawn.Totals };
        }

        public IEnumerable<ActionIntended> Begin(Grant.Begin grant, DateTimeOffset now)
        {
            _heard = grant.Number;
            var act = _state.Outstanding(now, _places).OfType<NextStep.Act>().First(act => act.Trial == grant.Trial && act.Step == grant.Step);
            if (_state.Trials[grant.Trial - 1].Station is null && _tasks.StationOf(grant) is { } station)
            {
                Happens(new TrialStationed(grant.Trial, station), now);
                grant = _tasks.Stationed(_state, grant);
            }

            var instruments = _tasks.InstrumentsOf(grant.Trial, grant.Step, grant.Way);
            ActionIntended[] intents = [.. act.Actions.Select(action => action.Intent with { Instrument = instruments[action.Intent.Index], Draws = lab.Draws.Of(instruments[action.Intent.Index], action.Intent.Command, action.Intent.Arguments) })];
            foreach (var intent in intents) Happens(intent, now);
            return intents;
        }

        public void End(ActionIntended intent, DateTimeOffset began, DateTimeOffset now)
        {
            Happens(new ActionEnded(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], began, now, 1)), now);
            if (intent.Step != "drain") return;
            Happens(new TrialMeasured(intent.Trial, ImmutableSortedDictionary<string, Quantity>.Empty.Add("difference", new Quantity(9, Unit.One)), 9), now);
            Fill(now);
        }

        private void Happens(LabEvent happened, DateTimeOffset now) => _state = _state.Apply(happened, now);

        private static CampaignPlan Plan(string id) => CampaignFile.Parse(Text.Replace("campaign: turn", $"campaign: {id}", StringComparison.Ordinal), "turn.yaml");

        private const string Text = """
            campaign: turn
            goal: { minimise: difference, until: { trials: 100000 } }
            parameters:
              dose: { kind: real, low: 0.1 mL, high: 1 mL }
            workflow:
              - step: dose
                actions: [ { instrument: doser, command: dispense, with: { volume: =dose, rate: 6 mL/min } } ]
              - step: mix
                actions: [ { instrument: stirrer, command: stir, with: { speed: 600 rpm, duration: 30 s } }, { instrument: heater, command: hold, with: { duration: 30 s } } ]
              - step: measure
                within: 60 s
                actions: [ { instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 100 }, as: reading } ]
              - step: weigh
                within: 2 min
                actions: [ { instrument: balance, command: weigh }, { instrument: camera, command: capture } ]
              - step: drain
                always: true
                actions: [ { instrument: waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } } ]
            analysis:
              - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
            planner: { kind: random }
            parallel: 8
            """;
    }
}
