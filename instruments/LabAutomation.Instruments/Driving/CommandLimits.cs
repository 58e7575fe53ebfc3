using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// An envelope within what a driver takes: bounds of single parameters such as <c>dispense.volume &lt;= 5 mL</c>, and of combinations such as <c>heat.ramp &lt;= 10 K/min where heat.temperature &gt; 800 °C</c>. The host
/// announces the narrowed ranges and the combinations in its birth and refuses what is beyond them, and the lab judges campaigns by the birth.
/// </summary>
public static class CommandLimits
{
    /// <summary>Room for the rounding of a unit conversion.</summary>
    private const double Rounding = 1e-9;

    /// <summary>The commands with their ranges narrowed. A default that is no longer within its range goes: whoever commands has to say the value then.</summary>
    /// <exception cref="DriverSettingsException">One of the limits, named by its number from 0, is none, is of no parameter that there is, lies outside the driver's own range, or leaves nothing of it.</exception>
    public static ImmutableArray<CommandDescription> Narrow(ImmutableArray<CommandDescription> commands, IReadOnlyList<string> limits)
    {
        foreach (var (k, text) in limits.Index().Where(limit => !WrittenRule.IsMeant(limit.Item))) Numbered(k, () => commands = Narrow(commands, text));
        return commands;
    }

    /// <summary>The limits that hold in certain cases only.</summary>
    /// <exception cref="DriverSettingsException">One of them, named by its number from 0, is none, or is of no parameter that there is.</exception>
    public static ImmutableArray<WrittenRule> Rules(ImmutableArray<CommandDescription> commands, IReadOnlyList<string> limits)
    {
        var rules = ImmutableArray.CreateBuilder<WrittenRule>();
        foreach (var (k, text) in limits.Index().Where(limit => WrittenRule.IsMeant(limit.Item))) Numbered(k, () => rules.Add(Rule(commands, text)));
        return rules.ToImmutable();
    }

    private static void Numbered(int k, Action read)
    {
        try
        {
            read();
        }
        catch (DriverSettingsException error)
        {
            throw new DriverSettingsException($"Limits:{k}: {error.Message}");
        }
    }

    private static WrittenRule Rule(ImmutableArray<CommandDescription> commands, string text)
    {
        if (!WrittenRule.TryParse(text, out var rule))
            throw new DriverSettingsException($"'{text}' is no limit; before and behind 'where' stand bounds of parameters of one command, behind it several with 'and' between them, such as heat.ramp <= 10 K/min where heat.temperature > 800 °C");
        foreach (var bound in rule.Where.Prepend(rule.Bound))
        {
            var parameter = Parameter(commands, bound);
            if (!bound.Bound.Unit.Fits(parameter.Unit)) throw Misfit(bound, parameter);
        }

        return rule;
    }

    private static ImmutableArray<CommandDescription> Narrow(ImmutableArray<CommandDescription> commands, string text)
    {
        if (!WrittenBound.TryParse(text, out var limit) || limit.Comparison is not ("<=" or ">="))
            throw new DriverSettingsException($"'{text}' is no limit; write COMMAND.PARAMETER, <= or >=, and a value with its unit, such as dispense.volume <= 5 mL");
        var (command, parameter) = (commands.FirstOrDefault(one => one.Name == limit.Owner), Parameter(commands, limit));
        return commands.Replace(command!, command! with { Parameters = command.Parameters.Replace(parameter, Narrow(parameter, limit)) });
    }

    private static ParameterDescription Parameter(ImmutableArray<CommandDescription> commands, WrittenBound limit)
    {
        if (commands.FirstOrDefault(one => one.Name == limit.Owner) is not { } command)
            throw new DriverSettingsException($"'{limit.Text}': there is no command '{limit.Owner}'; there are {string.Join(", ", commands.Select(one => one.Name))}");
        return command.Parameters.FirstOrDefault(one => one.Name == limit.Subject)
            ?? throw new DriverSettingsException($"'{limit.Text}': {command.Name} has no parameter '{limit.Subject}'; it has {(command.Parameters.IsEmpty ? "none" : string.Join(", ", command.Parameters.Select(one => one.Name)))}");
    }

    private static DriverSettingsException Misfit(WrittenBound limit, ParameterDescription parameter) => new($"'{limit.Text}': it is in {limit.Bound.Unit}, and '{parameter.Name}' is in {parameter.Unit}");

    private static ParameterDescription Narrow(ParameterDescription parameter, WrittenBound limit)
    {
        if (!limit.Bound.Unit.Fits(parameter.Unit)) throw Misfit(limit, parameter);
        var (bound, room) = (limit.Bound.In(parameter.Unit), Rounding * Math.Max(Math.Abs(parameter.Low), Math.Abs(parameter.High)));
        if (!(bound >= parameter.Low - room && bound <= parameter.High + room))
            throw new DriverSettingsException(FormattableString.Invariant($"'{limit.Text}': what is left to '{parameter.Name}' so far goes from {parameter.Low:G6} to {parameter.High:G6} {parameter.Unit}, and a limit lies within it"));
        bound = Math.Clamp(bound, parameter.Low, parameter.High);
        var narrowed = limit.Comparison == "<=" ? parameter with { High = bound } : parameter with { Low = bound };
        return narrowed.Default is { } value && !(value >= narrowed.Low && value <= narrowed.High) ? narrowed with { Default = null } : narrowed;
    }
}
