using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <summary>The lab's configuration, as far as it matters for what a run would do: which lab it is, and what stands and is used up in it.</summary>
/// <param name="Parts">SHA-256 of each part, lower-case hexadecimal, by kind and name, such as <c>instruments/pump-cyan</c>; the name is empty where there is one of the kind.</param>
public sealed record LabFingerprint(ImmutableSortedDictionary<string, string> Parts)
{
    private const int MostNames = 5;

    /// <summary>Of no lab: what was asked for there is for no other.</summary>
    public static LabFingerprint None { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>What is otherwise than it was, in words; null where nothing is.</summary>
    /// <param name="then">Parts of the configuration before; null where nobody wrote them down.</param>
    public string? ChangedSince(IReadOnlyDictionary<string, string>? then)
    {
        if (then is null) return "nobody knows under which configuration of the lab it was asked for";
        (string Kind, string Name)[] changed = [.. Parts.Keys.Union(then.Keys).Order(StringComparer.Ordinal).Where(part => Parts.GetValueOrDefault(part) != then.GetValueOrDefault(part)).Select(Split)];
        if (changed.Length == 0) return null;
        string[] kinds = [.. changed.Select(part => part.Kind).Distinct()];
        string[] names = [.. changed.Select(part => part.Name).Where(name => name.Length > 0)];
        var told = names.Length <= MostNames ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more";
        return $"the lab's {string.Join(" and ", kinds)} {(kinds is [var only] && !only.EndsWith('s') ? "has" : "have")} changed since it was asked for{(told.Length == 0 ? "" : $" ({told})")}";
    }

    public bool Equals(LabFingerprint? other) => other is not null && ChangedSince(other.Parts) is null;

    public override int GetHashCode() => Parts.Aggregate(0, (hash, part) => HashCode.Combine(hash, part.Key, part.Value));

    private static (string Kind, string Name) Split(string part) => part.IndexOf('/') is >= 0 and var at ? (part[..at], part[(at + 1)..]) : (part, "");
}
