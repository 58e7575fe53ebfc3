using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>What each command of the lab's instruments draws: the declarations of the drivers put together with those of the lab.</summary>
/// <param name="Points">By instrument.</param>
public sealed record DrawTable(ImmutableArray<KnownDraw> Points)
{
    /// <summary>Nothing is used up.</summary>
    public static DrawTable Empty { get; } = new(ImmutableArray<KnownDraw>.Empty);

    public bool IsEmpty => Points.IsEmpty;

    /// <param name="births">Of the instruments there are; what others would draw is not asked of them.</param>
    /// <param name="problems">What cannot be drawn as it was declared.</param>
    public static DrawTable Of(IEnumerable<Consumable> consumables, IReadOnlyCollection<Birth> births, out ImmutableArray<DrawProblem> problems)
    {
        var (points, wrong) = (ImmutableArray.CreateBuilder<KnownDraw>(), ImmutableArray.CreateBuilder<DrawProblem>());
        foreach (var consumable in consumables)
        {
            foreach (var point in consumable.DrawnBy)
            {
                if (births.FirstOrDefault(birth => birth.Instrument == point.Instrument) is not { } birth) continue;
                var found = birth.Commands.Where(command => point.Command is null || command.Name == point.Command)
                    .SelectMany(command => command.Parameters.Where(parameter => point.Argument is null ? parameter.Draws : parameter.Name == point.Argument).Select(parameter => (Command: command, Parameter: parameter)))
                    .Where(one => one.Parameter.Unit.Fits(consumable.Unit) && (point.Port is null || one.Command.Parameters.Any(parameter => parameter.Name == point.Port))).ToArray();
                if (found.Length == 0) wrong.Add(new DrawProblem(consumable.Name, point.Instrument, Missing(consumable, point, birth)));
                points.AddRange(found.Select(one => new KnownDraw(consumable.Name, consumable.Unit, point.Instrument, one.Command.Name, one.Parameter.Name, one.Parameter.Default is { } value ? new Quantity(value, one.Parameter.Unit) : null, Port(one.Command, point))));
            }
        }

        problems = wrong.ToImmutable();
        return new DrawTable(points.ToImmutable());
    }

    /// <summary>What one command draws; none where it draws nothing.</summary>
    public ImmutableArray<Drawing> Of(string instrument, string command, IReadOnlyDictionary<string, Quantity> arguments)
    {
        if (IsEmpty) return [];
        var drawings = ImmutableArray.CreateBuilder<Drawing>();
        foreach (var point in Points)
        {
            if (point.Instrument != instrument || point.Command != command || (point.Port is { } port && !port.IsMeant(arguments))) continue;
            var asked = arguments.TryGetValue(point.Argument, out var given) ? given : point.Default;
            if (asked is { } amount && amount.Unit.Fits(point.Unit) && amount.In(point.Unit) > 0) drawings.Add(new Drawing(point.Consumable, point.Argument, new Quantity(amount.In(point.Unit), point.Unit)));
        }

        return drawings.ToImmutable();
    }

    /// <summary>Those of these instruments that draw otherwise by another table.</summary>
    public IEnumerable<string> Unlike(DrawTable other, IEnumerable<string> instruments) =>
        instruments.Where(instrument => !Points.Where(point => point.Instrument == instrument).SequenceEqual(other.Points.Where(point => point.Instrument == instrument)));

    private static KnownPort? Port(CommandDescription command, DrawPoint point) =>
        point.Port is null ? null : command.Parameters.First(parameter => parameter.Name == point.Port) is var parameter ? new KnownPort(point.Port, new Quantity(point.At, parameter.Unit), parameter.Default == point.At) : null;

    private static string Missing(Consumable consumable, DrawPoint point, Birth birth)
    {
        var offers = birth.Commands.SelectMany(command => command.Parameters.Where(parameter => parameter.Unit.Fits(consumable.Unit)).Select(parameter => $"{command.Name}.{parameter.Name}")).ToArray();
        var wanted = point.Argument is null ? "declares nothing that it uses up" : $"has no argument '{point.Command}.{point.Argument}'";
        return $"'{point.Instrument}' {wanted} in a unit of {consumable.Unit}{(point.Port is null ? "" : $" at a port '{point.Port}'")}; {(offers.Length == 0 ? "nothing of it has such a unit" : $"name the argument, such as '{point.Instrument} {offers[0]}'")}";
    }
}

/// <summary>A consumable is said to be drawn by an instrument that does not draw it so.</summary>
public sealed record DrawProblem(string Consumable, string Instrument, string Words)
{
    public override string ToString() => Words;
}

/// <param name="Unit">Of the consumable.</param>
/// <param name="Default">What the command takes where the argument is left out; null where it must not be.</param>
/// <param name="Port">Null where the instrument draws from one.</param>
public sealed record KnownDraw(string Consumable, Unit Unit, string Instrument, string Command, string Argument, Quantity? Default, KnownPort? Port);

/// <param name="IsDefault">Whether it is the one where the argument is left out.</param>
public sealed record KnownPort(string Argument, Quantity At, bool IsDefault)
{
    public bool IsMeant(IReadOnlyDictionary<string, Quantity> arguments) =>
        arguments.TryGetValue(Argument, out var given) ? given.Unit.Fits(At.Unit) && Math.Abs(given.In(At.Unit) - At.Value) < 1e-6 : IsDefault;
}
