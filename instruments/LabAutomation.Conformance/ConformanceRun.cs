using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>One assertion's conversation with a driver: a caller, a witness and the harness.</summary>
internal sealed class ConformanceRun(IConformanceHarness harness, ConformanceSample sample, CancellationToken cancellation) : IAsyncDisposable
{
    private ILabBus? _caller;
    private ILabBus? _witness;
    private Birth? _birth;
    private readonly Dictionary<ActionId, string> _sent = [];
    private int _actions;
    private bool _isAcknowledged;

    public IConformanceHarness Harness => harness;

    public InstrumentTopics Topics => harness.Topics;

    public CancellationToken Cancellation => cancellation;

    public Witness Witness { get; } = new();

    public ConformanceSample Sample => sample;

    public ILabBus Caller => _caller!;

    /// <summary>What a verdict that passed has to say all the same; empty where nothing.</summary>
    public string Remark { get; private set; } = "";

    public void Say(string remark) => Remark = Remark.Length == 0 || Remark == remark ? remark : $"{Remark}; {remark}";

    /// <summary>Why a check that found nothing wrong has shown nothing; null where it has.</summary>
    public string? Unproven { get; private set; }

    public string ReplyTopic => $"{Protocol.Topics.Replies(Caller.ClientId)}/conformance";

    /// <summary>The birth that holds now.</summary>
    public Birth Birth => _birth ?? throw new ConformanceFailure("a birth that can be read", "none");

    /// <summary>
    /// Connects the clients and starts the host: after them where the harness starts every host anew, so that they hear its first word;
    /// before them where it may have run already, so that they do not take what an earlier life left on the broker for its own. Without a
    /// birth that can be read only the assertions about births have anything to say.
    /// </summary>
    public async Task OpenAsync()
    {
        var anew = harness.Can.HasFlag(HarnessAbilities.Start);
        if (!anew) await harness.StartAsync(cancellation);
        _witness = await harness.ConnectAsync(ConformanceClient.Witness, cancellation);
        _caller = await harness.ConnectAsync(ConformanceClient.Caller, cancellation);
        foreach (var filter in new[] { Topics.Birth, Topics.Liveness, Topics.State, Topics.Event, $"{Protocol.Topics.Root}/{Topics.Site}/{Topics.Instrument}/prop/+", $"{Protocol.Topics.Root}/{Topics.Site}/{Topics.Instrument}/exec/#" })
            await _witness.SubscribeAsync(filter, Witness.Take, cancellation);
        await _caller.SubscribeAsync(ReplyTopic, Witness.Take, cancellation);
        if (anew) await harness.StartAsync(cancellation);
        await ReadBirthAsync();
    }

    public async Task ReadBirthAsync()
    {
        var message = await Witness.SeeAsync(all => all.LastOrDefault(message => message.Topic == Topics.Birth && !message.Payload.IsEmpty), harness.Patience);
        try
        {
            _birth = message is null ? null : FrameCodec.Decode<Birth>(message.Payload);
        }
        catch (FrameException)
        {
            _birth = null;
        }
    }

    /// <summary>Stop or kill, start again on the same journal, and read the new birth.</summary>
    public async Task RestartAsync(Func<Task> end)
    {
        await end();
        var seen = Witness.Count;
        await harness.StartAsync(cancellation);
        await SeeAsync($"a birth after the restart", all => all.Skip(seen).FirstOrDefault(message => message.Topic == Topics.Birth));
        await ReadBirthAsync();
    }

    public SampleCommand Brief => sample.BriefOf(Birth) ?? throw new NotApplicable("the driver has no commands");

    public ActionId NewId() => ActionId.Derive($"conformance {harness.Clock.GetUtcNow():O}", 0, "conformance", ++_actions, 1);

    public CommandMessage Message(ActionId action, SampleCommand command, TimeSpan? deadline = null) => new(
        action, command.Command, new CommandFrame(command.Arguments, harness.Clock.GetUtcNow() + (deadline ?? TimeSpan.FromHours(10))), ReplyTopic, Caller.ClientId, null, null);

