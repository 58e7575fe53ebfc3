using LabAutomation.Instruments;

namespace LabAutomation.Tests.Instruments.Modbus;

/// <summary>An answer counts only for the request that it belongs to.</summary>
public sealed class ModbusFramingTests
{
    private static readonly ModbusRequest Read = ModbusRequest.ReadHolding(0, 1);

    private readonly TimeProvider _clock = LinkClock.Create();
    private readonly ScriptedDevice _device = new();

    [Fact]
    public async Task A_late_answer_is_known_by_its_transaction_and_dropped()
    {
        var again = new ScriptedDevice();
        var connections = new Queue<ScriptedDevice>([_device, again]);
        var (framing, link) = (new ModbusTcpFraming(17), new InstrumentLink("device", cancellation => connections.Dequeue().ConnectAsync(cancellation), _clock));
        await link.OpenAsync(CancellationToken.None);
        _device.Expect(Frames.Tcp(1, "11 03 0000 0001"), null);
        again.Expect(Frames.Tcp(2, "11 03 0000 0001"), Frames.Tcp(1, "11 03 02 0001") + Frames.Tcp(2, "11 03 02 0002"));
        await framing.Invoking(f => f.AskAsync(link, Read)).Should().ThrowAsync<InstrumentLinkException>();
        await link.OpenAsync(CancellationToken.None);

        ModbusRequest.Registers(await framing.AskAsync(link, Read)).Should().Equal(2);
    }

    [Fact]
    public async Task Nothing_but_late_answers_is_no_answer()
    {
        var (framing, link) = await TcpAsync();
        _device.Expect(Frames.Tcp(1, "11 03 0000 0001"), string.Concat(Enumerable.Range(2, 40).Select(k => Frames.Tcp(k, "11 03 02 0001"))));

        await framing.Invoking(f => f.AskAsync(link, Read)).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Theory]
    [InlineData("0001 0000 0005 12 03 02 0001")]
    [InlineData("0001 0001 0005 11 03 02 0001")]
    [InlineData("0001 0000 0005 11 04 02 0001")]
    [InlineData("0001 0000 0007 11 03 04 0001 0002")]
    [InlineData("0001 0000 0005 11 03 04 0001")]
    [InlineData("0001 0000 0006 11 03 02 0001 FF")]
    [InlineData("0001 0000 0000 11 03 02 0001")]
    [InlineData("0001 0000 FFFF 11 03 02 0001")]
    [InlineData("0001 0000 0003 11 83 00")]
    [InlineData("0001 0000 0004 11 83 02 00")]
    [InlineData("0001 0000 0005 11 03 02 00")]
    public async Task What_does_not_fit_the_request_is_garbage_on_tcp(string answer)
    {
        var (framing, link) = await TcpAsync();
        _device.Expect(Frames.Tcp(1, "11 03 0000 0001"), Frames.Hex(answer));

        await framing.Invoking(f => f.AskAsync(link, Read)).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Theory]
    [InlineData("12 03 02 0001")]
    [InlineData("11 04 02 0001")]
    [InlineData("11 03 04 0001 0002")]
    [InlineData("11 83 00")]
    public async Task What_does_not_fit_the_request_is_garbage_on_rtu_even_with_a_right_check(string answer)
    {
        var (framing, link) = await RtuAsync();
        _device.Expect(Frames.Rtu("11 03 0000 0001"), Frames.Rtu(answer));

        await framing.Invoking(f => f.AskAsync(link, Read)).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task A_wrong_check_is_garbage()
    {
        var (framing, link) = await RtuAsync();
        _device.Expect(Frames.Rtu("11 03 0000 0001"), Frames.Hex("11 03 02 00 01 00 00"));

        await framing.Invoking(f => f.AskAsync(link, Read)).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Theory]
    [InlineData("11 06 0002 0000")]
    [InlineData("11 06 0003 0001")]
    public async Task A_write_must_come_back_as_it_was_sent(string answer)
    {
        var (framing, link) = await RtuAsync();
        _device.Expect(Frames.Rtu("11 06 0002 0001"), Frames.Rtu(answer));

        await framing.Invoking(f => f.AskAsync(link, ModbusRequest.Write(2, 1))).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task What_comes_after_an_answer_breaks_the_link_before_the_next_request()
    {
        var (framing, link) = await RtuAsync();
        _device.Expect(Frames.Rtu("11 03 0000 0001"), Frames.Rtu("11 03 02 0001") + Frames.Rtu("11 03 02 0002"));
        ModbusRequest.Registers(await framing.AskAsync(link, Read)).Should().Equal(1);

        await framing.Invoking(f => f.AskAsync(link, Read)).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*nobody asked for*");
    }

    [Fact]
    public async Task A_late_answer_on_a_new_rtu_line_does_not_fit_the_first_question_of_the_thermostat()
    {
        var link = new ModbusThermostatLink(new ModbusRtuFraming(17, 9600, _clock), _device.ConnectAsync, _clock);
        _device.Expect(Frames.Rtu("11 04 0000 0004"), Frames.Rtu("11 04 0C 0FA0 0000 0001 0FA0 0000 0001") + Frames.Rtu("11 04 08 5442 0001 E240 0067"));

        await link.Invoking(l => l.OpenAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*no reply of its protocol");
    }

    private async Task<(ModbusTcpFraming, InstrumentLink)> TcpAsync() => (new ModbusTcpFraming(17), await OpenAsync());

    private async Task<(ModbusRtuFraming, InstrumentLink)> RtuAsync() => (new ModbusRtuFraming(17, 9600, _clock), await OpenAsync());

    private async Task<InstrumentLink> OpenAsync()
    {
        var link = new InstrumentLink("device", _device.ConnectAsync, _clock);
        await link.OpenAsync(CancellationToken.None);
        return link;
    }
}
