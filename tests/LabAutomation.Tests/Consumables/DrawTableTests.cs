using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Consumables;

/// <summary>What a command draws: the driver says which argument, the lab of what.</summary>
public sealed class DrawTableTests
{
    private static readonly Birth Robot = Births.Bench[0] with
    {
        Instrument = "robot",
        Commands =
        [
            new CommandDescription(
                "transfer", "Moves liquid", Effect.Consume,
                [new("volume", "How much", Unit.Parse("uL"), 1, 300, Draws: true), new("well", "From where", Unit.One, 1, 12, Default: 1), new("flush", "Beside it", Unit.Parse("uL"), 0, 100, Default: 20)], [], 2),
            new CommandDescription("look", "Looks", Effect.Read, [new("volume", "How much", Unit.Parse("uL"), 1, 300)], [], 2),
        ],
    };

    [Fact]
    public void The_argument_that_its_driver_names_is_drawn_in_the_unit_of_the_lab() =>
        Of("robot").Of("robot", "transfer", Arguments(("volume", 128, "uL"))).Should().ContainSingle().Which.Should().Match<Drawing>(draw => draw.Consumable == "buffer" && draw.Argument == "volume" && draw.Amount.Unit.Symbol == "mL" && Math.Abs(draw.Amount.Value - 0.128) < 1e-12);

    [Fact]
    public void An_instrument_that_came_later_or_otherwise_draws_unlike_the_table_that_counts()
    {
        var counted = Of("robot");
        var otherwise = DrawTable.Of([Buffer(new DrawPoint("robot"))], [Robot with { Commands = [Robot.Commands[0] with { Parameters = [Robot.Commands[0].Parameters[0] with { Default = 5 }] }] }], out _);

        counted.Unlike(Of("robot"), ["robot", "eye"]).Should().BeEmpty("the same is said anew with each birth");
        DrawTable.Empty.Unlike(counted, ["eye", "robot"]).Should().Equal("robot");
        DrawTable.Empty.Unlike(counted, ["eye"]).Should().BeEmpty("what this one does not use matters to others");
        counted.Unlike(otherwise, ["robot"]).Should().Equal("robot");
    }

    [Fact]
    public void What_draws_nothing_draws_nothing()
    {
        Of("robot").Of("robot", "look", Arguments(("volume", 150, "uL"))).Should().BeEmpty();
        Of("robot").Of("another", "transfer", Arguments(("volume", 150, "uL"))).Should().BeEmpty();
    }

    [Theory]
    [InlineData(3, 3.0, true)]
    [InlineData(3, 4.0, false)]
    [InlineData(1, null, true)]
    [InlineData(3, null, false)]
    public void A_port_is_one_argument_s_value_or_its_default(double at, double? given, bool draws)
    {
        var arguments = given is { } well ? Arguments(("volume", 150, "uL"), ("well", well, "1")) : Arguments(("volume", 150, "uL"));

        Of("robot", port: "well", at: at).Of("robot", "transfer", arguments).IsEmpty.Should().Be(!draws);
    }

    [Fact]
    public void The_lab_may_name_another_argument_and_what_is_left_out_is_its_default() =>
        Of("robot", "transfer", "flush").Of("robot", "transfer", Arguments(("volume", 150, "uL"))).Should().ContainSingle().Which.Should().Match<Drawing>(draw => draw.Argument == "flush" && Math.Abs(draw.Amount.Value - 0.02) < 1e-12);

    [Fact]
    public void What_cannot_be_drawn_is_told_with_what_could_be()
    {
        _ = DrawTable.Of([Buffer(new DrawPoint("spectrometer"))], [Births.Bench.First(birth => birth.Instrument == "spectrometer")], out var none);
        _ = DrawTable.Of([Buffer(new DrawPoint("robot", "look", "dose"))], [Robot], out var wrong);

        none.Should().ContainSingle().Which.Words.Should().Be("'spectrometer' declares nothing that it uses up in a unit of mL; nothing of it has such a unit");
        wrong.Should().ContainSingle().Which.Words.Should().Be("'robot' has no argument 'look.dose' in a unit of mL; name the argument, such as 'robot transfer.volume'");
    }

    [Fact]
    public void The_pump_s_driver_says_what_it_uses_up()
    {
        var pump = LabAutomation.Lab.Conforming.ConformingFamilies.Undriven("new-era-ne1000");

        pump.Commands.SelectMany(command => command.Parameters.Where(parameter => parameter.Draws).Select(parameter => $"{command.Name}.{parameter.Name}")).Should().Equal("dispense.volume");
    }

    private static DrawTable Of(string instrument, string? command = null, string? argument = null, string? port = null, double at = 0)
    {
        var table = DrawTable.Of([Buffer(new DrawPoint(instrument, command, argument, port, at))], [Robot], out var problems);
        problems.Should().BeEmpty();
        return table;
    }

    private static Consumable Buffer(DrawPoint point) => new("buffer", Unit.Parse("mL"), 10, 100, 1, [point]);

    private static ImmutableSortedDictionary<string, Quantity> Arguments(params (string Name, double Value, string Unit)[] given) => given.ToImmutableSortedDictionary(one => one.Name, one => Quantity.Of(one.Value, one.Unit));
}
