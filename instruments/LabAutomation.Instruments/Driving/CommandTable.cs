using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>Checks commands against what a driver declares, so that no driver sees a missing, unknown, misfitting or out-of-range value.</summary>
internal sealed class CommandTable
{
    /// <summary>Room for the rounding of a unit conversion: 300 uL is 0.3 mL.</summary>
    private const double Rounding = 1e-9;

    private readonly ImmutableSortedDictionary<string, CommandDescription> _commands;
    private readonly ImmutableArray<WrittenRule> _rules;

    /// <param name="rules">What is refused although each value is within its range; they fit the commands.</param>
    /// <exception cref="ArgumentException">The declaration contradicts itself.</exception>
    public CommandTable(ImmutableArray<CommandDescription> commands, ImmutableArray<WrittenRule> rules = default)
    {
        _rules = rules.IsDefault ? [] : rules;
        foreach (var command in commands)
        {
            if (!Topics.IsName(command.Name)) throw new ArgumentException($"'{command.Name}' cannot be a command's name: it is one level of a topic");
            foreach (var parameter in command.Parameters)
            {
                if (!(parameter.Low <= parameter.High)) throw new ArgumentException($"{command.Name}: the range of '{parameter.Name}' is empty");
                if (parameter.Default is { } value && !(value >= parameter.Low && value <= parameter.High))
                    throw new ArgumentException($"{command.Name}: the default of '{parameter.Name}' is out of its range");
            }
        }

        _commands = commands.ToImmutableSortedDictionary(command => command.Name, command => command, StringComparer.Ordinal);
    }

    public bool TryResolve(
        ActionId action,
        string name,
        ImmutableSortedDictionary<string, Quantity> arguments,
        [NotNullWhen(true)] out DriverCommand? command,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        command = null;
        refusal = null;
        if (!_commands.TryGetValue(name, out var description))
        {
            refusal = new Refusal(CauseCode.InvalidCommand, $"there is no command '{name}'; there are {string.Join(", ", _commands.Keys)}");
            return false;
        }

        if (arguments.Keys.FirstOrDefault(key => description.Parameters.All(parameter => parameter.Name != key)) is { } unknown)
        {
            refusal = new Refusal(CauseCode.InvalidCommand, $"{name} has no parameter '{unknown}'; it has {Known(description)}");
            return false;
        }

        var values = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (var parameter in description.Parameters)
        {
            refusal = Resolve(name, parameter, arguments, out var value);
            if (refusal is not null) return false;
            values[parameter.Name] = value;
        }

        refusal = Judge(description, values);
        if (refusal is not null) return false;
        command = new DriverCommand(action, description, values.ToImmutable());
        return true;
    }

    private Refusal? Judge(CommandDescription command, IReadOnlyDictionary<string, double> values)
    {
        return _rules.FirstOrDefault(rule => rule.Bound.Owner == command.Name && rule.IsBroken(Value)) is { } broken
            ? new Refusal(CauseCode.OutOfRange, $"{command.Name}: '{broken.Bound.Subject}' is {Value(broken.Bound.Subject)} and must be {broken.Words}")
            : null;

        Quantity Value(string name) => new(values[name], command.Parameters.First(parameter => parameter.Name == name).Unit);
    }

    private static Refusal? Resolve(string command, ParameterDescription parameter, ImmutableSortedDictionary<string, Quantity> arguments, out double value)
    {
        value = parameter.Default ?? double.NaN;
        if (!arguments.TryGetValue(parameter.Name, out var quantity))
            return parameter.Default is null ? new Refusal(CauseCode.InvalidCommand, $"{command} needs the parameter '{parameter.Name}' in {parameter.Unit}") : null;
        if (!quantity.Unit.Fits(parameter.Unit))
            return new Refusal(CauseCode.InvalidCommand, $"{command}: '{parameter.Name}' is given in {quantity.Unit}, which cannot be converted to {parameter.Unit}");

        value = quantity.In(parameter.Unit);
        var room = Rounding * Math.Max(Math.Abs(parameter.Low), Math.Abs(parameter.High));
        if (!(value >= parameter.Low - room && value <= parameter.High + room))
            return new Refusal(CauseCode.OutOfRange, FormattableString.Invariant($"{command}: '{parameter.Name}' is {value:G6} {parameter.Unit} and must lie from {parameter.Low:G6} to {parameter.High:G6} {parameter.Unit}"));
        value = Math.Clamp(value, parameter.Low, parameter.High);
        return null;
    }

    private static string Known(CommandDescription description) =>
        description.Parameters.Length == 0 ? "none" : string.Join(", ", description.Parameters.Select(parameter => parameter.Name));
}

/// <summary>Why a command is not accepted.</summary>
internal sealed record Refusal(CauseCode Cause, string Message);
