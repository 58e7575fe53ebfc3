namespace LabAutomation.Agents.Reasoning;

/// <summary>What must stand in no prompt, record or message: keys of endpoints, whoever says them.</summary>
/// <param name="values">As they are; those of fewer than four letters would blot out words.</param>
public sealed class Secrets(params IEnumerable<string?> values)
{
    private const int Least = 4;

    private readonly string[] _values = [.. values.OfType<string>().Where(value => value.Length >= Least).Distinct().OrderByDescending(value => value.Length)];

    /// <summary>How many of the last letters may begin a secret, the rest of which is yet to come.</summary>
    public int Begun(string text)
    {
        var most = 0;
        foreach (var value in _values)
        {
            for (var letters = Math.Min(value.Length - 1, text.Length); letters > most; letters--)
                if (text.EndsWith(value[..letters], StringComparison.Ordinal)) most = letters;
        }

        return most;
    }

    public string Without(string text) => _values.Aggregate(text, (clean, value) => clean.Replace(value, "[secret]", StringComparison.Ordinal));
}
