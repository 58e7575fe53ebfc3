using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>A quantity in another unit of the same dimension is the same quantity, or is refused: whoever took the number alone would do a thousandfold.</summary>
internal static class ConvertedUnits
{
    /// <summary>Per parameter of the brief command; one of each other command.</summary>
    private const int MostSpellings = 4;

    /// <summary>Share by which what tells of an argument may differ from it.</summary>
    private const double Close = 0.02;

    /// <summary>Share by which what was done may differ from time to time.</summary>
    private const double Steady = 0.25;

    public static async Task CheckAsync(ConformanceRun run)
    {
        var samples = run.Harness.Can.HasFlag(HarnessAbilities.Start) ? run.Sample.EachOf(run.Birth).Prepend(run.Brief).DistinctBy(sample => sample.Command) : [run.Brief];
        foreach (var (count, sample) in samples.ToList().Index())
        {
            var command = run.Birth.Commands.Single(command => command.Name == sample.Command);
            var complete = sample with { Arguments = sample.Arguments.AddRange(command.Parameters
                .Where(parameter => parameter.Default is not null && !sample.Arguments.ContainsKey(parameter.Name))
                .Select(parameter => KeyValuePair.Create(parameter.Name, new Quantity(parameter.Default!.Value, parameter.Unit)))) };
            (ParameterDescription Parameter, Unit Unit)[] spelt = [.. command.Parameters.SelectMany(parameter => UnitSpellings.Of(parameter.Unit).Take(count == 0 ? MostSpellings : 1).Select(unit => (parameter, unit)))];
            if (spelt.Length == 0) continue;
            Done[] usual = [await DoneAsync(run, complete), await DoneAsync(run, complete)];
            foreach (var (parameter, unit) in spelt) await CompareAsync(run, complete, parameter, unit, usual);
        }
    }

    private static async Task CompareAsync(ConformanceRun run, SampleCommand sample, ParameterDescription parameter, Unit unit, Done[] usual)
    {
        var meant = Within(parameter, sample.Arguments[parameter.Name].In(parameter.Unit));
        var said = new Quantity(parameter.Unit.Convert(meant, unit), unit);
        var other = sample with { Arguments = sample.Arguments.SetItem(parameter.Name, said) };
        var words = FormattableString.Invariant($"{parameter.Name} {said.Value:G6} {unit}, which is {meant:G6} {parameter.Unit}, of {sample.Command}");
        var before = await run.ReadyAsync();
        var action = await run.SendAsync(other);
        var reply = await run.ReplyAsync(action);
        if (reply is { Status: ActionStatus.Failed, Cause: CauseCode.InvalidCommand }) return;
        if (reply.Status != ActionStatus.Accepted) throw new ConformanceFailure($"{words} taken as that, or refused InvalidCommand", $"{reply.Status}, {reply.Cause}: {reply.Message}");
        var result = await run.ResultAsync(action);
        await run.QuietAsync();
        var done = new Done(result, Ledger(run, before));
        if (done.Result.Status != usual[^1].Result.Status) throw new ConformanceFailure($"{words}: {usual[^1].Result.Status}, as in {parameter.Unit}", $"{result.Status}, {result.Cause}: {result.Message}");
        foreach (var (what, amount) in Telling(usual[^1], parameter.Unit, meant).Where(told => Telling(usual[0], parameter.Unit, meant).ContainsKey(told.Key)))
        {
            var now = Amounts(done, parameter.Unit).GetValueOrDefault(what);
            if (Math.Abs(now - amount) > Steady * Math.Abs(amount)) throw new ConformanceFailure(FormattableString.Invariant($"{words}: {what} {amount:G6}, as in {parameter.Unit}"), FormattableString.Invariant($"{now:G6}"));
        }
    }

    private static async Task<Done> DoneAsync(ConformanceRun run, SampleCommand sample)
    {
        var before = await run.ReadyAsync();
        var (_, result) = await run.CarryOutAsync(sample);
        await run.QuietAsync();
        return new Done(result, Ledger(run, before));
    }

    private static IReadOnlyList<string> Ledger(ConformanceRun run, int before) => run.Harness.Can.HasFlag(HarnessAbilities.CountEffects) ? [.. run.Harness.Effects.Skip(before)] : [];

    /// <summary>Away from the ends of the range by more than a conversion rounds.</summary>
    private static double Within(ParameterDescription parameter, double value)
    {
        var room = (parameter.High - parameter.Low) * 1e-6;
        return Math.Clamp(value, parameter.Low + room, parameter.High - room);
    }

    /// <summary>The amounts that follow the argument: the same number in its unit, or in the ledger, which has no units, but for the place of the decimal point.</summary>
    private static ImmutableSortedDictionary<string, double> Telling(Done done, Unit unit, double argument) =>
        Amounts(done, unit).Where(amount => argument != 0 && IsOf(amount.Value / argument, amount.Key.StartsWith("output ", StringComparison.Ordinal))).ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Whether two amounts are the same: their ratio is 1, or a power of ten.</summary>
    internal static bool IsOf(double ratio, bool isInItsUnit) => ratio > 0 && Math.Abs(ratio / (isInItsUnit ? 1 : Math.Pow(10, Math.Round(Math.Log10(ratio)))) - 1) < Close;

    private static ImmutableSortedDictionary<string, double> Amounts(Done done, Unit unit) => done.Result.Outputs.Where(output => output.Value.Unit.Fits(unit))
        .Select(output => (Name: $"output '{output.Key}'", Value: output.Value.In(unit)))
        .Concat(done.Ledger.Select(Amount).OfType<(string Kind, double Value)>().GroupBy(effect => effect.Kind).Select(group => (Name: $"effect '{group.Key}' in the ledger", Value: group.Sum(effect => effect.Value))))
        .ToImmutableSortedDictionary(amount => amount.Name, amount => amount.Value, StringComparer.Ordinal);

    /// <summary>Of a line such as <c>dose 0.02</c>; null of one that ends in no number.</summary>
    internal static (string Kind, double Value)? Amount(string line)
    {
        var space = line.TrimEnd().LastIndexOf(' ');
        return space > 0 && double.TryParse(line.AsSpan(space), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? (line[..space], value) : null;
    }

    private sealed record Done(ResultFrame Result, IReadOnlyList<string> Ledger);
}
