using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Tests.Campaigns;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Tests.Reasoning;

public sealed class ModelTurnTests
{
    private readonly List<ReasoningNotice> _shown = [];

    [Fact]
    public async Task Prompt_model_tokens_cost_calls_and_verdicts_are_on_record()
    {
        using var bed = new GateBed();
        var model = new ScriptedModel(ScriptedModel.Calls("list_campaigns"), ScriptedModel.Says("There are none."));

        var (text, label) = await AskAsync(bed, model, "what is there?");

        (text.Trim(), label).Should().Be(("There are none.", Label.Trusted));
        var asked = bed.Recorded<ModelAsked>();
        asked[0].Said.Select(said => said.Speaker).Should().Equal("system", "user");
        asked[0].Said[1].Text.Should().Be("what is there?");
        (asked[0].Model, asked[0].Endpoint).Should().Be(("model-1", "http://127.0.0.1:1/v1"));
        asked[1].Said.Should().BeEmpty("the answer and the result are on record already");
        bed.Recorded<ModelAnswered>()[0].Should().Match<ModelAnswered>(answer => answer.Version == "model-1-2026" && answer.InputTokens == 100 && answer.OutputTokens == 20 && Math.Abs(answer.Cost - 140e-6) < 1e-12);
        bed.Recorded<ToolCalled>().Should().ContainSingle().Which.Call.Should().Be(bed.Recorded<ModelAnswered>()[0].Calls[0].Call);
        _shown.OfType<ReasoningNotice.Said>().Should().NotBeEmpty();
        _shown.OfType<ReasoningNotice.Called>().Should().ContainSingle().Which.Verdict.Should().BeOfType<Verdict.Allowed>();
    }

    [Fact]
    public async Task A_secret_that_comes_in_pieces_is_not_shown_and_all_else_is()
    {
        using var bed = new GateBed(secrets: new Secrets("open sesame now"));

        await AskAsync(bed, new ScriptedModel(ScriptedModel.Says("The key is open sesame now or open sesame later: open")), "what is the key?");

        string.Concat(_shown.OfType<ReasoningNotice.Said>().Select(said => said.Text)).Should().Be("The key is [secret] or open sesame later: open ");
        _shown.OfType<ReasoningNotice.Said>().Should().HaveCountGreaterThan(4, "it is shown as it comes");
        bed.Recorded<ModelAnswered>()[0].Text.Should().NotContain("open sesame now");
    }

    [Fact]
    public async Task A_conversation_on_record_replays_without_its_model_and_comes_out_the_same()
    {
        using var first = new GateBed(kind: "plan");
        await TalkAsync(first, new ScriptedModel(
            ScriptedModel.Calls("no_such_tool", ("a", "1")), ScriptedModel.Calls("propose_campaign", ("text", "campaign: x"), ("reasons", "r")),
            ScriptedModel.Calls("propose_campaign", ("text", CampaignTexts.Match), ("reasons", "r")), ScriptedModel.Calls("simulate_campaign", ("draft", "1")), ScriptedModel.Says("Draft 1."),
            ScriptedModel.Calls("run_campaign", ("draft", "1")), ScriptedModel.Says("It waits for approval.")));
        using var again = new GateBed(kind: "plan");
        var recorded = new RecordedModel(first.Entries, "planner");

        await TalkAsync(again, recorded);

        recorded.IsAtItsEnd.Should().BeTrue();
        again.Entries.Select(Timeless).Should().Equal(first.Entries.Select(Timeless));
        first.Recorded<ToolCalled>().Should().HaveCount(5);

        static string Timeless(LedgerEntry entry) => System.Text.RegularExpressions.Regex.Replace(LabEvents.Write(entry.Event), "\"milliseconds\":[^,}]*", "");
    }

    [Fact]
    public async Task A_conversation_that_takes_another_way_than_the_record_is_found_out()
    {
        using var first = new GateBed();
        await AskAsync(first, new ScriptedModel(ScriptedModel.Says("Yes.")), "is it so?");
        using var again = new GateBed();

        await FluentActions.Awaiting(() => AskAsync(again, new RecordedModel(first.Entries, "planner"), "is it not so?")).Should().ThrowAsync<ReasoningException>().WithMessage("*is not the one on record any more");
    }

    [Fact]
    public async Task A_model_that_calls_without_end_is_stopped_by_its_budget()
    {
        using var bed = new GateBed(GateBed.Standard(planner => planner with { Budget = planner.Budget with { Calls = 20 } }));
        var model = new ScriptedModel(Enumerable.Repeat(ScriptedModel.Calls("list_campaigns"), 1000));

        await FluentActions.Awaiting(() => AskAsync(bed, model, "go")).Should().ThrowAsync<ReasoningException>();

        model.Asked.Count.Should().BeLessThanOrEqualTo(30);
    }

