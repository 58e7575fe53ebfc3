using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// An area detector with an attenuator before the sample and a stage under it, behind HTTP, as docs/reference/instruments/http-beamline.md says. An exposure has the action's id for its name: the
/// detector knows whether it was made, and does not make it twice.
/// </summary>
internal sealed class HttpBeamlineDriver : IDriver
{
    public const string FamilyName = "http-beamline";

    /// <summary>A request that sets something is about to be sent; of an exposure, with the name of the one before it.</summary>
    private const string SentMark = "sent";

    private const int MostFrames = 24;

    private static readonly Unit Micrometre = Unit.Parse("um");

    private readonly HttpBeamlineLink _link;
    private readonly Pace _pace;
    private readonly StateMachine<BeamlineState, Trigger> _machine = new(BeamlineState.Offline, FiringMode.Immediate);

    public HttpBeamlineDriver(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        settings.AllowOnly("drift-from");
        settings.Whole("drift-from", 0, 1_000_000, 0);
        _link = new HttpBeamlineLink(connect, linkClock);
        _pace = new Pace(labClock, linkClock);
        _machine.Configure(BeamlineState.Offline).Permit(Trigger.SeenResting, BeamlineState.Resting).Permit(Trigger.SeenMoving, BeamlineState.Moving).Permit(Trigger.SeenExposing, BeamlineState.Exposing).Ignore(Trigger.Lost);
        _machine.Configure(BeamlineState.Resting).Permit(Trigger.SeenMoving, BeamlineState.Moving).Permit(Trigger.SeenExposing, BeamlineState.Exposing).Permit(Trigger.Lost, BeamlineState.Offline).Ignore(Trigger.SeenResting);
        _machine.Configure(BeamlineState.Moving).Permit(Trigger.SeenResting, BeamlineState.Resting).Permit(Trigger.SeenExposing, BeamlineState.Exposing).Permit(Trigger.Lost, BeamlineState.Offline).Ignore(Trigger.SeenMoving);
        _machine.Configure(BeamlineState.Exposing).Permit(Trigger.SeenResting, BeamlineState.Resting).Permit(Trigger.SeenMoving, BeamlineState.Moving).Permit(Trigger.Lost, BeamlineState.Offline).Ignore(Trigger.SeenExposing);
    }

    private enum BeamlineState { Offline, Resting, Moving, Exposing }

    private enum Trigger { SeenResting, SeenMoving, SeenExposing, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; } =
    [
        new("set-transmission", "Sets the share of the beam that the attenuator lets through", Effect.Set, [new("transmission", "Of the attenuator", Unit.One, 0.001, 1)], [new("transmission", "That was set", Unit.One)], CancelWithin: 12),
        new("move-stage", "Moves the stage and waits until it is there", Effect.Set, [new("position", "Of the stage", Micrometre, -50, 50)], [new("position", "Where the stage is", Micrometre)], CancelWithin: 25),
        new(
            "expose",
            "Takes frames with the beam on the sample",
            Effect.Consume,
            [new("frames", "How many; part frames are left out", Unit.One, 1, MostFrames, 16)],
            [
                new("frames", "Graymaps of 16 bits, one after the other", Unit.One, Media: "image"),
                new("taken", "Frames that were taken", Unit.One),
                new("transmission", "While they were taken", Unit.One),
                new("position", "Of the stage while they were taken", Micrometre),
            ],
            CancelWithin: 35),
    ];

    public ImmutableArray<PropertyDescription> Properties { get; } = [new("transmission", "Of the attenuator", Unit.One), new("position", "Of the stage", Micrometre)];

