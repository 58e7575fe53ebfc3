using System.Linq.Expressions;
using Akka.Actor;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Agents;

/// <summary>What all agents of a lab work with.</summary>
/// <param name="Clock">Lab time.</param>
/// <param name="Patience">The clock by which an answer is waited for: wall-clock time, except in a virtual lab.</param>
/// <param name="Stations">Where its instruments stand.</param>
/// <param name="Models">Loaded when first asked for.</param>
/// <param name="Dispatcher">Who gives the agents their turns, by the name that Akka has for it; the default where null.</param>
public sealed record LabSurroundings(ILabBus Bus, Ledger Ledger, string Site, LabStations Stations, TimeProvider Clock, TimeProvider Patience, Lazy<ModelRegistry> Models, string? Dispatcher = null)
{
    /// <summary>How an agent is made, on the dispatcher of this lab.</summary>
    public Props Props<T>(Expression<Func<T>> make)
        where T : ActorBase
    {
        var props = Akka.Actor.Props.Create(make);
        return Dispatcher is null ? props : props.WithDispatcher(Dispatcher);
    }
}
