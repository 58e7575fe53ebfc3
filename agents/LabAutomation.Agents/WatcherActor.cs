using Akka.Actor;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;

namespace LabAutomation.Agents;

/// <summary>Passes what happens in the lab to code outside the actors, one notice at a time.</summary>
public sealed class WatcherActor : ReceiveActor
{
    /// <param name="onCampaign">Called after each change of a campaign; returns at once.</param>
    /// <param name="onInstrument">Called for each notice of an instrument; returns at once.</param>
    /// <param name="onRefill">Called where a person is asked to refill something; returns at once.</param>
    public WatcherActor(Action<CampaignState> onCampaign, Action<InstrumentNotice> onInstrument, Action<RefillRequested> onRefill)
    {
        Receive<RefillWanted>(wanted => onRefill(wanted.Request));
        Receive<CampaignChanged>(changed => onCampaign(changed.State));
        Receive<InstrumentNotice>(onInstrument);
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(CampaignChanged));
        Context.System.EventStream.Subscribe(Self, typeof(InstrumentNotice));
        Context.System.EventStream.Subscribe(Self, typeof(RefillWanted));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);
}