    /// <remarks>An exposure ends with the present frame and the stage within a step; each is one exchange.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(2);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var status = await LookAsync();
        return new InstrumentIdentity(status.Manufacturer, status.Model, status.Serial, status.Firmware);
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before anything was sent");
        scope.Mark(SentMark, command.Name == "expose" ? (await LookAsync()).Last ?? "" : command.Name);
        switch (command.Name)
        {
            case "set-transmission":
                return Set(await _link.AttenuateAsync(command["transmission"]));
            case "move-stage":
                await _link.MoveAsync(command["position"]);
                return await ArriveAsync(command["position"], scope, cancellation);
            default:
                await _link.ExposeAsync(NameOf(command), (int)command["frames"]);
                return await FollowAsync(NameOf(command), (int)command["frames"], scope, cancellation);
        }
    }

    /// <remarks>
    /// What was set is there or is not, and setting it again changes nothing. An exposure that the detector does not know was not made where the last one is still that before it, and may be on its way: sent again under its
    /// name it is not made twice. Otherwise it may have been made and forgotten since.
    /// </remarks>
    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(SentMark) is not { } sent) return new Recovery.DidNotHappen();
        var command = action.Command;
        if (command.Name == "expose" && await _link.ExposureAsync(NameOf(command)) is not null) return new Recovery.Happened(await FollowAsync(NameOf(command), (int)command["frames"], scope, cancellation, action.WasMadeSafe));
        var status = await LookAsync();
        if (command.Name == "expose")
        {
            return sent.Value.Length > 0 && status.Last == sent.Value
                ? new Recovery.DidNotHappen()
                : new Recovery.Unknown($"the detector does not know exposure {NameOf(command)}, and may have made and forgotten it: its last one is '{status.Last ?? "none"}', where '{sent.Value}' came before this one");
        }

        if (command.Name == "set-transmission") return IsSame(status.Transmission, command["transmission"], 0.0006) ? new Recovery.Happened(Set(status.Transmission)) : new Recovery.DidNotHappen();
        return IsSame(status.Target, command["position"], 0.001) ? new Recovery.Happened(await ArriveAsync(command["position"], scope, cancellation)) : new Recovery.DidNotHappen();
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var status = await LookAsync();
        return ImmutableSortedDictionary<string, Quantity>.Empty.Add("transmission", new Quantity(status.Transmission, Unit.One)).Add("position", new Quantity(status.Position, Micrometre));
    }

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        var status = await LookAsync();
        if (status.Exposing is { } id) await _link.AbortAsync(id);
        if (status.Moving) await _link.HaltAsync();
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static string NameOf(DriverCommand command) => command.Action.ToString();

    private static ActionOutcome Set(double transmission) => ActionOutcome.Succeeded().With("transmission", new Quantity(transmission, Unit.One));

    private static bool IsSame(double one, double other, double within) => Math.Abs(one - other) <= within;

    private async Task<BeamlineStatus> LookAsync()
    {
        var status = await _link.StatusAsync();
        _machine.Fire(status.Exposing is not null ? Trigger.SeenExposing : status.Moving ? Trigger.SeenMoving : Trigger.SeenResting);
        return status;
    }

    private async Task<ActionOutcome> ArriveAsync(double target, IActionScope scope, CancellationToken cancellation)
    {
        while (true)
        {
            var status = await LookAsync();
            if (cancellation.IsCancellationRequested && status.Moving)
            {
                await _link.HaltAsync();
                status = await LookAsync();
                return ActionOutcome.Cancelled(string.Create(CultureInfo.InvariantCulture, $"the stage was stopped at {status.Position:0.###} um")).With("position", new Quantity(status.Position, Micrometre));
            }

            if (!IsSame(status.Target, target, 0.001)) throw new InstrumentFaultException(string.Create(CultureInfo.InvariantCulture, $"the stage goes to {status.Target:0.###} um where {target:0.###} um were asked for; somebody else has moved it"));
            if (!status.Moving) return ActionOutcome.Succeeded().With("position", new Quantity(status.Position, Micrometre));
            scope.Report(0.5, "moving");
            await _pace.RestAsync(Pace.Shortest, cancellation);
        }
    }

    private async Task<ActionOutcome> FollowAsync(string id, int frames, IActionScope scope, CancellationToken cancellation, bool wasMadeSafe = false)
    {
        while (true)
        {
            var exposure = await _link.ExposureAsync(id) ?? throw new InstrumentFaultException($"the detector has forgotten exposure {id} in its midst");
            if (cancellation.IsCancellationRequested && !exposure.IsOver) exposure = await _link.AbortAsync(id);
            if (exposure.IsOver) return await TellAsync(exposure, frames, cancellation.IsCancellationRequested, wasMadeSafe);
            scope.Report((double)exposure.Taken / frames, "exposing");
            await _pace.RestAsync(Pace.Shortest, cancellation);
        }
    }

    private async Task<ActionOutcome> TellAsync(BeamlineExposure exposure, int frames, bool wasCancelled, bool wasMadeSafe)
    {
        var status = await LookAsync();
        var bytes = await _link.FramesAsync(exposure, status);
        var outcome = exposure.State == "done" && exposure.Taken == frames ? ActionOutcome.Succeeded()
            : wasCancelled ? ActionOutcome.Cancelled($"cancelled after {exposure.Taken} of {frames} frames")
            : wasMadeSafe && exposure.State == "aborted" ? ActionOutcome.MadeSafe($"after {exposure.Taken} of {frames} frames")
            : ActionOutcome.Failed(CauseCode.HardwareFault, $"the exposure ended after {exposure.Taken} of {frames} frames", recoverable: true);
        if (bytes is not null) outcome = outcome.With("frames", new Media(FrameStack.ContentType, bytes));
        return outcome
            .With("taken", new Quantity(exposure.Taken, Unit.One))
            .With("transmission", new Quantity(exposure.Transmission, Unit.One))
            .With("position", new Quantity(exposure.Position, Micrometre));
    }
}
