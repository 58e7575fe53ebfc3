using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>
/// One limit on one property, such as <c>stirrer.temperature &lt;= 80 °C</c>. A value in another unit of the same kind is converted; one that measures
/// something else does not hold.
/// </summary>
public sealed record PropertyLimit(string Text, string Instrument, string Property, string Comparison, Quantity Bound)
{
    /// <exception cref="InterlockException">It is not of the form <c>INSTRUMENT.PROPERTY &lt;= VALUE UNIT</c>.</exception>
    public static PropertyLimit Parse(string text) => WrittenBound.TryParse(text, out var written)
        ? new PropertyLimit(written.Text, written.Owner, written.Subject, written.Comparison, written.Bound)
        : throw new InterlockException($"limits: '{text}' is no limit; write INSTRUMENT.PROPERTY, one of < <= > >=, and a value with its unit, such as stirrer.temperature <= 80 °C");

    /// <returns>Why it does not hold, or null where it does.</returns>
    public string? Broken(PropertyFrame frame)
    {
        if (frame.Quality == Quality.Bad) return $"'{Text}' does not hold: {Instrument} says that its {Property} is not to be believed";
        if (!frame.Value.Unit.Fits(Bound.Unit)) return $"'{Text}' cannot be judged: {Property} is {frame.Value}";
        var (value, bound) = (frame.Value.In(Bound.Unit), Bound.Value);
        var holds = Comparison switch { "<" => value < bound, "<=" => value <= bound, ">" => value > bound, _ => value >= bound };
        return holds ? null : $"'{Text}' does not hold: it is {frame.Value}";
    }
}
