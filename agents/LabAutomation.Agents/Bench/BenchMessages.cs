using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>What the bench and the actors of its instruments understand.</summary>
public abstract record BenchMessage
{
    private BenchMessage()
    {
    }

    /// <summary>Carry out an action once. Asking again for one that is under way changes nothing. The asker is told <see cref="ActionConcluded"/>.</summary>
    public sealed record Perform(string Campaign, ActionRequest Request) : BenchMessage;

    /// <summary>Carry out one action for several trials at once; all or none of their intents are on record. Each asker is told of its own part.</summary>
    /// <param name="Members">One or more, all of one action and one instrument, none on record.</param>
    internal sealed record PerformTogether(ImmutableArray<Member> Members) : BenchMessage;

    internal sealed record Member(string Campaign, ActionRequest Request, IActorRef Asker);

    /// <summary>Bring an action to its end early.</summary>
    public sealed record Cancel(string Instrument, ActionId Action, string Reason) : BenchMessage;

    /// <summary>Take an instrument out of Aborted, where its driver agrees.</summary>
    /// <param name="By">The person who says so; null for the lab itself, which clears nothing that was stopped.</param>
    public sealed record Clear(string Instrument, string Reason, string? By = null) : BenchMessage;

    /// <summary>Bring an instrument to its safe state, out of which only a person takes it.</summary>
    public sealed record MakeSafe(string Instrument, string Reason) : BenchMessage;

    /// <summary>Tell the asker what instruments there are.</summary>
    public sealed record GetInstruments : BenchMessage
    {
        public static readonly GetInstruments Instance = new();
    }

    /// <summary>A frame that arrived on the bus.</summary>
    /// <param name="Frame">What is in it, where whoever passes it on has read it; null where nobody has.</param>
    /// <param name="Levels">Of the topic after the instrument's; null where nobody has taken it apart.</param>
    internal sealed record Arrived(BusMessage Message, object? Frame = null, string[]? Levels = null) : BenchMessage;

    /// <summary>A person has taken the instrument out of the lab; whoever comes under its name is another.</summary>
    internal sealed record Gone : BenchMessage
    {
        public static readonly Gone Instance = new();
    }

    /// <summary>The bus came or went.</summary>
    internal sealed record Linked(bool IsConnected) : BenchMessage;

    /// <summary>An action has no answer yet: send it once more, under its id.</summary>
    internal sealed record Remind(ActionId Action) : BenchMessage;

    /// <summary>Nobody can tell whether the bus took a command.</summary>
    internal sealed record Lost(ActionId Action) : BenchMessage;

    /// <summary>The bus took a command.</summary>
    internal sealed record Sent(ActionId Action) : BenchMessage;

    /// <summary>The bus did not take a command.</summary>
    internal sealed record NotSent(ActionId Action, string Reason) : BenchMessage;

    /// <summary>A message that can be lost was lost.</summary>
    internal sealed record Undelivered(string Topic, string Reason) : BenchMessage;
}

/// <summary>The answer to <see cref="BenchMessage.Perform"/>; its end is on record when this is told.</summary>
public sealed record ActionConcluded(ActionEnded Ended, DateTimeOffset At);

/// <summary>The intent is on record and the command is about to be sent.</summary>
public sealed record ActionBegun(ActionIntended Intended, DateTimeOffset At);

/// <summary>The answer to <see cref="BenchMessage.GetInstruments"/>.</summary>
public sealed record InstrumentList(ImmutableArray<InstrumentView> Instruments);

/// <summary>An instrument as the lab knows it now.</summary>
/// <param name="Trouble">Why it was last aborted, in the driver's words.</param>
public sealed record InstrumentView(Birth Birth, bool Online, UnitState? State, ImmutableSortedDictionary<string, PropertyFrame> Properties, string? Trouble = null, bool IsStopped = false);
