namespace LabAutomation.Protocol;

/// <summary>
/// Exponents of the base quantities: length, mass, time, temperature, amount, current. Absorbance and ratios have none. A plane angle
/// counts as one of its own, so that rad/s is never taken for a frequency.
/// </summary>
internal readonly record struct Dimension(int Length, int Mass, int Time, int Temperature, int Amount, int Current, int Angle = 0)
{
    public static readonly Dimension None = default;

    public Dimension Times(Dimension other, int power) => new(
        Length + power * other.Length,
        Mass + power * other.Mass,
        Time + power * other.Time,
        Temperature + power * other.Temperature,
        Amount + power * other.Amount,
        Current + power * other.Current,
        Angle + power * other.Angle);
}
