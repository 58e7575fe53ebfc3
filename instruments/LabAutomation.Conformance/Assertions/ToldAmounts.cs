using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>Outputs of a command that tell the same amount as its lines in the device's ledger, but for the place of the decimal point.</summary>
internal sealed class ToldAmounts
{
    public static readonly ToldAmounts None = new([]);

    /// <summary>Share by which they may differ where an action was cut short.</summary>
    private const double Steady = 0.25;

    private readonly ImmutableArray<(string Output, string Kind, double Ratio)> _same;

    private ToldAmounts(ImmutableArray<(string Output, string Kind, double Ratio)> same) => _same = same;

    /// <param name="lines">Of one action that nothing disturbed.</param>
    public static ToldAmounts Of(ResultFrame usual, IReadOnlyList<string> lines) => new([.. Sums(lines)
        .SelectMany(_ => usual.Outputs.Where(output => output.Value.Value > 0), (sum, output) => (output.Key, sum.Key, sum.Value / output.Value.Value))
        .Where(same => ConvertedUnits.IsOf(same.Item3, isInItsUnit: false))]);

    /// <returns>Null where they agree, or nothing is known of them.</returns>
    public string? Differs(ResultFrame result, IReadOnlyList<string> lines)
    {
        var sums = Sums(lines);
        foreach (var (output, kind, ratio) in _same)
        {
            var (told, done) = (result.Outputs.TryGetValue(output, out var value) ? value.Value * ratio : 0, sums.GetValueOrDefault(kind));
            if (Math.Abs(told - done) > Steady * Math.Max(told, done)) return FormattableString.Invariant($"{result.Status}, with the output '{output}' of {told:G6} beside {kind} {done:G6} in the ledger");
        }

        return null;
    }

    private static Dictionary<string, double> Sums(IReadOnlyList<string> lines) =>
        lines.Select(ConvertedUnits.Amount).OfType<(string Kind, double Value)>().GroupBy(line => line.Kind).Select(group => (group.Key, Sum: group.Sum(line => line.Value))).Where(sum => sum.Sum > 0).ToDictionary(sum => sum.Key, sum => sum.Sum);
}
