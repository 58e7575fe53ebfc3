using System.ClientModel;
using System.Globalization;
using System.Text;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI.Chat;

namespace LabAutomation.Agents.Reasoning;

/// <summary>A model's answer in pieces, put together. Silence, endless talk and answers that break off end in an error.</summary>
internal sealed class ModelStream(ReasoningAgent agent, TurnDeadline deadline, Action<ReasoningNotice> show)
{
    /// <summary>Letters of an answer, a refusal, and the names and arguments of calls.</summary>
    private const int MostText = 60_000;

    private const int MostVersion = 200;

    /// <summary>How often an endpoint that is busy is asked again.</summary>
    private const int MostWaits = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private readonly StringBuilder _text = new();
    private readonly FunctionCallContentBuilder _calls = new();
    private string? _finish;
    private string? _version;
    private readonly StringBuilder _refusal = new();
    private int _letters;
    private bool _hasBegun;

    /// <summary>Whether the tokens are what they are, whoever told them.</summary>
    private bool _isTold;
    private string _unsaid = "";

    /// <summary>As the endpoint has told, or estimated.</summary>
    public int InputTokens { get; private set; }

    public int OutputTokens { get; private set; }

    /// <summary>Calls of an answer on record that were not made then.</summary>
    public int Unmade { get; private set; }

    /// <summary>Whether the endpoint did not tell all of them.</summary>
    public bool IsEstimated { get; private set; }

