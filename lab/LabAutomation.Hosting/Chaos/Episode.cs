using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Faults;
using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting.Chaos;

/// <summary>One campaign from its first trial to its end in a virtual lab in which things go wrong, with a person who does what people do.</summary>
public sealed class Episode : IDisposable
{
    /// <summary>So often a person starts the program after the last fault before it counts as never going on.</summary>
    private const int MostStarts = 12;

    private readonly EpisodeSetup _setup;
    private readonly int _seed;
    private readonly string _folder;
    private readonly VirtualTime _time = new(VirtualLaboratory.Beginning);
    private readonly FaultInjector _injector;
    private readonly Person _person;
    private readonly ConfigurationRoot _configuration;
    private readonly BusRecord _bus = new();
    private readonly List<Violation> _broken = [];
    private readonly List<(TimeSpan From, TimeSpan Until)> _away = [];
    private int _starts;
    private TimeSpan _endedAt;
    private string? _fromOutside;
    private int _calmStarts;
    private bool _isUnreadable;

    private Episode(EpisodeSetup setup, int seed, IEnumerable<Fault> faults, string folder)
    {
        (_setup, _seed, _folder) = (setup with { Plans = [.. setup.Plans.Select(plan => plan.With(seed))] }, seed, folder);
        _injector = new FaultInjector(faults, _time, seed, folder) { Overheard = _bus.Hear };
        _person = new Person(_setup, SeedStream.Of(seed, "person"), folder, _injector.Missed);
        _configuration = (ConfigurationRoot)new ConfigurationBuilder().AddConfiguration(setup.Configuration).AddInMemoryCollection(
        [
            new("Lab:DataDirectory", folder),
            new("Simulation:Seed", seed.ToString(CultureInfo.InvariantCulture)),
            new("Logging:LogLevel:Default", "None"),
        ]).Build();
    }

