using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Weighing;

/// <summary>
/// The weighing cell, g. After a change of load it approaches the new one exponentially; its zero wanders slowly with the room, and each
/// placement repeats only so well. Closed form between changes.
/// </summary>
internal sealed class LoadCell
{
    /// <summary>One digit, g.</summary>
    public const double Digit = 0.0001;

    /// <summary>Time constant of settling, s.</summary>
    private const double Lag = 0.4;

    /// <summary>The balance does not trust a weight younger than this, s.</summary>
    private const double ShortestRest = 0.5;

    private const double DriftAmplitude = 2.5 * Digit;
    private const double Repeatability = 0.8 * Digit;

    private static readonly TimeSpan DriftPeriod = TimeSpan.FromHours(2);

    /// <summary>What lies on the pan, g; negative where the pan itself is gone.</summary>
    public double Load { get; set; }

    public double ShownThen { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>Numbers the errors of placement.</summary>
    public long Changes { get; set; }

    /// <summary>A draught at the pan: it never comes to rest.</summary>
    public bool Draughty { get; set; }

    public void Carry(double load, DateTimeOffset time)
    {
        (ShownThen, Since) = (Settling(time), time);
        (Load, Changes) = (load, Changes + 1);
    }

    public bool IsStable(DateTimeOffset time) => time >= StableAt;

    /// <summary>When what is still missing is less than half a digit.</summary>
    public DateTimeOffset StableAt
    {
        get
        {
            if (Draughty) return DateTimeOffset.MaxValue;
            var missing = Math.Abs(Load - ShownThen);
            return Since.AddSeconds(Math.Max(ShortestRest, Lag * Math.Log(Math.Max(1, 2 * missing / Digit))));
        }
    }

    public double Shown(DateTimeOffset time, long seed, string name)
    {
        var phase = new SeededNoise(seed, name + "/drift", 0).Uniform();
        var turns = ((double)(time.UtcTicks % DriftPeriod.Ticks) / DriftPeriod.Ticks) + phase;
        var wobble = Draughty ? 20 * Digit * new SeededNoise(seed, name + "/draught", time.UtcTicks).Normal() : 0;
        var placement = Changes == 0 ? 0 : Repeatability * new SeededNoise(seed, name + "/placement", Changes).Normal();
        return Settling(time) + (DriftAmplitude * Math.Sin(2 * Math.PI * turns)) + placement + wobble;
    }

    private double Settling(DateTimeOffset time) => Load + ((ShownThen - Load) * Math.Exp(-Math.Max(0, (time - Since).TotalSeconds) / Lag));
}
