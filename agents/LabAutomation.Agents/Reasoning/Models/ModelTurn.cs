using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Records;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// One agent's conversation with its model: a question is asked, the calls that the model wants go through the gate, and so on until it answers. Every round is on
/// record before it is sent and after it has come. Not thread-safe: the agent takes one question after the other.
/// </summary>
internal sealed class ModelTurn
{
    /// <summary>So many calls in a row of which none may be made, and the model is not going to find its way.</summary>
    private const int MostRefusals = 8;

    /// <summary>Answers to calls that a model wants at once; no honest one wants more.</summary>
    private const int MostCallsAtOnce = 16;

    private readonly ChatHistory _history = [];
    private readonly List<SpokenText> _unrecorded = [];
    private readonly List<LabEvent> _written = [];
    private readonly ReasoningAgent _agent;
    private readonly Action<ReasoningNotice> _show;
    private readonly KernelFunction[] _functions;
    private readonly int _offered;
    private int _round;

    public ModelTurn(ReasoningAgent agent, Action<ReasoningNotice> show)
    {
        (_agent, _show) = (agent, show);
        LabTool[] tools = [.. agent.Gate.Of(agent.Role.Name)];
        (_functions, _offered) = ([.. tools.Select(Function)], tools.Sum(TokenEstimate.LettersOf));
        Say("system", agent.Role.Instructions, Label.Trusted);
    }

    private string Name => _agent.Role.Name;

    /// <summary>What the agent has written down since this was last taken, also where it came to no answer.</summary>
    public ImmutableArray<LabEvent> TakeWritten()
    {
        ImmutableArray<LabEvent> written = [.. _written];
        _written.Clear();
        return written;
    }

    /// <summary>Asks until the model answers without wanting more calls.</summary>
    /// <exception cref="ReasoningException">It does not come to an answer; the message is for the person.</exception>
    public async Task<(string Text, Label Label)> AskAsync(string text, Label label, TurnDeadline deadline, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        _agent.Account.Saw(label);
        Say("user", _agent.Secrets.Without(text), label);
        var refusals = 0;
        try
        {
            while (true)
            {
                var answer = await RoundAsync(deadline, either.Token);
                if (answer.Calls.IsEmpty) return (answer.Text, _agent.Account.Label);
                foreach (var call in answer.Calls)
                {
                    var reply = await _agent.Gate.CallAsync(_agent.Account, call.Call, call.Tool, call.Arguments, either.Token);
                    if (reply.Result.Written is { } written) _written.Add(written);
                    _show(new ReasoningNotice.Called(Name, call, reply.Verdict, reply.Result, reply.Approval?.Request));
                    _history.Result(call, reply.Result.Text);
                    refusals = reply.Verdict is Verdict.Denied ? refusals + 1 : 0;
                }

                if (refusals >= MostRefusals) throw new ReasoningException($"the {Name} asked {refusals} times in a row for what it may not have, and was stopped");
            }
        }
        catch (OperationCanceledException) when (deadline.IsOver && !cancellation.IsCancellationRequested)
        {
            throw new ReasoningException(FormattableString.Invariant($"the {Name} came to no answer within {_agent.Deadlines.Turn.TotalSeconds:0.#} s (Reasoning:Deadline)"));
        }
        finally
        {
            _history.Mend();
        }
    }

    private async Task<ModelAnswered> RoundAsync(TurnDeadline deadline, CancellationToken cancellation)
    {
        if (_agent.Gate.Policy.JudgeRound(Name, _agent.Account.Spent) is Verdict.Denied denied) throw new ReasoningException(denied.Reason);
        var round = ++_round;
        var names = _functions.Select(function => function.Name).ToImmutableArray();
        _agent.Record.Write(new ModelAsked(Name, round, _agent.Choice.Model, _agent.Choice.Place, names, [.. _unrecorded], HistoryHash.Of(_history)));
        _unrecorded.Clear();
        var began = _agent.Clock.GetTimestamp();
        var stream = new ModelStream(_agent, deadline, _show);
        double? paid = null;
        try
        {
            var streamed = await stream.ReadAsync(_history, Settings(), _offered, cancellation);
            var calls = streamed.Calls.Take(MostCallsAtOnce).Select(call => new WantedCall(_agent.Account.NextCall(), Cut(_agent.Secrets.Without(call.FunctionName)), Arguments(call))).ToImmutableArray();
            var unmade = stream.Unmade + streamed.Calls.Count - calls.Length;
            var answered = new ModelAnswered(
                Name, round, streamed.Version, streamed.Text, calls, streamed.Finish, stream.InputTokens, stream.OutputTokens, Pay(), _agent.Clock.GetElapsedTime(began).TotalMilliseconds, stream.IsEstimated, unmade);
            _agent.Record.Write(answered);
            if (unmade > 0) _show(new ReasoningNotice.Told(Name, $"the {Name} wants {MostCallsAtOnce + unmade} calls at once; {MostCallsAtOnce} of them are made"));
            _history.Answer(answered);
            return answered;
        }
        catch (Exception error)
        {
            var reason = _agent.Secrets.Without(ModelFault.Words(error, Name, _agent.Choice, _agent.Secrets));
            _agent.Record.Write(new ModelFailed(Name, round, reason, stream.InputTokens, stream.OutputTokens, Pay(), _agent.Clock.GetElapsedTime(began).TotalMilliseconds, stream.IsEstimated));
            if (error is OperationCanceledException) throw;
            throw new ReasoningException(reason, error);
        }

        // What broke off was paid for as well, and once.
        double Pay()
        {
            if (paid is { } already) return already;
            var cost = _agent.Choice.Cost(stream.InputTokens, stream.OutputTokens);
            _agent.Account.Spend(new Outlay(Money: cost));
            paid = cost;
            return cost;
        }
    }

    private void Say(string speaker, string text, Label label)
    {
        _unrecorded.Add(new SpokenText(speaker, text, label));
        _history.Say(speaker, text);
    }

    private static string Cut(string name) => name.Length <= ToolGate.MostName ? name : name[..ToolGate.MostName];

    private PromptExecutionSettings Settings() => new()
    {
        FunctionChoiceBehavior = _functions.Length == 0 ? null : FunctionChoiceBehavior.Auto(_functions, autoInvoke: false),
    };

    private KernelFunction Function(LabTool tool) => KernelFunctionFactory.CreateFromMethod(
        async (KernelArguments arguments, CancellationToken cancellation) =>
            (await _agent.Gate.CallAsync(_agent.Account, _agent.Account.NextCall(), tool.Name, Texts(arguments), cancellation)).Result.Text,
        new KernelFunctionFromMethodOptions
        {
            FunctionName = tool.Name,
            Description = tool.Summary,
            Parameters = tool.Parameters.Select(parameter => new KernelParameterMetadata(parameter.Name)
            {
                Description = parameter.Summary,
                ParameterType = parameter.Kind is ToolValue.Number ? typeof(int) : typeof(string),
                IsRequired = parameter.IsRequired,
            }),
        });

    private ImmutableSortedDictionary<string, string>? Arguments(FunctionCallContent call) =>
        call.Exception is null && call.Arguments is { } arguments ? Texts(arguments) : call.Exception is null ? ImmutableSortedDictionary<string, string>.Empty : null;

    /// <summary>What is null was not given.</summary>
    private ImmutableSortedDictionary<string, string> Texts(KernelArguments arguments)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments)
            if (value is not null) texts[_agent.Secrets.Without(name)] = _agent.Secrets.Without(value as string ?? JsonSerializer.Serialize(value));
        return texts.ToImmutable();
    }
}
