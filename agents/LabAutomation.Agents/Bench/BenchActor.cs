using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>The lab's instruments as the agents see them: hears the bus, and has one <see cref="InstrumentActor"/> for each.</summary>
internal sealed class BenchActor : ReceiveActor
{
    private const int MostTopics = 10_000;

    private readonly Dictionary<string, InstrumentView> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StartOrder> _starts = new(StringComparer.Ordinal);

    /// <summary>Topics taken apart, since the same come again and again; those of actions do not, and are not kept.</summary>
    private readonly Dictionary<string, (string Instrument, string[] Levels)> _topics = new(StringComparer.Ordinal);
    private readonly LabSurroundings _lab;
    private readonly ILabBus _bus;
    private readonly string _replies;

    /// <summary>A subscription outlives the actor that made it; one made before a restart must not deliver everything twice.</summary>
    private readonly CancellationTokenSource _incarnation = new();

    public BenchActor(LabSurroundings lab)
    {
        (_lab, _bus, _replies) = (lab, lab.Bus, Topics.Replies(lab.Bus.ClientId) + "/");
        Receive<BenchMessage.Perform>(perform => Instrument(perform.Request.Intent.Instrument).Forward(perform));
        Receive<BenchMessage.PerformTogether>(together => Instrument(together.Members[0].Request.Intent.Instrument).Forward(together));
        Receive<BenchMessage.Cancel>(cancel => Instrument(cancel.Instrument).Forward(cancel));
        Receive<BenchMessage.Clear>(clear => Instrument(clear.Instrument).Forward(clear));
        Receive<BenchMessage.MakeSafe>(safe => Instrument(safe.Instrument).Forward(safe));
        Receive<BenchMessage.GetInstruments>(_ => Sender.Tell(new InstrumentList([.. _views.Values.OrderBy(view => view.Birth.Instrument, StringComparer.Ordinal)])));
        Receive<BenchMessage.Linked>(linked => Everyone(linked));
        Receive<BenchMessage.Arrived>(arrived => Hear(arrived.Message));
        Receive<Status.Failure>(failure => throw new InvalidOperationException("the lab's bus refused a subscription of the agents", failure.Cause));
    }

    protected override void PreStart()
    {
        var self = Self;
        var ended = _incarnation.Token;
        void Tell(BenchMessage message)
        {
            if (!ended.IsCancellationRequested) self.Tell(message, ActorRefs.NoSender);
        }

        _bus.ConnectionChanged += connected => Tell(new BenchMessage.Linked(connected));
        string[] filters =
        [
            Topics.EveryBirth, Topics.EveryLiveness, Topics.EveryState, Topics.EveryProperty, Topics.EveryEvent,
            $"{Topics.Root}/{_lab.Site}/+/exec/#", $"{_replies}#",
        ];
        foreach (var filter in filters)
            _bus.SubscribeAsync(filter, message => Tell(new BenchMessage.Arrived(message)), CancellationToken.None).PipeTo(self);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _incarnation.Cancel();
        base.PreRestart(reason, message);
    }

    protected override void PostStop() => _incarnation.Cancel();

    /// <summary>An instrument's actor that fails has forgotten what it was asked; everybody starts again from the record.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    private IActorRef Instrument(string name)
    {
        var child = Context.Child(name);
        return child.IsNobody()
            ? Context.ActorOf(_lab.Props(() => new InstrumentActor(name, _lab)), name)
            : child;
    }

    private void Everyone(BenchMessage message)
    {
        foreach (var child in Context.GetChildren()) child.Tell(message);
    }

    private void Hear(BusMessage message)
    {
        if (message.Topic.StartsWith(_replies, StringComparison.Ordinal))
        {
            var sender = message.Topic[_replies.Length..];
            if (Topics.IsName(sender)) Instrument(sender).Tell(new BenchMessage.Arrived(message));
            return;
        }

        if (Split(message.Topic) is not var (instrument, levels)) return;
        if (message.Payload.IsEmpty)
        {
            // A person has said that it is gone for good.
            if (levels is not ["birth"] || !_views.TryGetValue(instrument, out var gone) || gone.Online) return;
            _views.Remove(instrument);
            _starts.Remove(instrument);
            Instrument(instrument).Tell(BenchMessage.Gone.Instance);
            return;
        }

        object? frame;
        try
        {
            frame = Observe(instrument, levels, message);
        }
        catch (FrameException error)
        {
            Publish(new InstrumentNotice.Misspoke(instrument, message.Topic, error.Message));
            return;
        }

        if (levels is ["birth" or "state" or "event"] or ["exec", _, ..]) Instrument(instrument).Tell(new BenchMessage.Arrived(message, frame, levels));
    }