    public async Task<ActionId> SendAsync(SampleCommand command, TimeSpan? deadline = null, Func<BusMessage, BusMessage>? change = null, ActionId? action = null)
    {
        var id = action ?? NewId();
        _sent[id] = command.Command;
        var message = Message(id, command, deadline).ToBusMessage(Topics, expirySeconds: 36000);
        await Caller.PublishAsync(change is null ? message : change(message), cancellation);
        return id;
    }

    public async Task ControlAsync(string verb, ActionId? action = null, Func<BusMessage, BusMessage>? change = null, string by = "the conformance kit", string why = "it is part of a check")
    {
        var message = BusMessage.Of(Topics.Control(verb), new ControlFrame(action, by, why, harness.Clock.GetUtcNow()));
        await Caller.PublishAsync(change is null ? message : change(message), cancellation);
    }

    /// <summary>A control that asks for an answer.</summary>
    public async Task<ControlReply> AskAsync<T>(string verb, T frame)
    {
        var correlation = NewId().ToBytes();
        await Caller.PublishAsync(BusMessage.Of(Topics.Control(verb), frame) with { ResponseTopic = ReplyTopic, CorrelationData = correlation }, cancellation);
        return await SeeAsync(
            $"an answer to {verb} on the response topic",
            all => Frames<ControlReply>(all.Where(message => message.CorrelationData.Span.SequenceEqual(correlation)), ReplyTopic).FirstOrDefault());
    }

    /// <summary>Sends the brief command and waits for its end.</summary>
    public async Task<(ActionId Action, ResultFrame Result)> CarryOutAsync(SampleCommand? command = null)
    {
        var action = await SendAsync(command ?? Brief);
        var reply = await ReplyAsync(action);
        if (reply.Status != ActionStatus.Accepted) throw new ConformanceFailure($"'{(command ?? Brief).Command}' accepted", $"{reply.Status}, {reply.Cause}: {reply.Message}");
        return (action, await ResultAsync(action));
    }

    /// <summary>An action that runs and does not end by itself before <see cref="LetGoAsync"/> or a cancel.</summary>
    /// <param name="brief">Whether it is the brief command whose answers are held back, also where a long one is known: no byte goes to the device meanwhile.</param>
    public async Task<ActionId> KeepRunningAsync(bool brief = false)
    {
        var command = brief ? Brief : sample.Long ?? Brief;
        if (brief || sample.Long is null)
        {
            Require(HarnessAbilities.DeviceLine, "a long sample command, or a harness that can hold the device's answers back");
            await QuietAsync();
            harness.HoldAnswers(true);
        }

        var action = await SendAsync(command);
        var reply = await ReplyAsync(action);
        if (reply.Status != ActionStatus.Accepted) throw new ConformanceFailure($"'{command.Command}' accepted", $"{reply.Status}: {reply.Message}");
        await StateAsync(frame => frame.Unit == UnitState.Execute && frame.Action == action, "Execute with the action's id", 0);
        return action;
    }

    /// <summary>What the caller was told agrees with the device's own ledger.</summary>
    /// <param name="how">What had happened to the driver, for a message.</param>
    public void Agree(SampleCommand command, ResultFrame result, int effects, int once, string how)
    {
        if (LedgerAgreement.Missing(EffectOf(command), result, effects, once) is { } missing)
            throw new ConformanceFailure($"a result of {command.Command} that agrees with the device: {missing}", $"{result.Status} ('{result.Message}') with {effects} effects, {how}");
    }

    public Effect EffectOf(SampleCommand command) => Birth.Commands.Single(known => known.Name == command.Command).Effect;

    public async Task LetGoAsync(ActionId running, bool brief = false)
    {
        if (brief || sample.Long is null) harness.HoldAnswers(false);
        else await ControlAsync("cancel", running);
    }

    public void Require(HarnessAbilities ability, string what)
    {
        if (!harness.Can.HasFlag(ability)) throw new NotApplicable($"needs {what}");
    }