    /// <param name="offered">Letters of the tools that are offered with it.</param>
    /// <exception cref="ReasoningException">It is not an answer.</exception>
    public async Task<StreamedWords> ReadAsync(ChatHistory history, PromptExecutionSettings settings, int offered, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(history, settings, cancellation);
        }
        catch (Exception error) when (!_hasBegun && (error is ReasoningException { InnerException: { } why } ? why : error) is ClientResultException or HttpOperationException or HttpRequestException)
        {
            _isTold = true;     // nobody is paid for what was turned away
            throw;
        }
        finally
        {
            if (!_isTold) Estimate(TokenEstimate.LettersOf(history) + offered);
        }
    }

    private void Estimate(int sent)
    {
        (var input, var output, IsEstimated) = (InputTokens, OutputTokens, InputTokens == 0 || (OutputTokens == 0 && _letters > 0));
        InputTokens = input > 0 ? input : TokenEstimate.Of(sent);
        OutputTokens = output > 0 ? output : TokenEstimate.Of(_letters);
    }

    private async Task<StreamedWords> ReadAsync(ChatHistory history, PromptExecutionSettings settings, CancellationToken cancellation)
    {
        for (var wait = 1; ; wait++)
        {
            try
            {
                await PiecesAsync(history, settings, cancellation);
                break;
            }
            catch (ClientResultException busy) when (busy.Status is 429 or 503 && wait <= MostWaits)
            {
                var pause = Pause(busy, wait);
                if (pause > deadline.Left)
                    throw new ReasoningException(FormattableString.Invariant($"the endpoint of the {agent.Role.Name}'s model, {agent.Choice.Place}, is busy ({busy.Status}) for {pause.TotalSeconds:0.#} s, longer than the {Math.Max(0, deadline.Left.TotalSeconds):0.#} s that are left (Reasoning:Deadline)"), busy);
                show(new ReasoningNotice.Told(agent.Role.Name, string.Create(CultureInfo.InvariantCulture, $"the endpoint is busy ({busy.Status}); asked again in {pause.TotalSeconds:0.#} s")));
                await Task.Delay(pause, agent.Clock, cancellation);
            }
        }

        var calls = _calls.Build();
        if (_refusal.Length > 0) throw new ReasoningException($"the model of the {agent.Role.Name} refused: {_refusal}");
        if (!_hasBegun) throw new ReasoningException($"the endpoint of the {agent.Role.Name}'s model, {agent.Choice.Place}, answered what is no chat completion");
        if (_finish is null) throw new ReasoningException($"the answer of the {agent.Role.Name}'s model broke off");
        if (IsWord(_finish, "length")) throw new ReasoningException($"the answer of the {agent.Role.Name}'s model was cut off at its longest");
        if (IsWord(_finish, "contentfilter")) throw new ReasoningException($"the endpoint of the {agent.Role.Name}'s model withheld the answer (content filter)");
        if (calls.Count == 0 && string.IsNullOrWhiteSpace(_text.ToString())) throw new ReasoningException($"the model of the {agent.Role.Name} answered nothing ({_finish})");
        return new StreamedWords(agent.Secrets.Without(_text.ToString()), calls, _finish, _version ?? agent.Choice.Model);
    }

    private async Task PiecesAsync(ChatHistory history, PromptExecutionSettings settings, CancellationToken cancellation)
    {
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var watch = agent.Clock.CreateTimer(_ => Cancel(silent), null, agent.Deadlines.Silence, Timeout.InfiniteTimeSpan);
        if (agent.Line is { } line) line.Heard += Heard;
        var pieces = agent.Model.GetStreamingChatMessageContentsAsync(history, settings, null, silent.Token).GetAsyncEnumerator(silent.Token);
        try
        {
            // A stream that does not mind its token must not hold anybody either.
            while (await pieces.MoveNextAsync().AsTask().WaitAsync(silent.Token))
            {
                Heard();
                Take(pieces.Current);
            }
        }
        catch (OperationCanceledException) when (silent.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ReasoningException(FormattableString.Invariant($"the endpoint of the {agent.Role.Name}'s model, {agent.Choice.Place}, was silent for {agent.Deadlines.Silence.TotalSeconds:0.#} s (Reasoning:Silence)"));
        }
        finally
        {
            if (agent.Line is { } left) left.Heard -= Heard;
            Say("", isLast: true);
            _ = LeaveAsync(pieces);
        }

        void Heard() => watch.Change(agent.Deadlines.Silence, Timeout.InfiniteTimeSpan);
    }

    private void Take(StreamingChatMessageContent piece)
    {
        _hasBegun = true;
        if (piece.InnerContent is StreamingChatCompletionUpdate update)
        {
            _version ??= string.IsNullOrEmpty(update.Model) ? null : Cut(agent.Secrets.Without(update.Model));
            _refusal.Append(update.RefusalUpdate);
            _letters += update.RefusalUpdate?.Length ?? 0;
            if (update.FinishReason is { } finish) _finish = finish.ToString();
            if (update.Usage is { } usage) (InputTokens, OutputTokens) = (Math.Max(0, usage.InputTokenCount), Math.Max(0, usage.OutputTokenCount));
        }

        if (piece.InnerContent is ModelAnswered recorded) (_version, _finish, InputTokens, OutputTokens, IsEstimated, Unmade, _isTold) = (recorded.Version, recorded.Finish, recorded.InputTokens, recorded.OutputTokens, recorded.Estimated, recorded.Unmade, true);
        if (piece.InnerContent is ModelFailed failed) (InputTokens, OutputTokens, IsEstimated, _isTold) = (failed.InputTokens, failed.OutputTokens, failed.Estimated, true);
        _calls.Append(piece);
        _letters += (piece.Content?.Length ?? 0) + piece.Items.OfType<StreamingFunctionCallUpdateContent>().Sum(call => (call.Name?.Length ?? 0) + (call.Arguments?.Length ?? 0));
        if (_letters > MostText) throw new ReasoningException($"the model of the {agent.Role.Name} talks without end; it was stopped after {MostText} letters");
        if (string.IsNullOrEmpty(piece.Content)) return;
        _text.Append(piece.Content);
        Say(piece.Content, isLast: false);
    }

    /// <summary>What may be the beginning of a secret is not said before it is known whether it is one.</summary>
    private void Say(string piece, bool isLast)
    {
        var text = agent.Secrets.Without(_unsaid + piece);
        var held = isLast ? 0 : agent.Secrets.Begun(text);
        _unsaid = text[^held..];
        if (text.Length > held) show(new ReasoningNotice.Said(agent.Role.Name, text[..^held]));
    }

    private static TimeSpan Pause(ClientResultException busy, int wait) =>
        busy.GetRawResponse() is { } response && response.Headers.TryGetValue("Retry-After", out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : FirstWait * wait;

    private static string Cut(string version) => version.Length <= MostVersion ? version : version[..MostVersion];

    private static bool IsWord(string finish, string word) => finish.Replace("_", "", StringComparison.Ordinal).Equals(word, StringComparison.OrdinalIgnoreCase);

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The last piece came at the same moment.
        }
    }

    /// <summary>An enumerator that still waits cannot be disposed of; its connection ends with its token.</summary>
    private static async Task LeaveAsync(IAsyncEnumerator<StreamingChatMessageContent> pieces)
    {
        try
        {
            await pieces.DisposeAsync();
        }
        catch (Exception error) when (error is NotSupportedException or OperationCanceledException or IOException)
        {
            // It was still waiting.
        }
    }
}

/// <param name="Version">The model as the endpoint names it.</param>
internal sealed record StreamedWords(string Text, IReadOnlyList<FunctionCallContent> Calls, string Finish, string Version);
