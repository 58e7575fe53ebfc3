using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// From a goal to a campaign: the planner writes a draft, the critic judges it, the planner mends it, the virtual lab forecasts it. It ends with what there is: a critic that
/// does not answer, time that is over, or a forecast that cannot be made, takes nothing from a draft that is valid.
/// </summary>
internal sealed class PlanningActor : ReceiveActor
{
    /// <summary>Objections of the critic that the planner is asked to meet; what is left is told to the person.</summary>
    private const int MostRevisions = 2;

    /// <summary>So many times the deadline of a question is the time that all questions of a plan have together.</summary>
    public const int Questions = 3;

    private readonly CancellationTokenSource _stopping = new();
    private readonly IActorRef _planner;
    private readonly IActorRef _critic;
    private readonly ToolGate _gate;
    private readonly Account _account;
    private readonly Deadlines _deadlines;
    private readonly TimeProvider _clock;
    private readonly Action<ReasoningNotice> _show;
    private IActorRef _asker = ActorRefs.Nobody;
    private readonly Dictionary<int, DraftJudged> _judged = [];
    private DraftWritten? _draft;
    private string _goal = "";
    private string _words = "";
    private int _revisions;
    private bool _isReminded;
    private bool _isConcluding;
    private ITimer? _time;

    /// <param name="account">Of the planner, in whose role and by whose budget it makes calls of its own.</param>
    public PlanningActor(IActorRef planner, IActorRef critic, ToolGate gate, Account account, Deadlines deadlines, TimeProvider clock, Action<ReasoningNotice> show)
    {
        (_planner, _critic, _gate, _account, _deadlines, _clock, _show) = (planner, critic, gate, account, deadlines, clock, show);
        Receive<ReasoningMessage.Plan>(plan =>
        {
            var self = Self;
            (_asker, _goal, _time) = (Sender, plan.Goal, clock.CreateTimer(_ => self.Tell(TimeIsOver.Instance), null, deadlines.Turn * Questions, Timeout.InfiniteTimeSpan));
            _planner.Tell(new ReasoningMessage.Ask("person", $"The goal: {plan.Goal}", Label.Trusted));
        });
        Receive<TimeIsOver>(_ => OnTimeIsOver());
        Receive<ReasoningMessage>(late => _isConcluding && late is not ReasoningMessage.Planned, _ => { });
        Receive<ReasoningMessage.Answered>(answered => answered.Role == ReasoningRole.Planner.Name, answered =>
        {
            _words = answered.Text;
            Note(answered);
            OnDraft(null);
        });
        Receive<ReasoningMessage.Failed>(failed => failed.Role == ReasoningRole.Planner.Name, failed =>
        {
            Note(failed);
            OnDraft(failed);
        });
        Receive<ReasoningMessage.Answered>(answered =>
        {
            Note(answered);
            OnJudged();
        });
        Receive<ReasoningMessage.Failed>(failed =>
        {
            Note(failed);
            _show(new ReasoningNotice.Told(failed.Role, $"{failed.Reason}; the draft goes on without it"));
            Conclude();
        });
        Receive<ReasoningMessage.Planned>(planned => _asker.Tell(planned));
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _time?.Dispose();
    }

    private void OnTimeIsOver()
    {
        if (_isConcluding) return;
        var over = FormattableString.Invariant($"the agents had {(_deadlines.Turn * Questions).TotalSeconds:0.#} s together for the plan ({Questions} times Reasoning:Deadline)");
        if (_draft is null)
        {
            _isConcluding = true;
            _asker.Tell(new ReasoningMessage.Failed(ReasoningRole.Planner.Name, $"{over}, and there is no valid campaign"));
            return;
        }

        _show(new ReasoningNotice.Told(ReasoningRole.Planner.Name, $"{over}; the last draft goes on"));
        Conclude();
    }

    /// <summary>What the others have written down is known by what they say.</summary>
    private void Note(ReasoningMessage message)
    {
        foreach (var written in message.Written)
        {
            if (written is DraftWritten draft) _draft = draft;
            if (written is DraftJudged judged) _judged[judged.Draft] = judged;
        }
    }

    private void OnDraft(ReasoningMessage.Failed? failed)
    {
        if (_draft is not { } draft)
        {
            if (failed is not null || _isReminded)
            {
                _isConcluding = true;
                _asker.Tell(failed ?? new ReasoningMessage.Failed(ReasoningRole.Planner.Name, $"the planner wrote no valid campaign. It said: {_words}"));
                return;
            }

            _isReminded = true;
            _planner.Tell(new ReasoningMessage.Ask("planning", "There is no draft yet. Call propose_campaign with the whole file, until it says that the draft is valid.", Label.Trusted));
            return;
        }

        if (failed is not null)
        {
            _show(new ReasoningNotice.Told(failed.Role, $"{failed.Reason}; its last draft goes on"));
            Conclude();
        }
        else if (_judged.ContainsKey(draft.Draft))
        {
            Conclude();
        }
        else
        {
            _critic.Tell(new ReasoningMessage.Ask(ReasoningRole.Planner.Name, string.Create(CultureInfo.InvariantCulture, $"Judge draft {draft.Draft}. The person's goal: {_goal}"), draft.Label));
        }
    }

    private void OnJudged()
    {
        var draft = _draft!;
        if (_judged.GetValueOrDefault(draft.Draft) is { Accepts: false } objection && _revisions < MostRevisions)
        {
            _revisions++;
            _planner.Tell(new ReasoningMessage.Ask(
                ReasoningRole.Critic.Name,
                string.Create(CultureInfo.InvariantCulture, $"The critic objects to draft {draft.Draft}:\n{objection.Objections}\nPropose a better one, or say why it should stay as it is."),
                objection.Label));
            return;
        }

        Conclude();
    }

    private void Conclude()
    {
        _isConcluding = true;
        var (draft, words) = (_draft!, _words);
        var judgement = _judged.GetValueOrDefault(draft.Draft);
        ForecastAsync(draft, words, judgement).PipeTo(Self, failure: error => new ReasoningMessage.Planned(draft, words, error.Message, HasForecast: false, judgement));
    }

    private async Task<ReasoningMessage> ForecastAsync(DraftWritten draft, string words, DraftJudged? judgement)
    {
        using var deadline = new CancellationTokenSource(_deadlines.Turn, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        var arguments = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("draft", draft.Draft.ToString(CultureInfo.InvariantCulture));
        try
        {
            var reply = await _gate.CallAsync(_account, _account.NextCall(), "simulate_campaign", arguments, either.Token);
            return new ReasoningMessage.Planned(draft, words, reply.Result.Text, !reply.Result.Failed, judgement);
        }
        catch (OperationCanceledException)
        {
            return new ReasoningMessage.Planned(draft, words, FormattableString.Invariant($"it did not come within {_deadlines.Turn.TotalSeconds:0.#} s (Reasoning:Deadline)"), HasForecast: false, judgement);
        }
    }

    private sealed class TimeIsOver
    {
        public static TimeIsOver Instance { get; } = new();
    }
}