    public async Task<T> SeeAsync<T>(string expected, Func<IReadOnlyList<BusMessage>, T?> look, TimeSpan? patience = null)
        where T : class =>
        await Witness.SeeAsync(look, patience ?? harness.Patience) ?? throw new ConformanceFailure(expected, $"nothing of the kind within {(patience ?? harness.Patience).TotalSeconds:0.#} s");

    public Task<ReplyFrame> ReplyAsync(ActionId action, int which = 1) => SeeAsync(
        which == 1 ? "an answer on the response topic" : $"answer {which} on the response topic",
        all => Frames<ReplyFrame>(all, ReplyTopic).Where(reply => reply.Action == action).Skip(which - 1).FirstOrDefault());

    /// <summary>The result of an action; none will come where every answer was a refusal.</summary>
    public async Task<ResultFrame> ResultAsync(ActionId action, TimeSpan? patience = null)
    {
        var (result, refusal) = await SeeAsync(
            "a result",
            all => Frames<ResultFrame>(all, Topics.Result(action)).FirstOrDefault() is { } ended ? Tuple.Create<ResultFrame?, ReplyFrame?>(ended, null)
                : Refused(all, action) is { } refused ? Tuple.Create<ResultFrame?, ReplyFrame?>(null, refused)
                : null,
            patience ?? 4 * harness.Patience);
        return result ?? throw new ConformanceFailure($"'{_sent.GetValueOrDefault(action, "the command")}' accepted", $"{refusal!.Status}, {refusal.Cause}: {refusal.Message}");
    }

    private ReplyFrame? Refused(IReadOnlyList<BusMessage> all, ActionId action)
    {
        var replies = Frames<ReplyFrame>(all, ReplyTopic).Where(reply => reply.Action == action).ToList();
        return replies.All(reply => reply.Status == ActionStatus.Failed) ? replies.LastOrDefault() : null;
    }

    public Task<EventFrame> EventAsync(string expected, int since, Func<EventFrame, bool> fits) =>
        SeeAsync(expected, all => Frames<EventFrame>(all.Skip(since), Topics.Event).FirstOrDefault(fits));

    public Task<StateFrame> StateAsync(Func<StateFrame, bool> fits, string expected, int since) =>
        SeeAsync($"the state {expected}", all => Frames<StateFrame>(all.Skip(since), Topics.State).FirstOrDefault(fits));

    public Task<StateFrame> UnitAsync(UnitState unit, int since = 0) => StateAsync(frame => frame.Unit == unit, $"{unit}", since);

    public StateFrame LastState() => Frames<StateFrame>(Witness.Seen, Topics.State).LastOrDefault() ?? throw new ConformanceFailure("a state", "none");

    /// <summary>Waits until the unit is idle.</summary>
    public async Task IdleAsync()
    {
        var idle = await Witness.SeeAsync(all => Frames<StateFrame>(all, Topics.State).LastOrDefault() is { Unit: UnitState.Idle } state ? state : null, 4 * harness.Patience);
        if (idle is null) throw new ConformanceFailure("the unit idle", $"the unit {LastState().Unit}{LastEnd()}");
    }

    /// <summary>By the device's ledger so far; 0 where nobody can count them.</summary>
    public int Effects => harness.Can.HasFlag(HarnessAbilities.CountEffects) ? harness.Effects.Count : 0;

    /// <summary>How many effects the brief command has when nothing disturbs it. One that has none proves nothing of what is counted afterwards.</summary>
    public async Task<int> OnceAsync()
    {
        var once = await CountAsync(Brief);
        if (!harness.Can.HasFlag(HarnessAbilities.CountEffects)) Say("effects were not counted, since nobody can see them");
        else if (once == 0) Unproven = Effectless($"'{Brief.Command}'");
        return once;
    }

    /// <summary>Counts were compared of commands that leave no effect: none looks like one, and like two.</summary>
    public static string Effectless(string commands) => $"{commands} leaves no effect in the device's ledger, where none cannot be told from one or two; a sample is needed that leaves one each time";

