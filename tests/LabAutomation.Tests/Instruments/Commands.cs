using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments;

internal static class Commands
{
    /// <summary>A command as the dispatcher hands it to a driver.</summary>
    public static DriverCommand Resolve(IDriver driver, string name, params (string Name, double Value, string Unit)[] arguments)
    {
        var id = ActionId.Derive("test", 0, name, 0, 0);
        new CommandTable(driver.Commands).TryResolve(id, name, Arguments(arguments), out var command, out var refusal).Should().BeTrue(refusal?.Message);
        return command!;
    }

    public static ImmutableSortedDictionary<string, Quantity> Arguments(params (string Name, double Value, string Unit)[] arguments) =>
        arguments.ToImmutableSortedDictionary(argument => argument.Name, argument => Quantity.Of(argument.Value, argument.Unit));

    public static StartedAction Started(DriverCommand command, TimeProvider clock, params ActionMark[] marks) =>
        new(command, clock.GetUtcNow(), [.. marks]);

    public static DriverSettings Settings(string family, params (string Key, string Value)[] values) =>
        new(family, values.ToImmutableSortedDictionary(value => value.Key, value => value.Value));
}
