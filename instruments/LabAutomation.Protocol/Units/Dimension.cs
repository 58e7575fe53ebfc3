namespace LabAutomation.Protocol;

/// <summary>Exponents of the base quantities: length, mass, time, temperature, amount, current. Absorbance and ratios have none.</summary>
internal readonly record struct Dimension(int Length, int Mass, int Time, int Temperature, int Amount, int Current)
{
    public static readonly Dimension None = default;

    public Dimension Times(Dimension other, int power) => new(
        Length + power * other.Length,
        Mass + power * other.Mass,
        Time + power * other.Time,
        Temperature + power * other.Temperature,
        Amount + power * other.Amount,
        Current + power * other.Current);
}
