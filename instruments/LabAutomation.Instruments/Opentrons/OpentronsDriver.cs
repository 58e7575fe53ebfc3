using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// An Opentrons OT-2 or Flex. Every action is a run of its own: it is filled while it lies still, read back, and set going by one request, so
/// that one byte string decides whether anything moves, and the robot can be asked afterwards whether it came.
/// </summary>
internal sealed class OpentronsDriver : IDriver
{
    public const string FamilyName = "opentrons-http";

    /// <summary>The run of the action.</summary>
    private const string RunMark = "run";

    /// <summary>The run is about to be played.</summary>
    private const string PlayMark = "play";

    private static readonly Unit Microlitre = Unit.Parse("uL");
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(60);

    private readonly OpentronsOptions _options;
    private readonly OpentronsLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<RobotState, Trigger> _machine = new(RobotState.Offline, FiringMode.Immediate);
    private bool _isFlex;

    public OpentronsDriver(OpentronsOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _options = options;
        _link = new OpentronsLink(connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(RobotState.Offline).Permit(Trigger.SeenResting, RobotState.Resting).Permit(Trigger.SeenMoving, RobotState.Moving).Permit(Trigger.SeenHeld, RobotState.Held).Ignore(Trigger.Lost);
        _machine.Configure(RobotState.Resting).Permit(Trigger.SeenMoving, RobotState.Moving).Permit(Trigger.SeenHeld, RobotState.Held).Permit(Trigger.Lost, RobotState.Offline).Ignore(Trigger.SeenResting);
        _machine.Configure(RobotState.Moving).Permit(Trigger.SeenResting, RobotState.Resting).Permit(Trigger.SeenHeld, RobotState.Held).Permit(Trigger.Lost, RobotState.Offline).Ignore(Trigger.SeenMoving);
        _machine.Configure(RobotState.Held).Permit(Trigger.SeenResting, RobotState.Resting).Permit(Trigger.SeenMoving, RobotState.Moving).Permit(Trigger.Lost, RobotState.Offline).Ignore(Trigger.SeenHeld);

        ParameterDescription Slot(string name, string summary) => new(name, summary, Unit.One, 1, OpentronsOptions.LastSlot);
        ParameterDescription Well(string name, string summary) => new(name, summary + ": 1 is A1, then down the columns", Unit.One, 1, 384);
        Commands =
        [
            new("home", "Brings every axis to its home position", Effect.Set, [], [], CancelWithin: 70, HoldWithin: 60),
            new(
                "transfer",
                "Takes a fresh tip, moves liquid from one well to another and drops the tip",
                Effect.Consume,
                [
                    new("volume", "To be moved", Microlitre, options.Pipette.LeastVolume, options.MostVolume, Draws: true),
                    Slot("source-slot", "Where the labware stands that liquid is drawn from"),
                    Well("source-well", "Which well liquid is drawn from"),
                    Slot("target-slot", "Where the labware stands that liquid is put into"),
                    Well("target-well", "Which well liquid is put into"),
                    Well("tip", "Which tip of the rack is used; the caller counts"),
                    new("rate", "How fast liquid is drawn and put", Unit.Parse("uL/s"), options.Pipette.FlowRate / 20, options.Pipette.FlowRate * 2, options.Pipette.FlowRate),
                ],
                [new("aspirated", "Drawn, as the robot tells", Microlitre), new("dispensed", "Put, as the robot tells", Microlitre)],
                CancelWithin: 70,
                HoldWithin: 60),
            new("drop-tip", "Drops whatever tip the pipette carries", Effect.Set, [], [], CancelWithin: 70, HoldWithin: 60),
        ];
    }

    private enum RobotState { Offline, Resting, Moving, Held }

    private enum Trigger { SeenResting, SeenMoving, SeenHeld, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } = [new("tip", "1 while the pipette carries a tip, by what the present run did", Unit.One)];

    /// <remarks>The robot ends the present move before it obeys a stop, and the server answers when it has.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(10);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var health = await _link.HealthAsync();
        _isFlex = health.RobotModel.Contains("OT-3", StringComparison.Ordinal) || health.RobotModel.Contains("Flex", StringComparison.Ordinal);
        if (await _link.CurrentRunAsync() is { } run) Observe(run);
        else _machine.Fire(Trigger.SeenResting);
        return new InstrumentIdentity("Opentrons", health.RobotModel, health.RobotSerial ?? health.Name, health.ApiVersion);
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        if (await _link.CurrentRunAsync() is { } before)
        {
            Observe(before);
            if (!before.IsOver && before.WasPlayed) return ActionOutcome.Failed(CauseCode.Unachievable, $"the robot is busy with run {before.Id}, which is {before.Status}", recoverable: true);
            if (command.Name == "transfer" && OpentronsSteps.HasTip(await _link.CommandsAsync(before.Id)))
                return ActionOutcome.Failed(CauseCode.Unachievable, "the pipette still carries a tip; drop-tip drops it", recoverable: true);
        }

        var run = (await _link.CreateRunAsync()).Id;
        scope.Mark(RunMark, run);
        var steps = new OpentronsSteps(_link, _options, run, command.Action, _isFlex);
        if (await steps.FillAsync(command) is { } refusal)
        {
            await StopAsync(run);
            return ActionOutcome.Failed(refusal.Cause, refusal.Message, recoverable: true);
        }

        if (cancellation.IsCancellationRequested)
        {
            await StopAsync(run);
            return ActionOutcome.Cancelled("cancelled before anything moved");
        }

        scope.Mark(PlayMark, run);
        if (!await _link.ActAsync(run, "play")) throw new InstrumentFaultException($"the robot does not let run {run} be played");
        return await FollowAsync(run, command, scope, cancellation);
    }

