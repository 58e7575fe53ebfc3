using System.Text;
using LabAutomation.Simulators.Http;

namespace LabAutomation.Tests.Simulators;

public sealed class HttpRequestReaderTests
{
    private readonly HttpRequestReader reader = new();

    [Fact]
    public void A_request_cut_anywhere_is_one_request()
    {
        const string text = "POST /a%20b/c?x=1&y=%C3%A4 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello";
        for (var cut = 0; cut <= text.Length; cut++)
        {
            reader.Clear();
            var found = Feed(text[..cut]).Concat(Feed(text[cut..])).ToList();
            var request = found.Should().ContainSingle().Which.Request!;
            (request.Method, request.Path, request.Text).Should().Be(("POST", "/a b/c", "hello"));
            (request.Query["x"], request.Query["y"], request.Headers["x-a"]).Should().Be(("1", "ä", "b"));
        }
    }

    [Fact]
    public void Requests_behind_one_another_come_in_their_order() =>
        Feed("GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\ncontent-length: 1\r\n\r\nxGET /c HTTP/1.0\r\n\r\n").Select(found => found.Request!.Path).Should().Equal("/a", "/b", "/c");

    [Theory]
    [InlineData("rubbish\r\n", 400)]
    [InlineData("GET /a HTTP/2\r\n\r\n", 400)]
    [InlineData("GET a HTTP/1.1\r\n\r\n", 400)]
    [InlineData("get /a HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nno colon\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nspace : x\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("GET /a HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413)]
    [InlineData("GET /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501)]
    public void What_is_no_request_gets_a_status_and_nothing_is_heard_behind_it(string text, int status)
    {
        Feed(text + "GET /b HTTP/1.1\r\n\r\n").Should().Equal((null, status));
        Feed("GET /b HTTP/1.1\r\n\r\n").Should().BeEmpty();
        reader.Clear();
        Feed("GET /b HTTP/1.1\r\n\r\n").Should().ContainSingle().Which.Status.Should().Be(200);
    }

    [Fact]
    public void A_head_without_end_is_given_up() => Feed("GET /a HTTP/1.1\r\nX: " + new string('x', 9000)).Should().Equal((null, 431));

    private List<(HttpRequest? Request, int Status)> Feed(string text) => reader.Feed(Encoding.Latin1.GetBytes(text));
}
