using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Driving;

public sealed class CommandTableTests
{
    private static readonly ActionId Id = ActionId.Derive("c", 1, "s", 0, 0);

    private readonly CommandTable _table = new([
        new("pour", "Pours", Effect.Consume, [new("volume", "How much", Unit.Parse("mL"), 0.1, 10), new("rate", "How fast", Unit.Parse("mL/min"), 1, 20, 5)], [], 1),
        new("rest", "Does nothing", Effect.Set, [], [], 1),
    ]);

    [Fact]
    public void Values_come_in_the_declared_unit_and_defaults_are_filled_in()
    {
        _table.TryResolve(Id, "pour", Commands.Arguments(("volume", 300, "uL")), out var command, out _).Should().BeTrue();

        command!["volume"].Should().BeApproximately(0.3, 1e-12);
        command["rate"].Should().Be(5);
    }

    [Fact]
    public void A_conversion_may_round_at_the_ends_of_the_range()
    {
        _table.TryResolve(Id, "pour", Commands.Arguments(("volume", 1e-5, "m3")), out var command, out _).Should().BeTrue();

        command!["volume"].Should().BeLessThanOrEqualTo(10);
    }

    [Fact]
    public void An_unknown_command_is_refused_with_the_known_ones() => Refuse("boil", []).Should().Be(new Refusal(CauseCode.InvalidCommand, "there is no command 'boil'; there are pour, rest"));

    [Fact]
    public void A_missing_parameter_is_named_with_its_unit() => Refuse("pour", []).Message.Should().Contain("'volume' in mL");

    [Fact]
    public void An_unknown_parameter_is_refused_with_the_known_ones() =>
        Refuse("pour", [("volume", 1, "mL"), ("speed", 1, "rpm")]).Message.Should().Contain("'speed'").And.Contain("volume, rate");

    [Fact]
    public void A_unit_of_something_else_is_refused() => Refuse("pour", [("volume", 1, "g")]).Message.Should().Contain("g, which cannot be converted to mL");

    [Theory]
    [InlineData(0.09)]
    [InlineData(10.01)]
    [InlineData(-1)]
    public void A_value_out_of_range_is_refused_with_the_range(double volume)
    {
        var refusal = Refuse("pour", [("volume", volume, "mL")]);

        refusal.Cause.Should().Be(CauseCode.OutOfRange);
        refusal.Message.Should().Contain("from 0.1 to 10 mL");
    }

    [Fact]
    public void A_declaration_that_contradicts_itself_is_refused_at_the_start()
    {
        var making = () => new CommandTable([new("pour", "", Effect.Consume, [new("volume", "", Unit.Parse("mL"), 1, 2, 3)], [], 1)]);

        making.Should().Throw<ArgumentException>().WithMessage("*default of 'volume'*");
    }

    [Theory]
    [InlineData("pour.rate <= 5 mL/min where pour.volume > 3 mL", 3, 5.1, null)]
    [InlineData("pour.rate <= 5 mL/min where pour.volume > 3 mL", 3.1, 5, null)]
    [InlineData("pour.rate <= 5 mL/min where pour.volume > 3 mL", 3.1, 5.1, "pour: 'rate' is 5.1 mL/min and must be at most 5 mL/min where 'volume' is above 3 mL")]
    [InlineData("pour.rate <= 300 mL/h where pour.volume >= 3000 uL", 3, 5.1, "pour: 'rate' is 5.1 mL/min and must be at most 300 mL/h where 'volume' is at least 3000 uL")]
    [InlineData("pour.volume >= 1 mL where pour.rate > 10 mL/min and pour.rate < 15 mL/min", 0.5, 12, "pour: 'volume' is 0.5 mL and must be at least 1 mL where 'rate' is above 10 mL/min and 'rate' is below 15 mL/min")]
    [InlineData("pour.volume >= 1 mL where pour.rate > 10 mL/min and pour.rate < 15 mL/min", 0.5, 15, null)]
    public void A_combination_is_refused_where_its_case_is_given_and_no_other(string limit, double volume, double rate, string? complaint)
    {
        ImmutableArray<CommandDescription> commands = [new("pour", "Pours", Effect.Consume, [new("volume", "How much", Unit.Parse("mL"), 0.1, 10), new("rate", "How fast", Unit.Parse("mL/min"), 1, 20, 5)], [], 1)];
        var table = new CommandTable(commands, CommandLimits.Rules(commands, [limit]));

        var isTaken = table.TryResolve(Id, "pour", Commands.Arguments(("volume", volume, "mL"), ("rate", rate, "mL/min")), out _, out var refusal);

        (isTaken, refusal?.Message).Should().Be((complaint is null, complaint));
        if (refusal is not null) refusal.Cause.Should().Be(CauseCode.OutOfRange);
    }

    private Refusal Refuse(string name, (string, double, string)[] arguments)
    {
        _table.TryResolve(Id, name, Commands.Arguments(arguments), out _, out var refusal).Should().BeFalse();
        return refusal!;
    }
}
