using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>One conversation on its ledger. What it writes is durable when it returns; what it notes is on record in its order, and durable with the next that is written.</summary>
public sealed class ReasoningRecord
{
    /// <summary>Calls beyond the budget of their caller that are told one by one; a conversation has few of them unless it is meant to fill the disk.</summary>
    public const int MostBeyond = 100;

    private readonly Lock _lock = new();
    private readonly Tally _denied = new(MostBeyond, together: 1000);
    private readonly IncrementalHash _untold = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ToolCalled? _firstDenied;
    private ToolCalled? _lastDenied;
    private readonly Ledger _ledger;
    private readonly OtherConversations _others;
    private readonly Dictionary<int, DraftWritten> _drafts;

    private ReasoningRecord(Ledger ledger, string conversation, OtherConversations others, Dictionary<int, DraftWritten> drafts) => (_ledger, Conversation, _others, _drafts) = (ledger, conversation, others, drafts);

    /// <summary>Such as <c>ask-3</c>.</summary>
    public string Conversation { get; }

    /// <summary>Turns and calls whose end is not on record yet.</summary>
    internal WorkUnderWay UnderWay { get; } = new();

    /// <summary>Waits until what was cut off is on record, so that the conversation can be ended.</summary>
    /// <param name="patience">Longest wait: what does not mind that it was cut off holds nobody.</param>
    /// <param name="clock">The wall clock.</param>
    public async Task AtRestAsync(TimeSpan patience, TimeProvider clock)
    {
        try
        {
            await UnderWay.AtRestAsync().WaitAsync(patience, clock);
        }
        catch (TimeoutException)
        {
            // The end that is written then tells that it was not waited for.
        }
    }

    /// <summary>Begins the next conversation of a kind.</summary>
    /// <param name="others">Conversations of the same lab on other records; null where there are none.</param>
    /// <param name="place">Of the record among those of the lab, from 1: conversations of another than the first have it in their name.</param>
    public static ReasoningRecord Begin(Ledger ledger, ConversationBegun begun, OtherConversations? others = null, int place = 1)
    {
        var taken = ledger.Campaigns().ToHashSet(StringComparer.Ordinal);
        var kind = place == 1 ? $"{begun.Kind}-" : string.Create(CultureInfo.InvariantCulture, $"{begun.Kind}-{place}.");
        var conversation = Enumerable.Range(1, int.MaxValue).Select(number => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}")).First(id => !taken.Contains(id));
        var drafts = ledger.Read().Select(entry => entry.Event).OfType<DraftWritten>().ToDictionary(draft => draft.Draft);
        ledger.Append(conversation, [begun]);
        return new ReasoningRecord(ledger, conversation, others ?? OtherConversations.None, drafts);
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

    /// <summary>
    /// A call that was denied. Those within the budget of their caller are noted one by one, and the first <see cref="MostBeyond"/> beyond it; of those that follow it is told how many
    /// they were, and what by a hash, before anything else is written.
    /// </summary>
    /// <param name="isBeyond">Whether the caller had no call left.</param>
    public void NoteDenied(ToolCalled called, ToolAnswered answered, bool isBeyond)
    {
        lock (_lock)
        {
            if (!isBeyond || _denied.Add())
            {
                _ledger.Note(Conversation, called);
                _ledger.Note(Conversation, answered);
                return;
            }

            (_firstDenied, _lastDenied) = (_firstDenied ?? called, called);
            var text = Encoding.UTF8.GetBytes(LabEvents.Write(called));
            _untold.AppendData(BitConverter.GetBytes(text.Length));
            _untold.AppendData(text);
            if (_denied.IsDue) TellDenied();
        }
    }

    /// <summary>Writes the next draft of the lab down.</summary>
    /// <param name="draft">Makes it of its number; called when nobody else writes one down.</param>
    /// <exception cref="LedgerException">It cannot be written, or the other records cannot be read.</exception>
    public async Task<DraftWritten> WriteAsync(Func<int, DraftWritten> draft, CancellationToken cancellation = default)
    {
        using var turn = await _others.TurnAsync(cancellation);
        lock (_lock)
        {
            var written = draft(_drafts.Keys.Concat(_others.Drafts().Select(one => one.Draft)).DefaultIfEmpty().Max() + 1);
            Write(written);
            _drafts.Add(written.Draft, written);
            return written;
        }
    }

    /// <summary>Of any conversation of this lab; null where there is none of that number.</summary>
    public DraftWritten? Draft(int number)
    {
        lock (_lock) return _drafts.GetValueOrDefault(number) ?? _others.Drafts().FirstOrDefault(draft => draft.Draft == number);
    }

    /// <summary>Of the names that a campaign on record has given: of itself, its parameters and results. What an agent began is as untrusted as the draft that it was, and a file as it says itself.</summary>
    /// <param name="entries">Of a campaign; the first is its start.</param>
    public Label LabelOf(IReadOnlyList<LedgerEntry> entries) => (CampaignStarted)entries[0].Event is { IsUntrusted: false } started
        ? LabelOf(started.Sha256) ?? (entries.Any(entry => entry.Event is CampaignAuthorised) ? Label.Untrusted : Label.Trusted)
        : Label.Untrusted;

    private void TellDenied()
    {
        if (_denied.Take() is not (> 0 and var count)) return;
        var (first, last) = (_firstDenied!, _lastDenied!);
        _firstDenied = null;
        _ledger.Note(Conversation, new CallsDenied(last.Agent, count, last.Reason, first.Call, last.Call, Convert.ToHexStringLower(_untold.GetHashAndReset())));
    }

    /// <summary>The worst label under which this very text was ever written down; null where it is none of the lab's drafts.</summary>
    public Label? LabelOf(string sha256)
    {
        lock (_lock)
        {
            var same = _drafts.Values.Concat(_others.Drafts()).Where(draft => draft.Sha256 == sha256).Select(draft => draft.Label).ToArray();
            return same.Length == 0 ? null : same.Max();
        }
    }
}
