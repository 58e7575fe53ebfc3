namespace LabAutomation.Simulators.Weighing;

/// <summary>What SR looks at: a change of the weight is told when it begins, and when it has come to rest.</summary>
internal sealed class WeightWatch
{
    /// <summary>A change smaller than this is none where SR was given no other: an eighth of the last weight, and 30 digits.</summary>
    private const double Share = 0.125, Least = 30 * LoadCell.Digit;

    /// <summary>The last weight that was told at rest, g.</summary>
    public double Told { get; set; }

    /// <summary>What counts as a change, g; null for the balance's own measure.</summary>
    public double? Step { get; set; }

    /// <summary>Whether a change was told that has not come to rest.</summary>
    public bool IsMoving { get; set; }

    /// <param name="net">What is shown now, g.</param>
    /// <returns>Whether it is to be told as stable or as dynamic; null where there is nothing to tell.</returns>
    public bool? Look(double net, bool isStable)
    {
        if (!IsMoving && Math.Abs(net - Told) < (Step ?? Math.Max(Share * Math.Abs(Told), Least))) return null;
        if (isStable)
        {
            (Told, IsMoving) = (net, false);
            return true;
        }

        if (IsMoving) return null;
        IsMoving = true;
        return false;
    }
}
