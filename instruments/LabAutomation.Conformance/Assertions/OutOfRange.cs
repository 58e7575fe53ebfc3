using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>22: what a birth says that a command may not have.</summary>
internal static class OutOfRange
{
    /// <summary>Per parameter.</summary>
    private const int MostUnits = 2;

    /// <summary>Just beyond each end, by which envelopes are missed, far beyond, and nothing at all where that is none of the range.</summary>
    public static IEnumerable<Quantity> Values(ParameterDescription parameter)
    {
        var (below, above) = Beyond(parameter);
        double[] values = [below, parameter.Low - Math.Abs(parameter.Low) - 1, above, parameter.High + Math.Abs(parameter.High) + 1, .. parameter.Low > 0 || parameter.High < 0 ? [0.0] : Array.Empty<double>()];
        return values.Select(value => new Quantity(value, parameter.Unit));
    }

    /// <summary>Whoever looks at the range in his own unit alone lets a thousandfold through in another one.</summary>
    public static IEnumerable<Quantity> InOtherUnits(ParameterDescription parameter)
    {
        var (below, above) = Beyond(parameter);
        return UnitSpellings.Of(parameter.Unit).Take(MostUnits).SelectMany(_ => new[] { below, above }, (unit, value) => new Quantity(parameter.Unit.Convert(value, unit), unit));
    }

    /// <summary>Commands of which each value is within its range, and that a limit of the birth forbids: a hundredth of the range beyond it. One that holds on a whole range forbids nothing.</summary>
    public static IEnumerable<SampleCommand> BeyondLimits(ConformanceRun run)
    {
        foreach (var text in run.Birth.Limits.IsDefault ? [] : run.Birth.Limits)
        {
            if (!WrittenRule.TryParse(text, out var rule) || run.Birth.Commands.FirstOrDefault(command => command.Name == rule.Bound.Owner) is not { } command)
                throw new ConformanceFailure("limits of its commands that can be read", $"'{text}'");
            var sample = ConformanceSample.Lowest(command);
            foreach (var (bound, isKept) in rule.Where.Select(bound => (bound, true)).Append((rule.Bound, false)))
            {
                if (command.Parameters.FirstOrDefault(parameter => parameter.Name == bound.Subject) is not { } parameter) throw new ConformanceFailure("limits of parameters that there are", $"'{text}'");
                var step = (parameter.High - parameter.Low) / 100 * (bound.Comparison.StartsWith('<') == isKept ? -1 : 1);
                var value = Math.Clamp(bound.Bound.In(parameter.Unit) + step, parameter.Low, parameter.High);
                sample = sample with { Arguments = sample.Arguments.SetItem(parameter.Name, new Quantity(value, parameter.Unit)) };
            }

            if (rule.IsBroken(name => sample.Arguments[name])) yield return sample;
        }
    }

    /// <summary>A hundredth of the range at most, and of the end where that is less.</summary>
    private static (double Below, double Above) Beyond(ParameterDescription parameter)
    {
        var range = (parameter.High - parameter.Low) / 100;
        var least = Math.Max(Math.Abs(parameter.Low), Math.Abs(parameter.High)) * 1e-6;
        return (parameter.Low - Step(parameter.Low), parameter.High + Step(parameter.High));

        double Step(double end) => Math.Max(least, end == 0 ? range : Math.Min(range, Math.Abs(end) / 100));
    }
}
