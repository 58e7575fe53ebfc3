using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// Stands between whoever steers the drums and the drums, and sees measurements only. Once a second it forecasts what the proposal and then all drums in at full
/// speed, one of them jammed, would lead to within 60 s. It lets through what keeps the limits, bends what does not, and trips where even going in
/// at once would not do or where it cannot believe its sensors; while it only doubts them, or where one alone says that going in would not do, the drums go in. What it lets through always leaves it a way out for the next second. Not thread-safe.
/// </summary>
public sealed class SafetyFilter(ReactorLimits limits)
{
    /// <summary>How finely a proposal is bent: within a sixty-fourth of the way.</summary>
    private const int Halvings = 6;

    private readonly ReactorLimits _tightened = limits.Tightened();
    private readonly CoreObserver _observer = new();
    private readonly CertifiedCore _believed = new(), _worst = new();
    private readonly Forecast _forecast = new();
    private readonly DrumPath _path = new();
    private readonly List<FilterEntry> _record = [];
    private readonly double[] _applied = new double[Drums], _candidate = new double[Drums], _wanted = new double[Drums];
    private bool _hasBegun;
    private long _tick;

    /// <summary>Why all drums go in; null where nothing is tripped.</summary>
    public string? Trip { get; private set; }

    /// <summary>Trips and resets in the order in which they came.</summary>
    public IReadOnlyList<FilterEntry> Record => _record;

    /// <summary>To be called once a second; what it returns has to be done for the whole second.</summary>
    /// <param name="readings">Of this moment.</param>
    /// <param name="proposal">Degrees per second, positive outwards, one for each of eight drums.</param>
    /// <exception cref="ArgumentException">The proposal or the readings are not for eight drums and three channels.</exception>
    public FilterVerdict Judge(ReactorReadings readings, ReadOnlySpan<double> proposal)
    {
        if (proposal.Length != Drums) throw new ArgumentException($"the proposal has {proposal.Length} rates; there are {Drums} drums", nameof(proposal));
        if (readings is not { Power.Count: 3, Fuel.Count: 3, CoolantOutlet.Count: 3, Drums.Count: 2 * Drums })
            throw new ArgumentException($"the readings must have three channels of power, fuel and outlet, and {2 * Drums} encoders", nameof(readings));

        if (_hasBegun) _observer.Take(readings, _applied);
        else if (_tick == 0) _hasBegun = _observer.Begin(readings);
        _believed.CopyFrom(_observer.Core);
        _believed.ScalePower(_observer.Excess);
        _worst.CopyFrom(_observer.Core);
        _worst.ScalePower(_observer.HighestExcess);
        var verdict = Decide(proposal);
        for (var k = 0; k < Drums; k++) _applied[k] = verdict.Rates[k];
        _tick++;
        return verdict;
    }

    /// <summary>Takes a trip back.</summary>
    /// <exception cref="ArgumentException">No name, or no reason.</exception>
    /// <exception cref="InvalidOperationException">
    /// Nothing is tripped, or what tripped it still holds. A filter whose first readings were unfit never knew the core at rest, and another one has to be started.
    /// </exception>
    public void Reset(string person, string reason)
    {
        if (string.IsNullOrWhiteSpace(person)) throw new ArgumentException("a reset names the person who takes it upon himself", nameof(person));
        if (string.IsNullOrWhiteSpace(reason)) throw new ArgumentException("a reset gives a reason", nameof(reason));
        if (Trip is null) throw new InvalidOperationException("nothing is tripped");
        if ((_observer.Doubt ?? (Keeps(_worst, limits, 0) ? null : _forecast.Breach)) is { } still) throw new InvalidOperationException($"the trip stands: {still}");
        Trip = null;
        _record.Add(new FilterReset(_tick, person, reason));
    }

    private FilterVerdict Decide(ReadOnlySpan<double> proposal)
    {
        if (Trip is null && _observer.IsLost) Latch(_observer.Doubt!);
        if (Trip is not null) return AllIn(FilterDecision.Tripped, Trip);
        if (_observer.Doubt is { } doubt) return AllIn(FilterDecision.Bent, doubt);

        var because = Limit(proposal);
        if (Keeps(_worst, _tightened, 1)) return new FilterVerdict(because.Length == 0 ? FilterDecision.Accepted : FilterDecision.Bent, [.. _candidate], because);
        because = because.Length == 0 ? _forecast.Breach : $"{because}; {_forecast.Breach}";
        if (Keeps(_worst, limits, 0)) return new FilterVerdict(FilterDecision.Bent, Bend(), because);
        if (Keeps(_believed, limits, 0)) return AllIn(FilterDecision.Bent, because);
        Latch(_forecast.Breach);
        return AllIn(FilterDecision.Tripped, _forecast.Breach);
    }

    /// <summary>The proposal within the rates that are allowed whatever the forecast.</summary>
    private string Limit(ReadOnlySpan<double> proposal)
    {
        var because = "";
        for (var k = 0; k < Drums; k++)
        {
            _wanted[k] = double.IsNaN(proposal[k]) ? -DrumPath.FullSpeed : Math.Clamp(proposal[k], -DrumPath.FullSpeed, limits.DrumRate);
            if (double.IsNaN(proposal[k])) because = $"the rate of drum {k + 1} is no number";
            else if (proposal[k] > limits.DrumRate) because = $"drum {k + 1} was to go out faster than {limits.DrumRate} degrees per second";
        }

        return because;
    }

    /// <returns>The largest share of the proposal that keeps the limits; all drums in where none does.</returns>
    private double[] Bend()
    {
        var (keeps, breaks) = (0.0, 1.0);
        for (var halving = 0; halving < Halvings; halving++)
        {
            var share = (keeps + breaks) / 2;
            if (Keeps(_worst, _tightened, share)) keeps = share;
            else breaks = share;
        }

        Mix(keeps);
        return [.. _candidate];
    }

    private bool Keeps(CertifiedCore core, ReactorLimits these, double share)
    {
        Mix(share);
        _path.Set(_observer.Angles, _candidate, canJam: true);
        return _forecast.Keeps(these, core, _path);
    }

    private void Mix(double share)
    {
        for (var k = 0; k < Drums; k++) _candidate[k] = (share * _wanted[k]) - ((1 - share) * DrumPath.FullSpeed);
    }

    private void Latch(string reason)
    {
        Trip = reason;
        _record.Add(new FilterTripped(_tick, reason));
    }

    private static FilterVerdict AllIn(FilterDecision decision, string because)
    {
        var rates = new double[Drums];
        Array.Fill(rates, -DrumPath.FullSpeed);
        return new FilterVerdict(decision, rates, because);
    }
}
