using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>One agent: it answers one question after the other, each within its deadline, and knows others by their messages alone.</summary>
internal sealed class ReasoningActor : ReceiveActor, IWithStash
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ReasoningAgent _agent;
    private readonly ModelTurn _turn;
    private readonly Func<Ledger?> _ledger;
    private readonly Action<ReasoningNotice> _show;

    /// <param name="ledger">The lab's record, against which it is held what the agent claims.</param>
    /// <param name="show">For whoever watches; called from any thread, and returns at once.</param>
    public ReasoningActor(ReasoningAgent agent, Func<Ledger?> ledger, Action<ReasoningNotice> show)
    {
        (_agent, _ledger, _show, _turn) = (agent, ledger, show, new ModelTurn(agent, show));
        Idle();
    }

    public IStash Stash { get; set; } = null!;

    protected override void PostStop() => _stopping.Cancel();

    private void Idle() => Receive<ReasoningMessage.Ask>(ask =>
    {
        var (self, asker) = (Self, Sender);
        AnswerAsync(ask).PipeTo(
            self,
            success: reply => new Ended(asker, reply with { Written = _turn.TakeWritten() }),
            failure: error => new Ended(asker, new ReasoningMessage.Failed(_agent.Role.Name, Words(error)) { Written = _turn.TakeWritten() }));
        Become(Busy);
    });

    private void Busy()
    {
        Receive<ReasoningMessage.Ask>(_ => Stash.Stash());
        Receive<Ended>(ended =>
        {
            ended.Asker.Tell(ended.Reply);
            Become(Idle);
            Stash.UnstashAll();
        });
    }

    private async Task<ReasoningMessage> AnswerAsync(ReasoningMessage.Ask ask)
    {
        using var turn = _agent.Record.UnderWay.Begin();
        _agent.Record.Write(new MessagePassed(ask.From, _agent.Role.Name, _agent.Secrets.Without(ask.Text), ask.Label));
        using var deadline = new TurnDeadline(_agent.Deadlines.Turn, _agent.Clock);
        var (text, label) = await _turn.AskAsync(ask.Text, ask.Label, deadline, _stopping.Token);
        var doubts = Doubts(text, deadline);
        if (doubts.Count > 0 && !deadline.IsOver)
        {
            try
            {
                (text, label) = await _turn.AskAsync($"The record does not bear these sentences out. Answer once more, and correct them or leave them out:\n{string.Join('\n', doubts)}", label, deadline, _stopping.Token);
                doubts = Doubts(text, deadline);
            }
            catch (ReasoningException error)
            {
                _show(new ReasoningNotice.Told(_agent.Role.Name, $"{error.Message}; the {_agent.Role.Name}'s first answer stays as it was"));
            }
        }

        _agent.Record.Write(new MessagePassed(_agent.Role.Name, ask.From, text, label));
        return new ReasoningMessage.Answered(_agent.Role.Name, text, label, [.. doubts]);
    }

    private IReadOnlyList<string> Doubts(string text, TurnDeadline deadline)
    {
        if (!_agent.Role.Cites) return [];
        using var ledger = _ledger();
        try
        {
            return Citations.Doubts(text, (ledger?.Read() ?? []).ToImmutableDictionary(entry => entry.Seq), deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return [FormattableString.Invariant($"there was no time to hold all of it against the record within {_agent.Deadlines.Turn.TotalSeconds:0.#} s (Reasoning:Deadline)")];
        }
    }

    private string Words(Exception error)
    {
        var root = error is AggregateException { InnerExceptions: [var only] } ? only : error;
        return root switch
        {
            ReasoningException => root.Message,
            OperationCanceledException => $"the {_agent.Role.Name} was stopped",
            _ => _agent.Secrets.Without($"the {_agent.Role.Name} failed: {root.Message}"),
        };
    }

    private sealed record Ended(IActorRef Asker, ReasoningMessage Reply);
}
