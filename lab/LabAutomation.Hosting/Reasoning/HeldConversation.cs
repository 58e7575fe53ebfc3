using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;

namespace LabAutomation.Hosting;

/// <summary>A conversation on record in a lab's data directory, and the gate before its tools. Others may be held beside it.</summary>
public sealed class HeldConversation : IDisposable
{
    private readonly ReasoningDirectory _hold;
    private readonly Ledger _ledger;

    private HeldConversation(ReasoningDirectory hold, Ledger ledger, ConversationSetup setup)
    {
        var policy = setup.Policy;
        (_hold, _ledger) = (hold, ledger);
        Record = ReasoningRecord.Begin(ledger, new ConversationBegun(setup.Kind, setup.Person, policy().Envelope.Sha256, Software.Versions, policy().Sha256), new OtherConversations(() => hold.Others, hold.Turn, setup.Clock), hold.Place);
        Gate = new ToolGate(policy, LabTools.Of(Record, setup.View, policy), Record, new ApprovalBook(ReasoningDirectory.ApprovalsIn(setup.DataDirectory), setup.Clock), setup.Secrets, setup.Clock);
    }

    public ReasoningRecord Record { get; }

    public ToolGate Gate { get; }

    /// <exception cref="LabException">Too many conversations are held there, or the folder cannot be written.</exception>
    /// <exception cref="LedgerException">The record cannot be opened.</exception>
    public static HeldConversation Open(ConversationSetup setup)
    {
        var hold = ReasoningDirectory.Hold(setup.DataDirectory);
        Ledger? ledger = null;
        try
        {
            ledger = Ledger.Open(hold.Conversations, setup.Clock);
            return new HeldConversation(hold, ledger, setup);
        }
        catch
        {
            ledger?.Dispose();
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Puts the end on record and lets go of the directory.</summary>
    public void Dispose()
    {
        try
        {
            Record.Write(new ConversationEnded("over"));
        }
        finally
        {
            _ledger.Dispose();
            _hold.Dispose();
        }
    }
}

/// <summary>Under what a conversation is held.</summary>
/// <param name="Kind">ask, plan, narrate or mcp.</param>
/// <param name="Person">For whom it is.</param>
/// <param name="Policy">As people have it now.</param>
/// <param name="Secrets">Taken out of everything that is said or written down.</param>
/// <param name="Clock">The wall clock.</param>
public sealed record ConversationSetup(string Kind, string Person, Func<LabPolicy> Policy, string DataDirectory, LabView View, Secrets Secrets, TimeProvider Clock);
