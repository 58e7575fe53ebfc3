using System.Collections.Frozen;
using System.Text;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>Events to text and back, by manifest.</summary>
public static class LabEvents
{
    private static readonly Manifest[] Manifests =
    [
        Manifest.For<CampaignStarted>("campaign-started/1"),
        Manifest.For<CampaignResumed>("campaign-resumed/1"),
        Manifest.For<CampaignPaused>("campaign-paused/1"),
        Manifest.For<AbortRequested>("abort-requested/1"),
        Manifest.For<OutcomeGivenUp>("outcome-given-up/1"),
        Manifest.For<CampaignEnded>("campaign-ended/1"),
        Manifest.For<TrialProposed>("trial-proposed/1"),
        Manifest.For<TrialKnown>("trial-known/1"),
        Manifest.For<TrialStationed>("trial-stationed/1"),
        Manifest.For<TrialMeasured>("trial-measured/1"),
        Manifest.For<TrialFailed>("trial-failed/1"),
        Manifest.For<TrialAbandoned>("trial-abandoned/1"),
        Manifest.For<TrialWaits>("trial-waits/1"),
        Manifest.For<QueueChanged>("queue-changed/1"),
        Manifest.For<PauseRequested>("pause-requested/1"),
        Manifest.For<PauseWithdrawn>("pause-withdrawn/1"),
        Manifest.For<FinishRequested>("finish-requested/1"),
        Manifest.For<QueueRefused>("queue-refused/1"),
        Manifest.For<ConsumableDeclared>("consumable-declared/1"),
        Manifest.For<ConsumableRefilled>("consumable-refilled/1"),
        Manifest.For<ConsumableCounted>("consumable-counted/1"),
        Manifest.For<RefillRequested>("refill-requested/1"),
        Manifest.For<CampaignSuspended>("campaign-suspended/1"),
        Manifest.For<CampaignContinued>("campaign-continued/1"),
        Manifest.For<SampleLost>("sample-lost/1"),
        Manifest.For<SampleTaken>("sample-taken/1"),
        Manifest.For<PlaceCleaned>("place-cleaned/1"),
        Manifest.For<ActionIntended>("action-intended/1"),
        Manifest.For<ActionEnded>("action-ended/1"),
        Manifest.For<AnalysisFailed>("analysis-failed/1"),
        Manifest.For<ReactionChosen>("reaction-chosen/1"),
        Manifest.For<PromptLapsed>("prompt-lapsed/1"),
        Manifest.For<SafeModeEntered>("safe-mode-entered/1"),
        Manifest.For<InstrumentSeen>("instrument-seen/1"),
        Manifest.For<StopsCleared>("stops-cleared/1"),
        Manifest.For<ModelSeen>("model-seen/1"),
        Manifest.For<InstrumentChanged>("instrument-changed/1"),
        Manifest.For<BreakerChanged>("breaker-changed/1"),
        Manifest.For<InstrumentSaid>("instrument-said/1"),
        Manifest.For<ApprovalRequested>("approval-requested/1"),
        Manifest.For<ApprovalGiven>("approval-given/1"),
        Manifest.For<ApprovalRefused>("approval-refused/1"),
        Manifest.For<ApprovalUsed>("approval-used/1"),
        Manifest.For<ConversationBegun>("conversation-begun/1"),
        Manifest.For<ModelAsked>("model-asked/1"),
        Manifest.For<ModelAnswered>("model-answered/1"),
        Manifest.For<ModelFailed>("model-failed/1"),
        Manifest.For<ToolCalled>("tool-called/1"),
        Manifest.For<CallsDenied>("calls-denied/1"),
        Manifest.For<ToolAnswered>("tool-answered/1"),
        Manifest.For<MessagePassed>("message-passed/1"),
        Manifest.For<ClientConnected>("client-connected/1"),
        Manifest.For<PolicyChanged>("policy-changed/1"),
        Manifest.For<DraftWritten>("draft-written/1"),
        Manifest.For<DraftJudged>("draft-judged/1"),
        Manifest.For<ConversationEnded>("conversation-ended/1"),
        Manifest.For<CampaignAuthorised>("campaign-authorised/1"),
    ];

    private static readonly FrozenDictionary<Type, Manifest> ByType = Manifests.ToFrozenDictionary(manifest => manifest.Type);
    private static readonly FrozenDictionary<string, Manifest> ByName = Manifests.ToFrozenDictionary(manifest => manifest.Name);

    /// <summary>The manifest under which an event is stored.</summary>
    public static string ManifestOf(LabEvent happened) => ByType[happened.GetType()].Name;

    internal static string ManifestOf<T>() where T : LabEvent => ByType[typeof(T)].Name;

    /// <summary>The event as it stands on record, a JSON object.</summary>
    public static string Write(LabEvent happened) => Encoding.UTF8.GetString(ByType[happened.GetType()].Encode(happened));

    /// <exception cref="LedgerException">The manifest is not known, or the body is not what it says.</exception>
    internal static LabEvent Read(string manifest, string body)
    {
        if (!ByName.TryGetValue(manifest, out var known)) throw new LedgerException($"event '{manifest}' is not known to this version");
        try
        {
            return known.Decode(Encoding.UTF8.GetBytes(body));
        }
        catch (FrameException error)
        {
            throw new LedgerException($"event '{manifest}' cannot be read: {error.Message}", error);
        }
    }

    private sealed record Manifest(string Name, Type Type, Func<LabEvent, byte[]> Encode, Func<byte[], LabEvent> Decode)
    {
        public static Manifest For<T>(string name) where T : LabEvent =>
            new(name, typeof(T), happened => FrameCodec.Encode((T)happened), body => FrameCodec.Decode<T>(body));
    }
}
