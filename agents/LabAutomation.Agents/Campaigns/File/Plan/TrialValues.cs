using System.Collections;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The values of one trial, in the order of the file. Equal when names and values are.</summary>
[JsonConverter(typeof(TrialValuesJsonConverter))]
public sealed class TrialValues : IReadOnlyCollection<KeyValuePair<string, TrialValue>>, IEquatable<TrialValues>
{
    private readonly ImmutableArray<KeyValuePair<string, TrialValue>> _values;

    /// <exception cref="ArgumentException">A name stands there twice.</exception>
    public TrialValues(IEnumerable<KeyValuePair<string, TrialValue>> values)
    {
        _values = [.. values];
        var twice = _values.GroupBy(value => value.Key).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new ArgumentException($"'{twice.Key}' has two values", nameof(values));
    }

    public int Count => _values.Length;

    /// <exception cref="KeyNotFoundException">The trial has no such parameter.</exception>
    public TrialValue this[string name]
    {
        get
        {
            foreach (var (key, value) in _values)
                if (key == name) return value;
            throw new KeyNotFoundException($"the trial has no value for '{name}'; it has {string.Join(", ", _values.Select(value => value.Key))}");
        }
    }

    public IEnumerator<KeyValuePair<string, TrialValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, TrialValue>>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(TrialValues? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as TrialValues);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in _values) hash.Add(value);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ", _values.Select(value => $"{value.Key} {value.Value}"));
}
