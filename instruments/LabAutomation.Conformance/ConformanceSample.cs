using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>A command that the kit may send.</summary>
public sealed record SampleCommand(string Command, ImmutableSortedDictionary<string, Quantity> Arguments)
{
    /// <param name="arguments">Such as <c>("volume", "0.1 mL")</c>.</param>
    /// <exception cref="FrameException">A value is no quantity.</exception>
    public static SampleCommand Of(string command, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, Quantity>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments)
            values.Add(name, Quantity.TryParse(value, out var quantity) ? quantity.Value : throw new FrameException($"'{value}' is no quantity, such as '5 mL'"));
        return new SampleCommand(command, values.ToImmutable());
    }

    /// <param name="text">Such as <c>dose volume=0.1 mL, rate=2 mL/min</c>.</param>
    /// <exception cref="FrameException">A value is no quantity, or has no name.</exception>
    public static SampleCommand Parse(string text)
    {
        var parts = text.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var arguments = parts.Length < 2 ? [] : parts[1].Split(',', StringSplitOptions.TrimEntries);
        return Of(parts.FirstOrDefault() ?? throw new FrameException("a sample begins with the name of a command"), [.. arguments.Select(Argument)]);
    }

    private static (string Name, string Value) Argument(string text) => text.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var value]
        ? (name, value)
        : throw new FrameException($"'{text}' is no argument, such as 'volume=0.1 mL'");
}

/// <summary>What the author of a driver may tell the kit; what is missing the kit finds in the birth.</summary>
public sealed record ConformanceSample
{
    public static readonly ConformanceSample FromTheBirth = new();

    /// <summary>Ends by itself within seconds of lab time, and leaves an effect in the device's ledger each time; what is to be counted does not apply otherwise.</summary>
    public SampleCommand? Brief { get; init; }

    /// <summary>Carried out before each command whose effects are counted, for a device that counts changes alone: what is off can be switched on. Leaves no effect itself. None unless given.</summary>
    public SampleCommand? Before { get; init; }

    /// <summary>Ends by itself, with outputs that follow from its arguments and the seed alone and not from the moment at which the device was asked; <see cref="Brief"/> unless given.</summary>
    public SampleCommand? Repeatable { get; init; }

    /// <summary>Runs for minutes of lab time unless it is cancelled.</summary>
    public SampleCommand? Long { get; init; }

    /// <summary>One command per effect that must survive a kill.</summary>
    public ImmutableArray<SampleCommand> Each { get; init; } = [];

    /// <summary>
    /// How long the driver waits for an answer of its device before it gives the line up, by the clock that it was given for its link; as
    /// <c>InstrumentLink</c> does unless given. In process that clock runs fast where this is longer, so that broken bytes are found in time.
    /// </summary>
    public TimeSpan LinkTimeout { get; init; } = TimeSpan.FromSeconds(2);

    internal SampleCommand? BriefOf(Birth birth) => Brief ?? birth.Commands
        .OrderBy(command => command.Effect).ThenBy(command => command.Parameters.Count(parameter => parameter.Default is null)).Select(Lowest).FirstOrDefault();

    internal IEnumerable<SampleCommand> EachOf(Birth birth) => Each.Length > 0
        ? Each
        : birth.Commands.GroupBy(command => command.Effect).Select(group => Brief is { } brief && group.Any(command => command.Name == brief.Command) ? brief : Lowest(group.First()));

    /// <summary>What the author says about a command, else its lowest.</summary>
    internal SampleCommand For(CommandDescription command) => Each.Prepend(Brief).FirstOrDefault(sample => sample?.Command == command.Name) ?? Lowest(command);

    /// <summary>Obligatory parameters at their low end, the others as they are by default.</summary>
    internal static SampleCommand Lowest(CommandDescription command) => new(
        command.Name,
        command.Parameters.Where(parameter => parameter.Default is null).ToImmutableSortedDictionary(parameter => parameter.Name, parameter => new Quantity(parameter.Low, parameter.Unit), StringComparer.Ordinal));
}
