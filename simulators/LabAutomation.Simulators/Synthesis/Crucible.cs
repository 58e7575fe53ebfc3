namespace LabAutomation.Simulators.Synthesis;

/// <summary>A crucible and what has become of what was put into it.</summary>
public sealed class Crucible
{
    /// <summary>1, 2, 3… in the order in which they came into the room.</summary>
    public long Number { get; set; }

    /// <summary>The compound that its powders are meant for; 0 where it is empty.</summary>
    public int Target { get; set; }

    /// <summary>1 to 4; 0 where it is empty.</summary>
    public int Recipe { get; set; }

    /// <summary>mg of powder that were filled in.</summary>
    public double Mass { get; set; }

    /// <summary>Extent of formation, see <see cref="Reaction"/>.</summary>
    public double Formed { get; set; }

    /// <summary>Extent of decomposition and evaporation, see <see cref="Reaction"/>.</summary>
    public double Lost { get; set; }

    /// <summary>Furnace programs that it stood in.</summary>
    public int Heatings { get; set; }

    internal bool IsFilled => Mass > 0;

    /// <summary>Weight fraction of the target phase in truth, 0 to 1.</summary>
    internal double Fraction(long seed) => IsFilled ? Reaction.Of(seed, Target, Recipe).Fraction(Formed, Lost) : 0;

    internal void Heat(long seed, double peak, double dwell, double rise, double fall)
    {
        Heatings++;
        if (!IsFilled) return;
        var (formed, lost) = Reaction.Of(seed, Target, Recipe).In(peak, dwell, rise, fall);
        Formed += formed;
        Lost += lost;
    }
}
