using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// An envelope within what a driver takes: bounds of single parameters such as <c>dispense.volume &lt;= 5 mL</c>. The host announces the narrowed ranges in its birth and refuses what is
/// beyond them, and the lab judges campaigns by the birth.
/// </summary>
public static class CommandLimits
{
    /// <summary>Room for the rounding of a unit conversion.</summary>
    private const double Rounding = 1e-9;

    /// <summary>The commands with their ranges narrowed. A default that is no longer within its range goes: whoever commands has to say the value then.</summary>
    /// <exception cref="DriverSettingsException">One of the limits, named by its number from 0, is none, is of no parameter that there is, lies outside the driver's own range, or leaves nothing of it.</exception>
    public static ImmutableArray<CommandDescription> Narrow(ImmutableArray<CommandDescription> commands, IReadOnlyList<string> limits)
    {
        for (var k = 0; k < limits.Count; k++)
        {
            try
            {
                commands = Narrow(commands, limits[k]);
            }
            catch (DriverSettingsException error)
            {
                throw new DriverSettingsException($"Limits:{k}: {error.Message}");
            }
        }

        return commands;
    }

    private static ImmutableArray<CommandDescription> Narrow(ImmutableArray<CommandDescription> commands, string text)
    {
        if (!WrittenBound.TryParse(text, out var limit) || limit.Comparison is not ("<=" or ">="))
            throw new DriverSettingsException($"'{text}' is no limit; write COMMAND.PARAMETER, <= or >=, and a value with its unit, such as dispense.volume <= 5 mL");
        if (commands.FirstOrDefault(one => one.Name == limit.Owner) is not { } command)
            throw new DriverSettingsException($"'{limit.Text}': there is no command '{limit.Owner}'; there are {string.Join(", ", commands.Select(one => one.Name))}");
        if (command.Parameters.FirstOrDefault(one => one.Name == limit.Subject) is not { } parameter)
            throw new DriverSettingsException($"'{limit.Text}': {command.Name} has no parameter '{limit.Subject}'; it has {(command.Parameters.IsEmpty ? "none" : string.Join(", ", command.Parameters.Select(one => one.Name)))}");
        return commands.Replace(command, command with { Parameters = command.Parameters.Replace(parameter, Narrow(parameter, limit)) });
    }

    private static ParameterDescription Narrow(ParameterDescription parameter, WrittenBound limit)
    {
        if (!limit.Bound.Unit.Fits(parameter.Unit)) throw new DriverSettingsException($"'{limit.Text}': it is in {limit.Bound.Unit}, and '{parameter.Name}' is in {parameter.Unit}");
        var (bound, room) = (limit.Bound.In(parameter.Unit), Rounding * Math.Max(Math.Abs(parameter.Low), Math.Abs(parameter.High)));
        if (!(bound >= parameter.Low - room && bound <= parameter.High + room))
            throw new DriverSettingsException(FormattableString.Invariant($"'{limit.Text}': what is left to '{parameter.Name}' so far goes from {parameter.Low:G6} to {parameter.High:G6} {parameter.Unit}, and a limit lies within it"));
        bound = Math.Clamp(bound, parameter.Low, parameter.High);
        var narrowed = limit.Comparison == "<=" ? parameter with { High = bound } : parameter with { Low = bound };
        return narrowed.Default is { } value && !(value >= narrowed.Low && value <= narrowed.High) ? narrowed with { Default = null } : narrowed;
    }
}
