using System.Text;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments.Http;

public sealed class HttpLinkTests
{
    private readonly PatientClock _clock = new();
    private readonly ScriptedHttpDevice _device = new();

    [Fact]
    public async Task A_question_has_its_headers_and_an_answer_its_type_and_body()
    {
        _device.Expect("GET /a?b=c", "HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\nX-Number: 7\r\nContent-Length: 4\r\n\r\nbody");

        var reply = await Link(("Opentrons-Version", "4")).GetAsync("a?b=c");

        (reply.Status, reply.ContentType, Encoding.UTF8.GetString(reply.Body), reply.Headers["x-number"]).Should().Be((200, "text/plain", "body", "7"));
        _device.Heads.Single().Should().Contain("Opentrons-Version: 4").And.Contain("Connection: close").And.NotContain("Accept-Encoding");
    }

    [Fact]
    public async Task A_post_tells_its_json_and_how_long_it_is()
    {
        _device.ExpectJson("POST /x", "{}", 201);

        (await Link().PostAsync("x", "{\"µ\":1}")).Status.Should().Be(201);

        _device.Heads.Single().Should().Contain("Content-Type: application/json").And.Contain("Content-Length: 8");
    }

    [Fact]
    public async Task Every_exchange_has_a_stream_of_its_own()
    {
        _device.ExpectJson("GET /a", "1").ExpectJson("GET /b", "2");
        var link = Link();

        await link.GetAsync("a");
        Encoding.ASCII.GetString((await link.GetAsync("b")).Body).Should().Be("2");

        _device.Connections.Should().Be(2);
    }

    [Fact]
    public async Task Chunks_are_put_together()
    {
        _device.Expect("GET /a", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");

        Encoding.ASCII.GetString((await Link().GetAsync("a")).Body).Should().Be("abcde");
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n0123456789")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhow much of it is missing?")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc")]
    [InlineData("HTTP/2 200 OK\r\nContent-Length: 3\r\n\r\nabc")]
    public async Task What_is_no_whole_answer_breaks_the_link(string answer)
    {
        _device.Expect("GET /a", answer, ends: true);

        await Link().Invoking(link => link.GetAsync("a")).Should().ThrowAsync<InstrumentLinkException>().WithMessage("the device*GET a*");
    }

    [Fact]
    public async Task What_is_said_before_an_answer_is_passed_over()
    {
        _device.Expect("GET /a", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");

        Encoding.ASCII.GetString((await Link().GetAsync("a")).Body).Should().Be("abc");
    }

    [Fact]
    public async Task Every_turn_of_an_exchange_is_one_of_the_callers_thread()
    {
        var loop = new VirtualLoop(new VirtualTime(DateTimeOffset.UnixEpoch));
        _device.ExpectJson("GET /a", "1").Expect("GET /b", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        await using var link = new HttpLink("device", _device.ConnectAsync, loop.Clock);

        loop.Run(() => link.GetAsync("a")).Status.Should().Be(200);
        loop.Invoking(it => it.Run(() => link.GetAsync("b"))).Should().Throw<InstrumentLinkException>().WithMessage("the device did not answer GET b within 10 s");

        (loop.FirstFromOutside, loop.Clock.Elapsed).Should().Be((null, HttpLink.ReplyTimeout));
    }

    [Fact]
    public async Task Headers_without_end_break_the_link()
    {
        _device.Expect("GET /a", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X-More: and more\r\n", 5000)), ends: true);

        await Link().Invoking(link => link.GetAsync("a")).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    public async Task Silence_breaks_the_link_when_time_is_up_and_a_late_answer_is_nobodys(string? before)
    {
        _device.Expect("GET /a", before).ExpectJson("GET /b", "2");
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _device.OnHeard = _ => heard.TrySetResult();
        var link = Link();

        var asking = link.GetAsync("a");
        await heard.Task;
        _clock.RunOut();

        await asking.Invoking(it => it).Should().ThrowAsync<InstrumentLinkException>().WithMessage("the device did not answer GET a within 10 s");
        Encoding.ASCII.GetString((await link.GetAsync("b")).Body).Should().Be("2");
    }

    [Fact]
    public async Task Time_that_runs_out_as_the_answer_comes_leaves_the_link_usable()
    {
        var link = Link();
        for (var round = 0; round < 300; round++)
        {
            _device.Expect("GET /a", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").ExpectJson("GET /b", "2");
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _device.OnHeard = _ => heard.TrySetResult();

            var asking = link.GetAsync("a");
            await heard.Task;
            _clock.RunOut();

            await asking.Invoking(it => it).Should().ThrowAsync<InstrumentLinkException>();
            Encoding.ASCII.GetString((await link.GetAsync("b").WaitAsync(TimeSpan.FromSeconds(30))).Body).Should().Be("2");
        }
    }

    [Fact]
    public async Task A_stream_that_ends_before_an_answer_is_not_asked_again()
    {
        _device.Expect("POST /move", "", ends: true);

        await Link().Invoking(link => link.PostAsync("move", "{}")).Should().ThrowAsync<InstrumentLinkException>();

        _device.Heard.Should().Equal("POST /move {}");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Errors_and_redirections_are_answers(int status)
    {
        _device.Expect("GET /a", $"HTTP/1.1 {status} Said\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n");

        var reply = await Link().GetAsync("a");

        (reply.Status, reply.IsSuccess, reply.ContentType).Should().Be((status, false, ""));
        _device.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_device_that_cannot_be_reached_is_named()
    {
        var link = new HttpLink("device", _ => throw new IOException("no route"), _clock);

        await link.Invoking(it => it.GetAsync("a")).Should().ThrowAsync<InstrumentLinkException>().WithMessage("the device did not answer GET a: no route*");
    }

    private HttpLink Link(params (string, string)[] headers) => new("device", _device.ConnectAsync, _clock, headers);
}
