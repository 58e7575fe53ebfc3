namespace LabAutomation.Simulators.Pumps;

/// <summary>One pumping program from RUN to its end, in mL and mL/min as the pump's motor counts them.</summary>
internal sealed class PumpRun
{
    public bool Withdraws { get; set; }

    /// <summary>Null = until stopped.</summary>
    public double? Target { get; set; }

    /// <summary>Where the motor stalls; null = nowhere.</summary>
    public double? StallsAt { get; set; }

    public double Rate { get; set; }

    /// <summary>Liquid moved per mL counted.</summary>
    public double Yield { get; set; } = 1;

    /// <summary>Null while paused.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>Counted up to <see cref="Since"/>.</summary>
    public double Before { get; set; }

    /// <summary>mL of liquid already entered into the cuvette's accumulators.</summary>
    public double Poured { get; set; }

    public bool Stalls => StallsAt < (Target ?? double.PositiveInfinity);

    public DateTimeOffset? EndsAt =>
        Since is { } since && double.IsFinite(End) && (End - Before) / Rate is < 1e6 and var minutes ? since + TimeSpan.FromMinutes(minutes) : null;

    private double End => Math.Min(Target ?? double.PositiveInfinity, StallsAt ?? double.PositiveInfinity);

    public double CountedAt(DateTimeOffset time)
    {
        if (Since is not { } since) return Before;
        return EndsAt is { } end && time >= end ? End : Math.Min(End, Before + (Rate * Math.Max(0, (time - since).TotalMinutes)));
    }

    /// <summary>Liquid moved so far and not yet in the cuvette's accumulators, mL.</summary>
    public double Unsettled(DateTimeOffset time) => (CountedAt(time) * Yield) - Poured;
}
