namespace LabAutomation.Agents.Reasoning;

/// <summary>What must stand in no prompt, record or message: keys of endpoints, whoever says them.</summary>
/// <param name="values">As they are; those of fewer than four letters would blot out words.</param>
public sealed class Secrets(params IEnumerable<string?> values)
{
    private const int Least = 4;

    private readonly string[] _values = [.. values.OfType<string>().Where(value => value.Length >= Least).Distinct().OrderByDescending(value => value.Length)];

    public string Without(string text) => _values.Aggregate(text, (clean, value) => clean.Replace(value, "[secret]", StringComparison.Ordinal));
}