    /// <summary>As <see cref="OnceAsync"/>, of any command that ends by itself.</summary>
    public async Task<int> CountAsync(SampleCommand command)
    {
        var before = await ReadyAsync();
        var (_, result) = await CarryOutAsync(command);
        await QuietAsync();
        var effects = Effects - before;
        if (effects == 0 && harness.Can.HasFlag(HarnessAbilities.CountEffects) && !LedgerAgreement.MayRepeat(EffectOf(command)))
            throw new ConformanceFailure($"an effect of '{command.Command}' in the device's ledger, since it is {EffectOf(command)}", $"none after an action that ended {result.Status}{(result.Message.Length == 0 ? "" : $": {result.Message}")}");
        return effects;
    }

    /// <summary>Quiet, and the device as it must be for a command to have its effect.</summary>
    /// <returns>The effects in its ledger.</returns>
    public async Task<int> ReadyAsync()
    {
        await QuietAsync();
        if (sample.Before is not { } before || !harness.Can.HasFlag(HarnessAbilities.CountEffects)) return Effects;
        await CarryOutAsync(before);
        await QuietAsync();
        return Effects;
    }

    /// <summary>Idle again; an aborted unit is cleared.</summary>
    public async Task SettledAsync()
    {
        var state = await SeeAsync("the unit idle or aborted", all => Frames<StateFrame>(all, Topics.State).LastOrDefault() is { Unit: UnitState.Idle or UnitState.Aborted } frame ? frame : null, 4 * harness.Patience);
        if (state.Unit == UnitState.Aborted) await ControlAsync("clear");
        await QuietAsync();
    }

    /// <summary>Where a driver does not know what became of an action, and its device cannot tell, a person looks: here by the device's ledger.</summary>
    /// <param name="effects">That the ledger has of the action.</param>
    public async Task ReconcileAsync(ResultFrame result, int effects)
    {
        if (result.Status != ActionStatus.UnknownOutcome) return;
        await SeeAsync("Aborted after an unknown outcome", all => Frames<StateFrame>(all, Topics.State).LastOrDefault() is { Unit: UnitState.Aborted } frame ? frame : null);
        await AskAsync("reconcile", new ReconcileFrame(result.Action, effects > 0 ? Finding.Happened : Finding.DidNotHappen, "the conformance kit", "by the device's own ledger", harness.Clock.GetUtcNow()));
    }

    /// <summary>The end that the last action came to, for a message; empty where none has ended.</summary>
    private string LastEnd()
    {
        var ended = Witness.Seen.Where(message => message.Topic.EndsWith("/result", StringComparison.Ordinal)).Select(message => Frames<ResultFrame>([message], message.Topic).FirstOrDefault()).LastOrDefault(result => result is not null);
        return ended is null ? "" : $" after an action that ended {ended.Status}: {ended.Message}";
    }

    /// <summary>Idle, and nothing more on the way to the device, so that bytes can be counted.</summary>
    public async Task QuietAsync()
    {
        await IdleAsync();
        if (!harness.Can.HasFlag(HarnessAbilities.CountBytes)) return;
        for (var calm = 0; calm < 3;)
        {
            var before = harness.DeviceBytes;
            await PauseAsync(0.02);
            calm = harness.DeviceBytes == before ? calm + 1 : 0;
        }
    }

    /// <summary>By the device's own state: a driver that only says so has stopped nothing. Where nobody can see it, the verdict says that it was not looked at.</summary>
    /// <param name="seconds">Of lab time.</param>
    /// <param name="after">What was to bring it to rest, for a message.</param>
    /// <param name="began">When that was; null for now.</param>
    /// <exception cref="LateStop">It is not, and <see cref="IConformanceHarness.Slack"/> has passed too.</exception>
    public async Task AtRestAsync(double seconds, string after, DateTimeOffset? began = null)
    {
        if (harness.IsDeviceAtRest is null) Say("the device itself was not looked at, since nobody can say whether it is at rest");
        var (within, since) = (TimeSpan.FromSeconds(seconds) + harness.Slack, began ?? harness.Clock.GetUtcNow());
        while (harness.IsDeviceAtRest == false)
        {
            if (harness.Clock.GetUtcNow() - since > within) throw new LateStop(FormattableString.Invariant($"a device at rest within {seconds:0.##} s of {after}, by its own state, with {harness.Slack.TotalSeconds:0.##} s more for messages and the computer"), $"the unit {LastState().Unit}, and a device that goes on");
            await PauseAsync(0.02);
        }
    }

