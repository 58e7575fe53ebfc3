namespace LabAutomation.Simulators;

/// <summary>
/// What a <see cref="SimulatedBroker"/> does to its deliveries. All of it is off at first and can be set at any time. The same seed and the
/// same traffic give the same faults.
/// </summary>
/// <param name="random">Drawn from for every delivery while anything is on; for nobody else.</param>
public sealed class BusFaults(Random random)
{
    /// <summary>After what time the broker sends a retained message again that did not get through.</summary>
    public static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(1);

    /// <summary>Within what time of a delivery its copy comes, and the longest time, beyond its latency, for which one is held back.</summary>
    public static readonly TimeSpan Straggle = TimeSpan.FromMilliseconds(100);

    private TimeSpan _latency;
    private double _loss;
    private double _duplicates;
    private double _reordering;

    /// <summary>The longest time from broker to reader; each delivery takes a part of it, uniformly drawn. Order stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan Latency
    {
        get => _latency;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _latency = value;
        }
    }

    /// <summary>
    /// The share, 0 to 1, of deliveries that do not get through. The reader never gets that message; other readers may. A retained one
    /// comes <see cref="ResendAfter"/> later instead, and what is behind it waits: the broker holds it and gives it to every later subscriber, so
    /// a reader that never gets it would know less than one that comes late, which no broker does to a client.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no share.</exception>
    public double Loss
    {
        get => _loss;
        set => _loss = Share(value);
    }

    /// <summary>The share, 0 to 1, of deliveries that come a second time up to <see cref="Straggle"/> later, with newer ones before them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no share.</exception>
    public double Duplicates
    {
        get => _duplicates;
        set => _duplicates = Share(value);
    }

    /// <summary>The share, 0 to 1, of deliveries that are held back, for up to <see cref="Latency"/> and <see cref="Straggle"/>, so that later ones overtake them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no share.</exception>
    public double Reordering
    {
        get => _reordering;
        set => _reordering = Share(value);
    }

    internal bool IsOn => _latency > TimeSpan.Zero || _loss > 0 || _duplicates > 0 || _reordering > 0;

    /// <summary>As many numbers for every delivery, so that one setting does not change what another does.</summary>
    internal Fate Draw()
    {
        var isLost = random.NextDouble() < _loss;
        var wait = _latency * random.NextDouble();
        var isHeld = random.NextDouble() < _reordering;
        var held = (_latency + Straggle) * random.NextDouble();
        var isDoubled = random.NextDouble() < _duplicates;
        var copy = Straggle * random.NextDouble();
        return new Fate(isLost, wait, isHeld ? held : null, isDoubled ? copy : null);
    }

    private static double Share(double value) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "a share is between 0 and 1");

    /// <param name="HeldBack">On top of the wait; null where it keeps its place.</param>
    /// <param name="CopyAfter">How long after the delivery its copy comes; null where there is none.</param>
    internal readonly record struct Fate(bool IsLost, TimeSpan Wait, TimeSpan? HeldBack, TimeSpan? CopyAfter);
}
