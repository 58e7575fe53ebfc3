using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LabAutomation.Protocol;

/// <summary>
/// A bound of one parameter of a command for the case that others of it, or the same one, have certain values: <c>heat.ramp &lt;= 10 K/min where heat.temperature &gt; 800 °C and heat.duration &gt; 1 h</c>.
/// </summary>
/// <param name="Text">As it was written, without blanks around it.</param>
/// <param name="Bound">What is to hold then.</param>
/// <param name="Where">One or more, all of the same command; the bound is to hold where all of them do.</param>
public sealed record WrittenRule(string Text, WrittenBound Bound, ImmutableArray<WrittenBound> Where)
{
    private const string Condition = " where ", Conjunction = " and ";

    /// <summary>Whether a text is meant as such a rule, right or wrong.</summary>
    public static bool IsMeant(string text) => text.Contains(Condition, StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out WrittenRule? rule)
    {
        rule = null;
        if (text.Split(Condition) is not [var bound, var conditions] || !WrittenBound.TryParse(bound, out var limit)) return false;
        var where = ImmutableArray.CreateBuilder<WrittenBound>();
        foreach (var part in conditions.Split(Conjunction))
        {
            if (!WrittenBound.TryParse(part, out var condition) || condition.Owner != limit.Owner) return false;
            where.Add(condition);
        }

        rule = new WrittenRule(text.Trim(), limit, where.ToImmutable());
        return true;
    }

    /// <summary>In words, without the command's name: <c>at most 10 K/min where 'temperature' is above 800 °C</c>.</summary>
    public string Words => $"{Bound.Words} where {string.Join(Conjunction, Where.Select(condition => $"'{condition.Subject}' is {condition.Words}"))}";

    /// <param name="value">Of a parameter by its name, with its unit.</param>
    public bool IsBroken(Func<string, Quantity> value) => Where.All(condition => condition.IsKept(value(condition.Subject))) && !Bound.IsKept(value(Bound.Subject));
}
