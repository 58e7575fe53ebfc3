using Akka.Actor;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Bench;

/// <summary>What an action is to one of the trials that it serves.</summary>
internal sealed record ActionPart(string Campaign, ActionIntended Intent, IActorRef Asker);