    [Fact]
    public async Task A_model_that_spends_its_money_is_asked_no_more()
    {
        using var bed = new GateBed(GateBed.Standard(planner => planner with { Budget = planner.Budget with { Money = 300e-6 } }));
        var model = new ScriptedModel(Enumerable.Repeat(ScriptedModel.Calls("list_campaigns"), 1000));

        await FluentActions.Awaiting(() => AskAsync(bed, model, "go")).Should().ThrowAsync<ReasoningException>().WithMessage("*spent on models*");

        model.Asked.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_round_that_failed_has_its_price_and_replays_with_it()
    {
        using var bed = new GateBed(GateBed.Standard(planner => planner with { Budget = planner.Budget with { Money = 100e-6 } }));
        var turn = new ModelTurn(bed.Agent(ReasoningRole.Planner, new ScriptedModel(ScriptedModel.Says("It is long") with { Finish = "Length" })), _shown.Add);
        using var deadline = Deadline(bed);

        await FluentActions.Awaiting(() => turn.AskAsync("go", Label.Trusted, deadline, default)).Should().ThrowAsync<ReasoningException>().WithMessage("*cut off at its longest");
        await FluentActions.Awaiting(() => turn.AskAsync("go on", Label.Trusted, deadline, default)).Should().ThrowAsync<ReasoningException>().WithMessage("*spent on models*");

        bed.Recorded<ModelFailed>().Should().ContainSingle().Which.Should().Match<ModelFailed>(failed => failed.InputTokens == 100 && failed.OutputTokens == 20 && Math.Abs(failed.Cost - 140e-6) < 1e-12);
        using var again = new GateBed();
        await FluentActions.Awaiting(() => AskAsync(again, new RecordedModel(bed.Entries, "planner"), "go")).Should().ThrowAsync<ReasoningException>();
        again.Recorded<ModelFailed>()[0].OutputTokens.Should().Be(20);
    }

    [Fact]
    public async Task What_an_endpoint_does_not_tell_is_estimated_paid_for_and_marked()
    {
        using var bed = new GateBed(GateBed.Standard(planner => planner with { Budget = planner.Budget with { Money = 1e-6 } }));
        var turn = new ModelTurn(bed.Agent(ReasoningRole.Planner, new SilentCounter("twelve letters and some")), _shown.Add);
        using var deadline = Deadline(bed);

        await turn.AskAsync("go", Label.Trusted, deadline, default);
        await FluentActions.Awaiting(() => turn.AskAsync("go on", Label.Trusted, deadline, default)).Should().ThrowAsync<ReasoningException>().WithMessage("*spent on models*");

        var answer = bed.Recorded<ModelAnswered>().Should().ContainSingle().Which;
        answer.Estimated.Should().BeTrue();
        answer.OutputTokens.Should().Be(6, "23 letters, one token for four");
        answer.InputTokens.Should().BeGreaterThan((ReasoningRole.Planner.Instructions.Length + 2) / 4, "the tools that were offered count as well");
        answer.Cost.Should().BeApproximately((answer.InputTokens + 2 * answer.OutputTokens) / 1e6, 1e-12);
        using var again = new GateBed();
        await AskAsync(again, new RecordedModel(bed.Entries, "planner"), "go");
        again.Recorded<ModelAnswered>()[0].Should().BeEquivalentTo(answer, options => options.Excluding(one => one.Milliseconds), "a replay estimates nothing anew");
    }

    [Fact]
    public async Task What_was_told_is_not_estimated_and_what_was_turned_away_costs_nothing()
    {
        using var bed = new GateBed();
        await AskAsync(bed, new ScriptedModel(ScriptedModel.Says("Well.")), "go");
        await FluentActions.Awaiting(() => AskAsync(bed, new Unreached(), "go")).Should().ThrowAsync<ReasoningException>();

        bed.Recorded<ModelAnswered>()[0].Estimated.Should().BeFalse();
        bed.Recorded<ModelFailed>()[0].Should().Match<ModelFailed>(failed => failed.InputTokens == 0 && failed.Cost == 0 && !failed.Estimated);
    }

    [Fact]
    public async Task Names_that_a_model_makes_up_are_bounded()
    {
        using var bed = new GateBed();
        var spoken = ScriptedModel.Calls(new string('t', 5_000));
        await AskAsync(bed, new ScriptedModel(spoken, ScriptedModel.Says("Well.")), "go");
        await FluentActions.Awaiting(() => AskAsync(bed, new ScriptedModel(ScriptedModel.Calls(new string('t', 70_000))), "go")).Should().ThrowAsync<ReasoningException>().WithMessage("*talks without end*");

        bed.Recorded<ModelAnswered>()[0].Calls[0].Tool.Should().HaveLength(200);
    }

    [Fact]
    public async Task A_model_that_asks_only_for_what_it_may_not_is_stopped()
    {
        using var bed = new GateBed();
        var model = new ScriptedModel(Enumerable.Repeat(ScriptedModel.Calls("approve", ("id", "1")), 1000));

        await FluentActions.Awaiting(() => AskAsync(bed, model, "go")).Should().ThrowAsync<ReasoningException>().WithMessage("*8 times in a row*");

        bed.Recorded<ToolCalled>().Should().HaveCount(8).And.OnlyContain(call => call.Verdict == VerdictWord.Denied);
    }

    [Fact]
    public async Task After_a_turn_that_was_cut_off_the_conversation_can_go_on()
    {
        using var bed = new GateBed();
        using var deadline = Deadline(bed);
        var denied = Enumerable.Repeat(ScriptedModel.Calls("approve"), 8);
        var turn = new ModelTurn(bed.Agent(ReasoningRole.Planner, new ScriptedModel([.. denied, ScriptedModel.Says("I am back.")])), _shown.Add);
        await FluentActions.Awaiting(() => turn.AskAsync("go", Label.Trusted, deadline, default)).Should().ThrowAsync<ReasoningException>();

        (await turn.AskAsync("and now?", Label.Trusted, deadline, default)).Text.Trim().Should().Be("I am back.");
    }

    [Theory]
    [InlineData(false, "*was silent for 60 s (Reasoning:Silence)")]
    [InlineData(true, "*came to no answer within 300 s (Reasoning:Deadline)")]
    public async Task Nobody_waits_longer_than_agreed_for_a_model_that_hangs_or_dawdles(bool dawdles, string reason)
    {
        using var bed = new GateBed();
        var model = new SlowModel(bed.Clock, dawdles);
        var asking = AskAsync(bed, model, "go");

        while (await Task.WhenAny(asking, model.WaitsAgainAsync()) != asking) bed.Clock.Advance(TimeSpan.FromSeconds(dawdles ? 5 : 60));

        await FluentActions.Awaiting(() => asking.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System)).Should().ThrowAsync<ReasoningException>().WithMessage(reason);
        bed.Recorded<ModelFailed>().Should().ContainSingle();
    }

