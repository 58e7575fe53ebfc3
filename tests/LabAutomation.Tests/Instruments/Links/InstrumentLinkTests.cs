using System.Text;
using LabAutomation.Instruments;

namespace LabAutomation.Tests.Instruments.Links;

public sealed class InstrumentLinkTests
{
    private readonly TimeProvider _clock = LinkClock.Create();
    private readonly ScriptedDevice _device = new();

    [Fact]
    public async Task A_line_that_is_emptied_keeps_nothing_of_what_came_before_and_all_that_comes_after()
    {
        var link = await OpenAsync();
        _device.Expect("a", "old\n").Expect("b", "new\n");
        await link.SendAsync("a");

        await link.EmptyAsync(TimeSpan.FromMilliseconds(50));

        await link.SendAsync("b");
        (await link.ReadUntilAsync((byte)'\n')).Should().Be("new");
    }

    [Fact]
    public async Task A_device_that_closes_or_never_stops_sending_cannot_be_emptied()
    {
        var closed = new InstrumentLink("device", _ => Task.FromResult(Stream.Null), _clock);
        await closed.OpenAsync(CancellationToken.None);
        await closed.Invoking(link => link.EmptyAsync(TimeSpan.FromMilliseconds(50))).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*closed the link*");

        var endless = new InstrumentLink("device", _ => Task.FromResult<Stream>(new MemoryStream(new byte[2 << 20])), _clock);
        await endless.OpenAsync(CancellationToken.None);
        await endless.Invoking(link => link.EmptyAsync(TimeSpan.FromMilliseconds(50))).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*without end*");
    }

    [Fact]
    public async Task Bytes_that_came_after_the_line_was_emptied_break_the_link_before_the_next_question()
    {
        var link = await OpenAsync();
        _device.Expect("a", null).Expect("b", "late\n");
        await link.SendAsync("a");
        await link.EmptyAsync(TimeSpan.FromMilliseconds(50));
        await _device.WriteAsync(Encoding.ASCII.GetBytes("b"));

        await link.Invoking(l => l.SendAsync("c")).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*nobody asked for*'late*");
    }

    private async Task<InstrumentLink> OpenAsync()
    {
        var link = new InstrumentLink("device", _device.ConnectAsync, _clock);
        await link.OpenAsync(CancellationToken.None);
        return link;
    }
}
