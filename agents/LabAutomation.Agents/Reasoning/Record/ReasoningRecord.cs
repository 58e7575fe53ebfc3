using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>One conversation on its ledger. What it writes is durable when it returns; what it notes is on record in its order, and durable with the next that is written.</summary>
public sealed class ReasoningRecord
{
    /// <summary>Calls that were denied and are told one by one; a conversation has few of them unless it is meant to fill the disk.</summary>
    public const int MostDenied = 1000;

    private readonly Lock _lock = new();
    private readonly Tally _denied = new(MostDenied, together: 1000);
    private (string Agent, string Reason) _lastDenied;
    private readonly Ledger _ledger;
    private readonly Dictionary<int, DraftWritten> _drafts;
    private readonly Dictionary<int, DraftJudged> _judged = [];
    private readonly int _firstDraft;

    private ReasoningRecord(Ledger ledger, string conversation, Dictionary<int, DraftWritten> drafts)
    {
        (_ledger, Conversation, _drafts) = (ledger, conversation, drafts);
        _firstDraft = drafts.Count == 0 ? 1 : drafts.Keys.Max() + 1;
    }

    /// <summary>Such as <c>ask-3</c>.</summary>
    public string Conversation { get; }

    /// <summary>Begins the next conversation of a kind.</summary>
    public static ReasoningRecord Begin(Ledger ledger, ConversationBegun begun)
    {
        var taken = ledger.Campaigns().ToHashSet(StringComparer.Ordinal);
        var conversation = Enumerable.Range(1, int.MaxValue).Select(number => string.Create(CultureInfo.InvariantCulture, $"{begun.Kind}-{number}")).First(id => !taken.Contains(id));
        var drafts = ledger.Read().Select(entry => entry.Event).OfType<DraftWritten>().ToDictionary(draft => draft.Draft);
        ledger.Append(conversation, [begun]);
        return new ReasoningRecord(ledger, conversation, drafts);
    }

    /// <returns>The number of the entry.</returns>
    public long Write(LabEvent happened)
    {
        lock (_lock)
        {
            TellDenied();
            return _ledger.Append(Conversation, [happened])[0].Seq;
        }
    }

    /// <summary>For what has no effect, so that nothing has to wait for the disk.</summary>
    public void Note(LabEvent happened)
    {
        lock (_lock)
        {
            TellDenied();
            _ledger.Note(Conversation, happened);
        }
    }

    /// <summary>A call that was denied. The first <see cref="MostDenied"/> are noted one by one; of those beyond it is told how many they were, before anything else is written.</summary>
    public void NoteDenied(ToolCalled called, ToolAnswered answered)
    {
        lock (_lock)
        {
            _lastDenied = (called.Agent, called.Reason);
            if (_denied.Add())
            {
                _ledger.Note(Conversation, called);
                _ledger.Note(Conversation, answered);
            }
            else if (_denied.IsDue)
            {
                TellDenied();
            }
        }
    }

    /// <summary>Writes the next draft down.</summary>
    public DraftWritten Write(Func<int, DraftWritten> draft)
    {
        lock (_lock)
        {
            var written = draft(_drafts.Count == 0 ? 1 : _drafts.Keys.Max() + 1);
            Write(written);
            _drafts.Add(written.Draft, written);
            return written;
        }
    }

    /// <summary>Writes a judgement down; the last one on a draft counts.</summary>
    public void Write(DraftJudged judged)
    {
        lock (_lock)
        {
            Write((LabEvent)judged);
            _judged[judged.Draft] = judged;
        }
    }

    /// <summary>The last draft of this conversation; null where there is none yet.</summary>
    public DraftWritten? LastDraft
    {
        get
        {
            lock (_lock) return _drafts.Values.Where(draft => draft.Draft >= _firstDraft).MaxBy(draft => draft.Draft);
        }
    }

    /// <summary>What was said of a draft in this conversation; null where nothing was.</summary>
    public DraftJudged? JudgementOf(int draft)
    {
        lock (_lock) return _judged.GetValueOrDefault(draft);
    }

    /// <summary>Of any conversation of this lab; null where there is none of that number.</summary>
    public DraftWritten? Draft(int number)
    {
        lock (_lock) return _drafts.GetValueOrDefault(number);
    }

    /// <summary>Of the names that a campaign on record has given: of itself, its parameters and results. What an agent began is as untrusted as the draft that it was.</summary>
    /// <param name="entries">Of a campaign; the first is its start.</param>
    public Label LabelOf(IReadOnlyList<LedgerEntry> entries) => LabelOf(((CampaignStarted)entries[0].Event).Sha256)
        ?? (entries.Any(entry => entry.Event is CampaignAuthorised) ? Label.Untrusted : Label.Trusted);

    private void TellDenied()
    {
        if (_denied.Take() is > 0 and var count) _ledger.Note(Conversation, new CallsDenied(_lastDenied.Agent, count, _lastDenied.Reason));
    }

    /// <summary>The worst label under which this very text was ever written down; null where it is none of the lab's drafts.</summary>
    public Label? LabelOf(string sha256)
    {
        lock (_lock)
        {
            var same = _drafts.Values.Where(draft => draft.Sha256 == sha256).Select(draft => draft.Label).ToArray();
            return same.Length == 0 ? null : same.Max();
        }
    }
}