    /// <summary>Runs the campaign to its end. The same setup, seed and faults give the same end.</summary>
    /// <param name="seed">Of planner, devices, bus and person.</param>
    /// <param name="keep">An empty folder for the lab's record, which stays; null where nobody wants to look at it.</param>
    /// <exception cref="LabException">The configuration is wrong.</exception>
    /// <exception cref="OptionsValidationException">A value of it is.</exception>
    /// <exception cref="CampaignFileException">The campaign does not fit the instruments.</exception>
    public static EpisodeEnd Run(EpisodeSetup setup, int seed, IEnumerable<Fault> faults, string? keep = null)
    {
        if (keep is not null) return RunIn(keep);
        var folder = Directory.CreateTempSubdirectory("lab-chaos-");
        try
        {
            return RunIn(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        EpisodeEnd RunIn(string place)
        {
            using var episode = new Episode(setup, seed, faults, place);
            return episode.Run();
        }
    }

    /// <summary>The configuration that all episodes share tells each of its changes, and would keep each with its whole lab for as long as there is anybody to tell.</summary>
    public void Dispose()
    {
        _configuration.Dispose();
        _injector.Dispose();
    }

    private string LedgerPath => DataDirectory.LedgerIn(_folder);

    private string JournalPath => DataDirectory.JournalIn(_folder);

    private EpisodeEnd Run()
    {
        Violation? stuck = null;
        while (stuck is null)
        {
            var calm = _injector.IsOver;
            if (calm) _calmStarts++;
            var (states, why) = RunProgram();
            if (states is { IsEmpty: false } all && all.All(state => state.Phase == CampaignPhase.Ended)) break;
            stuck = why.Violation;
            if (_broken.Count > 0) break;
            if (_calmStarts > MostStarts) stuck ??= new Violation("liveness", $"all faults are over, the program was started {MostStarts} times since, and the campaign does not go on: {why.Words}");
            if (_injector.Crash is null) WaitForPerson();
        }

        return Judge(stuck);
    }

    private (ImmutableArray<CampaignState> States, (Violation? Violation, string Words) Why) RunProgram()
    {
        if (_starts++ > 0) _away.Add((_endedAt, _time.Elapsed));
        var lab = VirtualLaboratory.Of(_configuration, _setup.Families, _time, _injector);
        try
        {
            var end = Use(lab);
            if (_injector.Crash is null) lab.Close();
            return end;
        }
        catch (Exception error) when (error is not (LabException or CampaignFileException or OptionsValidationException))
        {
            return ([], (Unforeseen(error), error.Message));
        }
        finally
        {
            End(lab);
        }
    }

    private (ImmutableArray<CampaignState> States, (Violation? Violation, string Words) Why) Use(VirtualLaboratory lab)
    {
        try
        {
            var states = lab.Run(WatchAsync);
            return (states, (states.IsEmpty ? Stuck(lab) : null, states.Select(state => state.PauseReason).OfType<string>().FirstOrDefault() ?? "it was aborted"));
        }
        catch (OperationCanceledException) when (_injector.Crash is not null)
        {
            return ([], (null, "it crashed"));
        }
        catch (Exception error) when (error is LabException { Fault: not LabFault.Configuration } or LedgerException or JournalException)
        {
            return ([], (null, error.Message));
        }
    }

    private static Violation Unforeseen(Exception error) => error is StalledException
        ? new Violation("liveness", error.Message)
        : new Violation("failure", $"{error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("LabAutomation", StringComparison.Ordinal))?.Trim()}");

    /// <returns>None where nothing went on record for so long that nothing will.</returns>
    private async Task<ImmutableArray<CampaignState>> WatchAsync(Laboratory lab)
    {
        var work = _person.WorkAsync(lab, _injector.Runs);
        return await Standstill.WatchAsync(lab, work, _time, () => _injector.IsOver) ? await work : [];
    }

    private static Violation Stuck(VirtualLaboratory lab) => new("liveness", lab.Standing());

    private void End(VirtualLaboratory lab)
    {
        var torn = _injector.Torn();
        _endedAt = _time.Elapsed;
        lab.Dispose();
        _fromOutside ??= lab.Loop.FirstFromOutside;
        foreach (var file in torn) file.Restore();
        _injector.Ended();
        JudgeDisk();
        if (_injector.Crash is { } crash) _time.Pass(crash.Fault.For);
    }

    private void WaitForPerson()
    {
        _time.Pass(_injector.Missed());
        _time.Pass(_person.React(_calmStarts));
    }

    private void JudgeDisk()
    {
        try
        {
            using var ledger = Ledger.Exists(LedgerPath) ? Ledger.OpenForReading(LedgerPath) : null;
            _broken.AddRange(DurabilityOracle.Judge(ledger?.Read() ?? [], JournalReader.Read(JournalPath), _bus));
        }
        catch (LedgerException error)
        {
            _isUnreadable = true;
            _broken.Add(new Violation("durability", $"the program has left a ledger that cannot be read: {error.Message}"));
        }
    }

    private EpisodeEnd Judge(Violation? stuck)
    {
        if (_isUnreadable || !Ledger.Exists(LedgerPath)) return End(stuck is null ? [.. _broken] : [.. _broken, stuck], [], "");
        using var ledger = Ledger.OpenForReading(LedgerPath);
        var entries = ledger.Read();
        ImmutableArray<CampaignState> states = [.. entries.Where(entry => entry.Campaign != Ledger.OfTheLab).GroupBy(entry => entry.Campaign, StringComparer.Ordinal).Select(record => CampaignState.Replay([.. record]))];
        var violations = _broken.ToImmutableArray();
        if (stuck is not null) violations = violations.Add(stuck);
        if (!states.IsEmpty)
        {
            var evidence = new Evidence(
                states, entries, ledger.Verify(), Simulators.Worlds.EffectLedger.ReadAll(DataDirectory.DevicesIn(_folder)), JournalReader.Read(JournalPath),
                _bus, _injector.Faults.Any(fault => fault.Fault.Kind == FaultKind.ClockStep)) { Stations = Subjects.Stations(_setup), Removed = _injector.Removed, Troubles = Troubles() };
            violations = [.. violations, .. RecordOracle.Judge(evidence), .. ReservationOracle.Judge(evidence), .. StationOracle.Judge(evidence), .. HeldOracle.Judge(evidence), .. LateOracle.Judge(evidence), .. StartOracle.Judge(evidence), .. HeatOracle.Judge(evidence), .. CarriageOracle.Judge(evidence), .. OnceOracle.Judge(evidence), .. EnvelopeOracle.Judge(evidence), .. StateOracle.Judge(evidence), .. StockOracle.Judge(evidence), .. ToldOracle.Judge(evidence), .. FlowOracle.Judge(evidence), .. KnownOracle.Judge(evidence), .. ResultOracle.Judge(evidence, ResultOracle.Of(ledger))];
        }

        return End(violations, states, ledger.Head);
    }

    /// <summary>What people do to the queue slows nothing that has begun, what is measured wrong is measured in time, and a client of the broker is an instrument or all that the agents do.</summary>
    private ImmutableArray<Trouble> Troubles() =>
    [
        .. _injector.Faults.Where(fault => fault.BeganAt is not null && !fault.Fault.Traits.IsOrder && fault.Fault.Kind is not (FaultKind.Absence or FaultKind.Stuck or FaultKind.Drift))
            .Select(fault => new Trouble(Instant(fault.BeganAt!.Value), Instant(fault.BeganAt.Value + fault.Fault.For), fault.Fault.On is { } on && on != FaultDraw.Agents ? on : null)),
        .. _away.Select(away => new Trouble(Instant(away.From), Instant(away.Until))),
    ];

    private static DateTimeOffset Instant(TimeSpan elapsed) => VirtualLaboratory.Beginning + elapsed;

    private EpisodeEnd End(ImmutableArray<Violation> violations, ImmutableArray<CampaignState> states, string hash) =>
        new(_seed, violations, states, [.. _injector.Faults.Select(fault => (fault.Fault, fault.Struck))], hash, _time.Elapsed, _starts) { Traffic = (_injector.Disk.Writes, _injector.Messages), FirstFromOutside = _fromOutside };
}