    /// <remarks>A run that was not played is stopped before it is called so: a request that is still under way finds it closed.</remarks>
    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(RunMark) is not { } mark) return new Recovery.DidNotHappen();
        var run = await _link.RunAsync(mark.Value);
        if (run is null)
        {
            return action.Mark(PlayMark) is null
                ? new Recovery.DidNotHappen()
                : new Recovery.Unknown($"the robot has forgotten run {mark.Value}, which may have moved liquid");
        }

        if (!run.WasPlayed)
        {
            if (!run.IsOver && run.Current) await StopAsync(run.Id);
            run = await _link.RunAsync(mark.Value);
            if (run?.WasPlayed != true) return new Recovery.DidNotHappen();
        }

        return new Recovery.Happened(await FollowAsync(mark.Value, action.Command, scope, cancellation, action.WasMadeSafe));
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var run = await _link.CurrentRunAsync();
        if (run is not null) Observe(run);
        var hasTip = run is not null && OpentronsSteps.HasTip(await _link.CommandsAsync(run.Id));
        return ImmutableSortedDictionary<string, Quantity>.Empty.Add("tip", new Quantity(hasTip ? 1 : 0, Unit.One));
    }

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        if (await _link.CurrentRunAsync() is { IsOver: false } run) await StopAsync(run.Id);
        else _machine.Fire(Trigger.SeenResting);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Waits for the end of a run that was played.</summary>
    private async Task<ActionOutcome> FollowAsync(string id, DriverCommand command, IActionScope scope, CancellationToken cancellation, bool wasMadeSafe = false)
    {
        while (true)
        {
            await scope.HoldPointAsync(() => PauseAsync(id), () => GoOnAsync(id), cancellation);
            var run = await _link.RunAsync(id) ?? throw new InstrumentFaultException($"the robot has forgotten run {id} in its midst");
            Observe(run);
            var commands = await _link.CommandsAsync(id);
            scope.Report(OpentronsSteps.Progress(commands), OpentronsSteps.Doing(commands) ?? run.Status);
            if (run.IsOver) return await JudgeAsync(run, commands, command, false, wasMadeSafe);
            if (cancellation.IsCancellationRequested || run.Status.StartsWith("awaiting-recovery", StringComparison.Ordinal))
            {
                await StopAsync(id);
                run = await _link.RunAsync(id) ?? run;
                return await JudgeAsync(run, await _link.CommandsAsync(id), command, cancellation.IsCancellationRequested);
            }

            await _pace.RestAsync(TimeSpan.FromSeconds(1), cancellation);
        }
    }

    private async Task<ActionOutcome> JudgeAsync(RobotRun run, RobotCommand[] commands, DriverCommand command, bool wasCancelled, bool wasMadeSafe = false)
    {
        var outcome = ActionOutcome.Succeeded();
        var failed = commands.FirstOrDefault(one => one.Error is not null);
        if (run.Status != "succeeded" || failed is not null || !commands.All(one => one.Status == "succeeded"))
        {
            var at = commands.LastOrDefault(one => one.Status == "succeeded")?.CommandType ?? "nothing";
            var why = failed is { Error: { } error } ? $"{failed.CommandType} failed: {error.Detail}" : $"the run is {run.Status}";
            outcome = wasCancelled ? ActionOutcome.Cancelled($"cancelled; the last step that was done is {at}")
                : wasMadeSafe && run.Status == "stopped" && failed is null ? ActionOutcome.MadeSafe($"and the last step that was done is {at}")
                : ActionOutcome.Failed(CauseCode.HardwareFault, $"{why}; the last step that was done is {at}", recoverable: false);
        }

        if (command.Name != "transfer") return outcome;
        return outcome
            .With("aspirated", new Quantity(await VolumeAsync(run.Id, commands, "aspirate"), Microlitre))
            .With("dispensed", new Quantity(await VolumeAsync(run.Id, commands, "dispense"), Microlitre));
    }

    private async Task<double> VolumeAsync(string run, RobotCommand[] commands, string type)
    {
        var volume = 0.0;
        foreach (var command in commands.Where(command => command.CommandType == type && command.Status == "succeeded"))
        {
            var result = (await _link.CommandAsync(run, command.Id)).Result;
            if (result is not { ValueKind: JsonValueKind.Object } told || !told.TryGetProperty("volume", out var moved) || moved.ValueKind != JsonValueKind.Number || moved.GetDouble() is not (>= 0 and <= 1e6))
                throw new InstrumentLinkException($"the robot tells no volume for its command {command.Id} ({type})");
            volume += moved.GetDouble();
        }

        return volume;
    }

    private async Task StopAsync(string id)
    {
        await _link.ActAsync(id, "stop");
        await AwaitAsync(id, "stop", run => run.IsOver);
        _machine.Fire(Trigger.SeenResting);
    }

    /// <remarks>The robot ends the present step first. A run that is over meanwhile cannot be paused, and is at rest anyway.</remarks>
    private async Task PauseAsync(string id)
    {
        if (await _link.RunAsync(id) is { Status: "running" }) await _link.ActAsync(id, "pause");
        await AwaitAsync(id, "pause", run => run.IsOver || run.Status is not ("running" or "pause-requested" or "finishing"));
    }

    private async Task GoOnAsync(string id)
    {
        if (await _link.RunAsync(id) is { Status: "paused" } && !await _link.ActAsync(id, "play")) throw new InstrumentFaultException($"the robot does not let the paused run {id} go on");
    }

    /// <summary>A run that the robot has forgotten counts as there.</summary>
    private async Task AwaitAsync(string id, string action, Predicate<RobotRun> isThere)
    {
        var deadline = _clock.GetUtcNow() + StopTime;
        while (true)
        {
            var asked = _clock.GetUtcNow();
            if (await _link.RunAsync(id) is not { } run) return;
            Observe(run);
            if (isThere(run)) return;
            if (asked > deadline) throw new InstrumentFaultException($"the robot does not {action} run {id}, which is {run.Status}");
            await _pace.RestAsync(Pace.Shortest, CancellationToken.None);
        }
    }

    private void Observe(RobotRun run) => _machine.Fire(
        run.IsOver || !run.WasPlayed ? Trigger.SeenResting
        : run.Status is "running" or "finishing" or "stop-requested" ? Trigger.SeenMoving
        : Trigger.SeenHeld);
}