    /// <summary>Null of a topic of no instrument of the lab.</summary>
    private (string Instrument, string[] Levels)? Split(string topic)
    {
        if (_topics.TryGetValue(topic, out var known)) return known;
        if (!Topics.TrySplit(topic, out var site, out var instrument, out var rest) || site != _lab.Site) return null;
        var split = (instrument, rest.Split('/'));
        if (split.Item2[0] != "exec" && _topics.Count < MostTopics) _topics[topic] = split;
        return split;
    }

    /// <returns>What was read.</returns>
    private object? Observe(string instrument, string[] levels, BusMessage message)
    {
        if (!_starts.TryGetValue(instrument, out var order)) order = new StartOrder();
        switch (levels)
        {
            case ["birth"]:
                var birth = FrameCodec.Decode<Birth>(message.Payload);
                _starts[instrument] = order;
                if (order.Admits(birth)) Appear(instrument, birth, order.State);
                return birth;
            case ["liveness"] when _views.TryGetValue(instrument, out var view):
                var liveness = FrameCodec.Decode<Liveness>(message.Payload);
                if (order.IsOver(liveness) || liveness.Online == view.Online) return liveness;
                _views[instrument] = view with { Online = liveness.Online };
                Publish(new InstrumentNotice.WentOnline(instrument, liveness.Online, _lab.Clock.GetUtcNow()));
                return liveness;
            case ["state"]:
                var state = FrameCodec.Decode<StateFrame>(message.Payload);
                _starts[instrument] = order;
                if (!order.Admits(state)) return state;
                if (_views[instrument].Birth.Epoch != order.Birth!.Epoch) Appear(instrument, order.Birth, state);
                else Show(instrument, state);
                return state;
            case ["prop", var name] when _views.TryGetValue(instrument, out var view):
                var value = FrameCodec.Decode<PropertyFrame>(message.Payload);
                if (view.Properties.TryGetValue(name, out var latest) && value.Seq < latest.Seq && value.At < latest.At) return value;
                _views[instrument] = view with { Properties = view.Properties.SetItem(name, value) };
                Publish(new InstrumentNotice.Showed(instrument, name, value));
                return value;
            case ["event"]:
                var said = FrameCodec.Decode<EventFrame>(message.Payload);
                if (said.Kind is "aborted" or "emergency_stop" && _views.TryGetValue(instrument, out var troubled)) _views[instrument] = troubled with { Trouble = said.Message };
                Publish(new InstrumentNotice.Said(instrument, said));
                return said;
            case ["exec", _, "status"]:
                var status = FrameCodec.Decode<StatusFrame>(message.Payload);
                Publish(new InstrumentNotice.Progressed(instrument, status));
                return status;
            default:
                return null;
        }
    }

    /// <param name="state">Null where none of this start is known yet.</param>
    private void Appear(string instrument, Birth birth, StateFrame? state)
    {
        var known = _views.GetValueOrDefault(instrument);
        _views[instrument] = new InstrumentView(birth, true, known?.State, known?.Properties ?? ImmutableSortedDictionary<string, PropertyFrame>.Empty);
        Publish(new InstrumentNotice.Appeared(instrument, birth));
        if (state is not null) Show(instrument, state);
    }

    private void Show(string instrument, StateFrame state)
    {
        var view = _views[instrument];
        _views[instrument] = view with { State = state.Unit, Trouble = state.Aborted?.Message ?? view.Trouble, IsStopped = state.Aborted?.Cause == CauseCode.EmergencyStop };
        Publish(new InstrumentNotice.ChangedState(instrument, state));
    }

    private static void Publish(InstrumentNotice notice) => Context.System.EventStream.Publish(notice);
}
