using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What calls take, have taken, or may take at most.</summary>
/// <param name="Calls">Of tools.</param>
/// <param name="Simulated">Trials in the virtual lab.</param>
/// <param name="Trials">Trials in the lab.</param>
/// <param name="Volume">mL that pumps and the like are asked to move in the lab, as an upper bound.</param>
/// <param name="Money">For models, in the currency of the configured prices.</param>
/// <param name="Time">By the wall clock.</param>
public sealed record Outlay(int Calls = 0, int Simulated = 0, int Trials = 0, double Volume = 0, double Money = 0, TimeSpan Time = default)
{
    private static readonly ImmutableSortedDictionary<string, double> Nothing = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    public static Outlay None { get; } = new();

    /// <summary>Of consumables by their names, each in its unit, and mL of instruments by theirs, as upper bounds. In a budget: of those named; others have no limit.</summary>
    public ImmutableSortedDictionary<string, double> Drawn { get; init; } = Nothing;

    /// <summary>Sums saturate: a demand of as many trials as there are numbers is not a small one.</summary>
    public static Outlay operator +(Outlay one, Outlay other) => new(
        Sum(one.Calls, other.Calls), Sum(one.Simulated, other.Simulated), Sum(one.Trials, other.Trials), one.Volume + other.Volume, one.Money + other.Money, one.Time + other.Time)
    {
        Drawn = other.Drawn.Aggregate(one.Drawn, (sum, more) => sum.SetItem(more.Key, sum.GetValueOrDefault(more.Key) + more.Value)),
    };

    /// <summary>In what the budget is exceeded, in words; null where it is not.</summary>
    public string? Exceeds(Outlay budget) => this switch
    {
        _ when Calls > budget.Calls => $"{Calls} calls of tools; {budget.Calls} are allowed",
        _ when Simulated > budget.Simulated => $"{Simulated} simulated trials; {budget.Simulated} are allowed",
        _ when Trials > budget.Trials => $"{Trials} trials in the lab; {budget.Trials} are allowed",
        _ when !(Volume <= budget.Volume) => FormattableString.Invariant($"up to {Volume:0.##} mL; {budget.Volume:0.##} mL are allowed"),
        _ when budget.Drawn.FirstOrDefault(most => !(Drawn.GetValueOrDefault(most.Key) <= most.Value)) is { Key: { } name, Value: var most } => FormattableString.Invariant($"up to {Drawn[name]:0.##} of {name}; {most:0.##} are allowed"),
        _ when !(Money <= budget.Money) => FormattableString.Invariant($"{Money:0.####} spent on models; {budget.Money:0.####} is allowed"),
        _ when Time > budget.Time => FormattableString.Invariant($"{Time.TotalMinutes:0.#} minutes; {budget.Time.TotalMinutes:0.#} are allowed"),
        _ => null,
    };

    private static int Sum(int one, int other) => (int)Math.Min((long)one + other, int.MaxValue);
}
