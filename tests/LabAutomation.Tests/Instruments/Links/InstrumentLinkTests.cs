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

    [Fact]
    public async Task A_question_beside_another_waits_for_the_reply_to_that_and_ends_whoever_asked_it()
    {
        var link = await OpenAsync();
        _device.Expect("a", null).Expect("b", "1\n").Expect("c", "2\n");
        await link.SendAsync("a");
        var earlier = link.ReadUntilAsync((byte)'\n');

        var later = link.SendAsync("c");
        later.IsCompleted.Should().BeFalse();
        await _device.WriteAsync(Encoding.ASCII.GetBytes("b"));

        await later;
        (await link.ReadUntilAsync((byte)'\n')).Should().Be("2");
        await FluentActions.Awaiting(() => earlier).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*made safe*");
    }

    [Fact]
    public async Task A_call_that_fails_closes_its_own_line_and_not_one_that_was_opened_since()
    {
        var silent = new ScriptedDevice().Expect("a", null);
        var streams = new Queue<ScriptedDevice>([silent, _device.Expect("c", "2\n")]);
        var link = new InstrumentLink("device", cancellation => streams.Dequeue().ConnectAsync(cancellation), _clock);
        await link.OpenAsync(CancellationToken.None);
        await link.SendAsync("a");
        var earlier = link.ReadUntilAsync((byte)'\n');

        await link.OpenAsync(CancellationToken.None);
        await FluentActions.Awaiting(() => earlier).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*did not answer*");

        await link.SendAsync("c");
        (await link.ReadUntilAsync((byte)'\n')).Should().Be("2");
    }

    [Fact]
    public async Task What_was_disposed_is_not_opened_again()
    {
        var link = await OpenAsync();
        await link.DisposeAsync();

        await link.Awaiting(l => l.OpenAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*closed*");
        await link.Awaiting(l => l.SendAsync("a")).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*closed*");
        _device.Heard.Should().BeEmpty();
    }

    private async Task<InstrumentLink> OpenAsync()
    {
        var link = new InstrumentLink("device", _device.ConnectAsync, _clock);
        await link.OpenAsync(CancellationToken.None);
        return link;
    }
}
