namespace LabAutomation.Instruments;

/// <summary>Settings of a powder doser.</summary>
/// <param name="Position">Where the crucible stands that it fills.</param>
/// <param name="LargestDose">mg, 1 to 20000: what fits into a crucible.</param>
/// <param name="Targets">Targets that its cabinet has recipes for are numbered from 1 to this, at most 999.</param>
/// <param name="Recipes">Recipes of each target, 1 to 99.</param>
internal sealed record QuantosDoserOptions(int Position, double LargestDose, int Targets, int Recipes)
{
    public static QuantosDoserOptions From(DriverSettings settings)
    {
        settings.AllowOnly("position", "largest-dose", "targets", "recipes", "stock");
        settings.Whole("stock", 0, 1_000_000, 1000);
        return new QuantosDoserOptions(
            settings.Whole("position", 1, PositionSet.Highest), settings.Number("largest-dose", 1, 20_000, 5000), settings.Whole("targets", 1, 999, 58), settings.Whole("recipes", 1, 99, 4));
    }
}
