using System.Diagnostics.CodeAnalysis;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Answers commands: known ones with the answer they had, others with acceptance or a refusal that is in the journal before it is given.
/// What the journal does not take gets no answer: one that nobody remembers would be another one after a restart. No device byte is sent from here.
/// </summary>
internal sealed class CommandReception(InstrumentTopics topics, string schemaHash, CommandTable table, InstrumentJournal journal, Bulletin bulletin, TimeProvider clock, InstrumentLock held)
{
    /// <summary>Expiries are whole seconds, so that what has none left has hardly more time than that.</summary>
    private static readonly TimeSpan LastSecond = TimeSpan.FromSeconds(2);

    private readonly string _instrument = topics.Instrument;

    /// <summary>Whether it was told that the journal takes nothing, which is told once for as long as that lasts.</summary>
    private bool _isHeldUp;

    /// <param name="closed">Why the unit takes no commands now, if it does not.</param>
    /// <returns>An accepted action that is to wait for its turn, if it does not wait already; or null.</returns>
    public JournalEntry? Take(BusMessage message, Refusal? closed)
    {
        CommandMessage command;
        try
        {
            command = CommandMessage.Read(message);
        }
        catch (FrameException error)
        {
            RefuseUnread(message, error.Message);
            return null;
        }

        if (!IsReplyTopic(command.ResponseTopic))
        {
            bulletin.Event("command_refused", $"{command.Name} from {command.Source}: '{command.ResponseTopic}' is no reply topic; those begin with {Topics.Replies("CLIENT")}");
            return null;
        }

        try
        {
            return Take(command, command.ResponseTopic, closed);
        }
        catch (FrameException error)
        {
            // It can be read and not be written again: every control character of it takes six bytes in the journal.
            RefuseUnread(message, error.Message);
            return null;
        }
    }

    private JournalEntry? Take(CommandMessage command, string answerTo, Refusal? closed)
    {
        JournalEntry? known;
        try
        {
            known = journal.Find(command.Action);
            if (known is not null) return Replay(known, command, answerTo) ? known : null;
        }
        catch (JournalException error)
        {
            return HeldUp(error);
        }

        try
        {
            var reply = Judge(command, closed);
            var entry = journal.Answer(command.Action, command.Name, command.Frame, reply, command.LockToken);
            _isHeldUp = false;
            if (reply.Status == ActionStatus.Accepted) bulletin.Status(command.Action, ActionStatus.Accepted, 0, null, "accepted");
            bulletin.Reply(answerTo, reply, command.TraceParent);
            return reply.Status == ActionStatus.Accepted ? entry : null;
        }
        catch (JournalException error)
        {
            return HeldUp(error);
        }
    }

    /// <summary>The caller asks again under the same id, and gets the answer that is on record then.</summary>
    private JournalEntry? HeldUp(JournalException error)
    {
        if (!_isHeldUp) bulletin.Event("journal", error.Message);
        _isHeldUp = true;
        return null;
    }

    private ReplyFrame Judge(CommandMessage command, Refusal? closed)
    {
        var now = clock.GetUtcNow();
        if (command.SchemaHash is { } hash && hash != schemaHash)
            return Refuse(new Refusal(CauseCode.InvalidCommand, $"the caller knows other commands of this instrument (schema {hash[..Math.Min(8, hash.Length)]}…, here {schemaHash[..8]}…); it must read the birth again"));
        if (!table.TryResolve(command.Action, command.Name, command.Frame.Arguments, out _, out var refusal)) return Refuse(refusal);
        if (held.Against(command.LockToken) is { } locked) return Refuse(locked);
        if (now > command.Frame.Deadline)
            return new ReplyFrame(command.Action, ActionStatus.Expired, CauseCode.Unachievable, $"the deadline was {command.Frame.Deadline:O} and it is {now:O}", now);
        if (!command.Expires)
        {
            bulletin.Event("command_refused", $"{command.Name} from {command.Source} has no message expiry");
            return command.Frame.Deadline - now > LastSecond
                ? Refuse(new Refusal(CauseCode.InvalidCommand, "a command needs a message expiry"))
                : new ReplyFrame(command.Action, ActionStatus.Expired, CauseCode.Unachievable, $"its message expiry was over as it came, and the deadline, {command.Frame.Deadline:O}, all but so", now);
        }

        if (command.Frame.Deadline <= journal.ForgottenUntil)
            return new ReplyFrame(command.Action, ActionStatus.Expired, CauseCode.Unachievable, $"actions with deadlines up to {journal.ForgottenUntil:O} were forgotten, so whether this one was done cannot be told; a new action has a later deadline", now);
        return closed is null ? new ReplyFrame(command.Action, ActionStatus.Accepted, CauseCode.Success, "accepted", now) : Refuse(closed);

        ReplyFrame Refuse(Refusal why) => new(command.Action, ActionStatus.Failed, why.Cause, ForeignText.Cut(why.Message), now);
    }

    /// <returns>Whether it has not been started, so that it may not be waiting where it should.</returns>
    private bool Replay(JournalEntry known, CommandMessage command, string answerTo)
    {
        if (known.Hash != PayloadHash.Of(_instrument, command.Name, command.Frame))
        {
            var text = $"action {command.Action} is known here as another command ({known.Command} of {known.Instrument}); every action needs its own id";
            bulletin.Reply(answerTo, new ReplyFrame(command.Action, ActionStatus.Failed, CauseCode.InvalidCommand, text, clock.GetUtcNow()), command.TraceParent);
            return false;
        }

        bulletin.Reply(answerTo, known.Reply, command.TraceParent);
        if (known.Result is { } result) bulletin.Result(result, journal.Data(known.Action), known.Progress, retain: known.Phase == JournalPhase.Ended, again: true);
        return known.Phase == JournalPhase.Accepted;
    }

    private void RefuseUnread(BusMessage message, string why)
    {
        bulletin.Event("command_refused", why);
        if (message.Retain || !IsReplyTopic(message.ResponseTopic) || message.CorrelationData.Length != 16) return;
        bulletin.Reply(message.ResponseTopic, new ReplyFrame(ActionId.FromBytes(message.CorrelationData.Span), ActionStatus.Failed, CauseCode.InvalidCommand, why, clock.GetUtcNow()));
    }

    /// <summary>Whether an answer may be sent there.</summary>
    public static bool IsReplyTopic([NotNullWhen(true)] string? topic) =>
        topic is not null && topic.Split('/') is ["lab", "1", "clients", _, "reply", ..] && !topic.AsSpan().ContainsAny('+', '#');
}
