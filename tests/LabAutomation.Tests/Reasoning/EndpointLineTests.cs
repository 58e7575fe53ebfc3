using System.IO.Pipelines;
using System.Net;
using System.Text;
using LabAutomation.Agents.Reasoning;

namespace LabAutomation.Tests.Reasoning;

/// <summary>An endpoint that only keeps its line open is there and does not answer: it is not silent, and nobody waits for it beyond the deadline.</summary>
public sealed class EndpointLineTests
{
    private const string Answer = """
        data: {"id":"1","object":"chat.completion.chunk","created":1700000000,"model":"model-1","choices":[{"index":0,"delta":{"role":"assistant","content":"Here I am."},"finish_reason":null}]}

        data: {"id":"1","object":"chat.completion.chunk","created":1700000000,"model":"model-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]


        """;

    [Fact]
    public async Task Comments_that_keep_the_line_open_are_no_silence()
    {
        using var talk = new Talk();
        for (var k = 0; k < 4; k++) await talk.HearAsync(": keep-alive\n\n", TimeSpan.FromSeconds(40));

        await talk.SayAsync(Answer);

        (await talk.Asking).Text.Should().Be("Here I am.");
    }

    [Fact]
    public async Task Comments_alone_come_to_their_end_with_the_deadline()
    {
        using var talk = new Talk();
        for (var k = 0; k < 7; k++) await talk.HearAsync(": keep-alive\n\n", TimeSpan.FromSeconds(40));

        talk.Bed.Clock.Advance(TimeSpan.FromSeconds(20));

        await FluentActions.Awaiting(() => talk.Asking).Should().ThrowAsync<ReasoningException>().WithMessage("*came to no answer within 300 s (Reasoning:Deadline)");
    }

    [Fact]
    public async Task Without_them_the_line_is_silent()
    {
        using var talk = new Talk();
        await talk.HearAsync(": keep-alive\n\n", TimeSpan.FromSeconds(59));

        talk.Bed.Clock.Advance(TimeSpan.FromSeconds(1));

        await FluentActions.Awaiting(() => talk.Asking).Should().ThrowAsync<ReasoningException>().WithMessage("*was silent for 60 s (Reasoning:Silence)");
    }

    /// <summary>A question to a model at the other end of a pipe, with a minute for silence and five for the answer.</summary>
    private sealed class Talk : HttpMessageHandler
    {
        private readonly Pipe _pipe = new();
        private readonly SemaphoreSlim _heard = new(0);
        private readonly TurnDeadline _deadline;
        private readonly EndpointLine _line;

        public Talk()
        {
            _line = new EndpointLine(this);
            _deadline = new TurnDeadline(TimeSpan.FromMinutes(5), Bed.Clock);
            var choice = new ModelChoice(new Uri("http://127.0.0.1:1/v1"), "model-1", null, 0, 0);
            var agent = Bed.Agent(ReasoningRole.Planner, EndpointModel.Open(choice, _line), choice: choice) with { Line = _line };
            Asking = new ModelTurn(agent, _ => { }).AskAsync("anything?", Label.Trusted, _deadline, default);
        }

        public GateBed Bed { get; } = new();

        public Task<(string Text, Label Label)> Asking { get; }

        public async Task SayAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

        /// <summary>Something comes over the line, and for so long nothing more.</summary>
        public async Task HearAsync(string text, TimeSpan then)
        {
            await SayAsync(text);
            (await _heard.WaitAsync(TimeSpan.FromSeconds(30))).Should().BeTrue("it was heard");
            Bed.Clock.Advance(then);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // Behind the one that listens for the agent: what is heard here was heard there.
            var isBegun = false;
            _line.Heard += () =>
            {
                if (isBegun) _heard.Release();
                isBegun = true;     // the first is the head of the answer
            };
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(_pipe.Reader.AsStream()), RequestMessage = request };
            response.Content.Headers.ContentType = new("text/event-stream");
            return Task.FromResult(response);
        }

        protected override void Dispose(bool disposing)
        {
            _deadline.Dispose();
            _pipe.Writer.Complete();
            Bed.Dispose();
            base.Dispose(disposing);
        }
    }
}
