using LabAutomation.Instruments;

namespace LabAutomation.Tests.Instruments.Driving;

public sealed class PositionSetTests
{
    [Theory]
    [InlineData("21-28", 8, 21, 28)]
    [InlineData("1, 61,101-200", 102, 1, 200)]
    [InlineData("7", 1, 7, 7)]
    [InlineData("5-5,1-3,2", 4, 1, 5)]
    public void Ranges_and_single_positions_are_listed(string text, int count, int first, int last)
    {
        var positions = PositionSet.Of(Commands.Settings("family", ("positions", text)), "positions");

        (positions.All.Count, positions.All.Min, positions.All.Max, positions.ToString()).Should().Be((count, first, last, text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8-1")]
    [InlineData("0-4")]
    [InlineData("1;2")]
    [InlineData("1-2-3")]
    [InlineData("10000")]
    [InlineData("1,")]
    public void What_lists_no_positions_is_refused(string text) =>
        FluentActions.Invoking(() => PositionSet.Of(Commands.Settings("family", ("positions", text)), "positions"))
            .Should().Throw<DriverSettingsException>().WithMessage($"driver 'family': setting 'positions' is '{text}' and must be positions from 1 to 9999 such as 21-28 or 1,61,101-200");

    [Theory]
    [InlineData(21, 21)]
    [InlineData(21.5, null)]
    [InlineData(29, null)]
    public void A_number_is_one_of_them_or_none(double value, int? position) =>
        PositionSet.Of(Commands.Settings("family", ("positions", "21-28")), "positions").Find(value).Should().Be(position);
}
