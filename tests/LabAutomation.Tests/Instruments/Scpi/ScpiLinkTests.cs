using System.Text;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Scpi;

public sealed class ScpiLinkTests
{
    private readonly ScriptedDevice _device = new();

    [Theory]
    [InlineData("A,B,C,D")]
    [InlineData("A, B ,C,D\r")]
    public async Task An_identity_has_four_parts(string reply) =>
        (await (await AskedAsync("*IDN?", reply)).IdentifyAsync()).Should().Be(new InstrumentIdentity("A", "B", "C", "D"));

    [Theory]
    [InlineData("A,B,C")]
    [InlineData("A,B,C,D,E")]
    [InlineData("A,\u0001,C,D")]
    [InlineData("")]
    public async Task Another_identity_breaks_the_link(string reply) => await BreaksAsync("*IDN?", reply, link => link.IdentifyAsync());

    [Fact]
    public async Task Events_are_the_bits_of_the_register() =>
        (await (await AskedAsync("*ESR?", "161")).TakeEventsAsync()).Should().Be(ScpiEvents.PowerOn | ScpiEvents.CommandError | ScpiEvents.OperationComplete);

    [Theory]
    [InlineData("256")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("yes")]
    public async Task A_register_that_is_no_byte_breaks_the_link(string reply)
    {
        await BreaksAsync("*ESR?", reply, link => link.TakeEventsAsync());
        await BreaksAsync("*STB?", reply, link => link.StatusByteAsync());
    }

    [Fact]
    public async Task Common_commands_are_sent_as_the_standard_has_them()
    {
        _device.Expect("*RST\n", null).Expect("*CLS\n", null).Expect("*ESE 60\n", null).Expect("*OPC\n", null).Expect("*OPC?\n", "1\n").Expect("*STB?\n", "36\n").Expect("*TST?\n", "0\n");
        var link = await OpenedAsync();

        await link.ResetAsync();
        await link.ClearAsync();
        await link.EnableAsync(ScpiEvents.QueryError | ScpiEvents.DeviceError | ScpiEvents.ExecutionError | ScpiEvents.CommandError);
        await link.AnnounceCompletionAsync();
        await link.CompleteAsync();
        (await link.StatusByteAsync()).Should().Be(36);
        (await link.TestAsync()).Should().Be(0);
        _device.IsFinished.Should().BeTrue(_device.Surprise);
    }

    [Fact]
    public async Task Completion_that_is_not_one_breaks_the_link() => await BreaksAsync("*OPC?", "0", link => link.CompleteAsync());

    [Theory]
    [InlineData("2")]
    [InlineData("01")]
    [InlineData("ON")]
    public async Task A_switch_is_zero_or_one(string reply) => await BreaksAsync("OUTP?", reply, link => link.IsAsync("OUTP?"));

    [Fact]
    public async Task The_error_queue_is_emptied_and_its_first_error_is_told()
    {
        _device.Expect("SYST:ERR?\n", "-222,\"Data out of range\"\n").Expect("SYST:ERR?\n", "+803,\"Not permitted\"\n").Expect("SYST:ERR?\n", "-350,\"Queue overflow\"\n").Expect("SYST:ERR?\n", "+0,\"No error\"\n");

        await (await OpenedAsync()).Invoking(link => link.CheckAsync("setting it")).Should().ThrowAsync<InstrumentFaultException>().WithMessage("setting it: the device says -222*");
        _device.IsFinished.Should().BeTrue();
    }

    [Fact]
    public async Task An_error_queue_without_end_breaks_the_link()
    {
        for (var i = 0; i <= 64; i++) _device.Expect("SYST:ERR?\n", "-100,\"Command error\"\n");

        await (await OpenedAsync()).Invoking(link => link.CheckAsync("it")).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Theory]
    [InlineData("No error")]
    [InlineData("x,\"No error\"")]
    public async Task An_error_without_a_number_breaks_the_link(string reply) => await BreaksAsync("SYST:ERR?", reply, link => link.CheckAsync("it"));

    [Theory]
    [InlineData("1.0,2.0", 3)]
    [InlineData("1.0,INF", 2)]
    [InlineData("1.0,,2.0", 3)]
    public async Task Numbers_are_finite_and_as_many_as_asked_for(string reply, int count) => await BreaksAsync("READ?", reply, link => link.NumbersAsync("READ?", count));

    [Theory]
    [InlineData("#15hello\n", "hello")]
    [InlineData("#3005he\nlo\r\n", "he\nlo")]
    [InlineData("#10\n", "")]
    public async Task A_block_has_the_length_that_it_tells(string reply, string block)
    {
        _device.Expect("CURV?\n", reply);

        Encoding.Latin1.GetString(await (await OpenedAsync()).BlockAsync("CURV?")).Should().Be(block);
    }

    [Theory]
    [InlineData("5hello\n")]
    [InlineData("#0hello\n")]
    [InlineData("#1xhello\n")]
    [InlineData("#15hellooo\n")]
    [InlineData("#99999999999\n")]
    [InlineData("#72000000\n")]
    [InlineData("#2-1\n")]
    public async Task A_block_that_is_none_breaks_the_link(string reply)
    {
        _device.Expect("CURV?\n", reply);
        var link = await OpenedAsync();

        await link.Invoking(it => it.BlockAsync("CURV?")).Should().ThrowAsync<InstrumentLinkException>();
        await link.Invoking(it => it.TellAsync("*CLS")).Should().ThrowAsync<InstrumentLinkException>("the link stays closed");
    }

    [Fact]
    public async Task A_block_that_ends_too_soon_breaks_the_link()
    {
        _device.Expect("CURV?\n", "#19half");

        await (await OpenedAsync()).Invoking(it => it.BlockAsync("CURV?")).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*4 of 9 bytes*");
    }

    private async Task<ScpiLink> OpenedAsync()
    {
        var link = new ScpiLink("device", _device.ConnectAsync, new JumpingClock());
        await link.OpenAsync(CancellationToken.None);
        return link;
    }

    private Task<ScpiLink> AskedAsync(string query, string reply)
    {
        _device.Expect(query + "\n", reply + "\n");
        return OpenedAsync();
    }

    private async Task BreaksAsync(string query, string reply, Func<ScpiLink, Task> asking)
    {
        var link = await AskedAsync(query, reply);
        await link.Invoking(asking).Should().ThrowAsync<InstrumentLinkException>();
        await link.Invoking(it => it.TellAsync("*CLS")).Should().ThrowAsync<InstrumentLinkException>("the link stays closed");
    }
}