    /// <param name="seconds">Of real time.</param>
    public Task PauseAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellation);

    /// <summary>The first message that a client which comes now finds on a topic, or null.</summary>
    public async Task<BusMessage?> LateAsync(string topic)
    {
        await using var late = await harness.ConnectAsync(ConformanceClient.Late, cancellation);
        var heard = new Witness();
        await late.SubscribeAsync(topic, heard.Take, cancellation);
        return await heard.SeeAsync(all => all.FirstOrDefault(), harness.Patience);
    }

    public IEnumerable<StateFrame> States() => Frames<StateFrame>(Witness.Seen, Topics.State);

    public bool WasStarted(ActionId action) =>
        Frames<StatusFrame>(Witness.Seen, Topics.Status(action)).Any(status => status.Status == ActionStatus.Running) || States().Any(state => state.Action == action);

    /// <summary>What can be read of what came on a topic; the assertion about schemas sees to the rest.</summary>
    public static IEnumerable<T> Frames<T>(IEnumerable<BusMessage> all, string topic)
        where T : class
    {
        foreach (var message in all)
        {
            if (message.Topic != topic || message.Payload.IsEmpty) continue;
            T? frame;
            try
            {
                frame = FrameCodec.Decode<T>(message.Payload);
            }
            catch (FrameException)
            {
                continue;
            }

            yield return frame;
        }
    }

    /// <summary>Takes from the broker what is retained of the actions of this run, and says what stays; a world that is put away with the run needs none of it.</summary>
    public async Task AcknowledgeAsync()
    {
        if (harness.Can.HasFlag(HarnessAbilities.Start) || _caller is null || _isAcknowledged) return;
        _isAcknowledged = true;
        var ended = _sent.Keys.Where(action => Lies(Witness.Seen, Topics.Result(action))).ToList();
        try
        {
            foreach (var action in ended) await _caller.PublishAsync(new BusMessage(Topics.Acknowledge(action), ReadOnlyMemory<byte>.Empty), cancellation).WaitAsync(harness.Patience, TimeProvider.System, cancellation);
            await Witness.SeeAsync(all => ended.Any(action => Left(all, action).Any()) ? null : all, harness.Patience / 2);
        }
        catch (Exception error) when (error is TimeoutException or BusRefusedException or OperationCanceledException)
        {
            // A driver that is gone, or a broker that is, takes nothing back; the verdict stands.
        }

        var left = ended.SelectMany(action => Left(Witness.Seen, action)).ToList();
        if (left.Count > 0) Say($"{left.Count} messages of its actions were acknowledged and lie on the broker still, such as {left[0]}");
    }

    /// <summary>Topics of an action on which something retained lies, by what the witness heard.</summary>
    public IEnumerable<string> Left(IReadOnlyList<BusMessage> all, ActionId action) => new[] { Topics.Result(action), Topics.Status(action) }
        .Concat(all.Select(message => message.Topic).Where(topic => topic.StartsWith($"{Protocol.Topics.Root}/{Topics.Site}/{Topics.Instrument}/exec/{action}/data/", StringComparison.Ordinal)).Distinct())
        .Where(topic => Lies(all, topic));

    private static bool Lies(IReadOnlyList<BusMessage> all, string topic) => all.LastOrDefault(message => message.Topic == topic) is { Payload.IsEmpty: false };

    public async ValueTask DisposeAsync()
    {
        await AcknowledgeAsync();
        if (_caller is not null) await _caller.DisposeAsync();
        if (_witness is not null) await _witness.DisposeAsync();
    }
}
