using LabAutomation.Instruments;

namespace LabAutomation.Tests.Instruments.Links;

public sealed class StreamConnectorTests
{
    [Theory]
    [InlineData("serial:/dev/ttyUSB0@19200")]
    [InlineData("serial:COM3@9600,7E1")]
    [InlineData("tcp:bench-3:4001")]
    [InlineData("tcp:[::1]:4001")]
    public void An_address_is_read_without_opening_it(string address) => StreamConnector.Parse(address).Should().NotBeNull();

    [Theory]
    [InlineData("/dev/ttyUSB0")]
    [InlineData("serial:/dev/ttyUSB0")]
    [InlineData("serial:/dev/ttyUSB0@fast")]
    [InlineData("serial:@9600")]
    [InlineData("serial:COM3@9600,9E1")]
    [InlineData("serial:COM3@9600,7E1,x")]
    [InlineData("tcp:host")]
    [InlineData("tcp:host:70000")]
    [InlineData("tcp::4001")]
    public void Another_address_is_refused_with_what_is_wrong(string address)
    {
        var parsing = () => StreamConnector.Parse(address);

        parsing.Should().Throw<DriverSettingsException>().WithMessage($"*{address}*");
    }

    [Fact]
    public void The_frame_of_the_family_counts_only_where_the_address_names_none()
    {
        const string wrong = "9X9";

        FluentActions.Invoking(() => StreamConnector.Parse("serial:COM3@9600", wrong)).Should().Throw<DriverSettingsException>().WithMessage($"*'{wrong}' is no character frame*");
        FluentActions.Invoking(() => StreamConnector.Parse("serial:COM3@9600,8N1", wrong)).Should().NotThrow();
    }

    [Fact]
    public async Task A_port_that_is_not_there_is_a_lost_link_in_plain_words()
    {
        var link = new InstrumentLink("pump", StreamConnector.Parse("serial:/dev/no-such-port@9600"), TimeProvider.System);

        await link.Invoking(l => l.OpenAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>().WithMessage("the link to the pump cannot be opened:*");
    }
}