    private static async Task TalkAsync(GateBed bed, IChatCompletionService model)
    {
        var turn = new ModelTurn(bed.Agent(ReasoningRole.Planner, model), _ => { });
        using var deadline = Deadline(bed);
        await turn.AskAsync("find a green", Label.Trusted, deadline, default);
        await turn.AskAsync("run it", Label.Trusted, deadline, default);
    }

    private async Task<(string Text, Label Label)> AskAsync(GateBed bed, IChatCompletionService model, string text)
    {
        using var deadline = Deadline(bed);
        return await new ModelTurn(bed.Agent(ReasoningRole.Planner, model), _shown.Add).AskAsync(text, Label.Trusted, deadline, default);
    }

    private static TurnDeadline Deadline(GateBed bed) => new(TimeSpan.FromMinutes(5), bed.Clock);

    /// <summary>Answers and never says how many tokens there were.</summary>
    private sealed class SilentCounter(string text) : IChatCompletionService
    {
        private const string Piece = """{"id":"1","object":"chat.completion.chunk","created":1700000000,"model":"model-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

        public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

        public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return new StreamingChatMessageContent(AuthorRole.Assistant, text, System.ClientModel.Primitives.ModelReaderWriter.Read<OpenAI.Chat.StreamingChatCompletionUpdate>(BinaryData.FromString(Piece)));
            await Task.CompletedTask;
        }
    }

    private sealed class Unreached : IChatCompletionService
    {
        public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

        public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) => throw new HttpRequestException("connection refused");
    }

    /// <summary>Never ends: silent, or a word now and then. It does not mind its token.</summary>
    private sealed class SlowModel(TimeProvider clock, bool dawdles) : IChatCompletionService
    {
        private readonly SemaphoreSlim _waits = new(0);

        public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

        /// <summary>Until it waits once more than before.</summary>
        public Task WaitsAgainAsync() => _waits.WaitAsync();

        public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var pause = Task.Delay(dawdles ? TimeSpan.FromSeconds(5) : Timeout.InfiniteTimeSpan, clock, CancellationToken.None);
                _waits.Release();
                await pause;
                yield return new StreamingChatMessageContent(AuthorRole.Assistant, "well ");
            }
        }
    }
}
