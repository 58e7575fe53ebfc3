namespace LabAutomation.Simulators.Synthesis;

/// <summary>Where a doser is in a dose; the numbers are those of <c>QRD 2 4 12</c>.</summary>
internal enum DosePhase
{
    None = 0,
    Dosing = 1,
    Done = 2,
    Stopped = 3,
}

internal sealed class DoserState
{
    /// <summary>mg; null before it was first filled.</summary>
    public double? Stock { get; set; }

    public int Target { get; set; } = 1;

    public int Recipe { get; set; } = 1;

    /// <summary>mg that are ordered.</summary>
    public double Ordered { get; set; }

    /// <summary>Doses ever begun.</summary>
    public long Count { get; set; }

    /// <summary>What dose <see cref="Count"/> was ordered as, whatever was chosen since; null before the first one.</summary>
    public DoseOrder? Dose { get; set; }

    public DosePhase Phase { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>mg that the present dose comes to in truth.</summary>
    public double Comes { get; set; }

    /// <summary>mg that the last dose came to.</summary>
    public double Dosed { get; set; }
}

/// <param name="Mass">mg.</param>
internal sealed record DoseOrder(int Target, int Recipe, double Mass);
