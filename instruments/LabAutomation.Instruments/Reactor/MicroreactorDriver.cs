using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// The console of a drum-controlled core. Whoever proposes what the drums do, a policy, the built-in controller or a schedule, the safety filter decides, inside this driver
/// and once a second. A trip turns all drums in and leaves the unit to a person.
/// </summary>
internal sealed class MicroreactorDriver : IDriver
{
    public const string FamilyName = "microreactor";

    /// <summary>Runs begun before this one.</summary>
    private const string RunsMark = "runs";

    /// <summary>Why the filter tripped; on the disk before the drums move, so that a program that dies then leaves the trip to the next one.</summary>
    private const string TripMark = "trip";

    /// <summary>s between two values told of a running core.</summary>
    private const int Telling = 10;

    private static readonly Unit Percent = Unit.Parse("%"), Second = Unit.Parse("s"), Kelvin = Unit.Parse("K"), Degree = Unit.Parse("deg");

    private static readonly ImmutableArray<ParameterDescription> Profile =
    [
        new("from", "Power of the core at rest at the start, of the rated one", Percent, 55, 100, 100),
        new("to", "Power to go to", Percent, 55, 100),
        new("then", "Power to go to after the hold", Percent, 55, 100, 100),
        new("ramp", "How fast the set-point moves; at 6000 it steps", Unit.Parse("%/min"), 0.5, 6000, 10),
        new("lead", "Time before the set-point moves", Second, 0, 600, 20),
        new("hold", "Time between the two ramps", Second, 0, 7200, 60),
        new("duration", "Time in all", Second, 2, 14400, 300),
    ];

    private static readonly ImmutableArray<OutputDescription> Followed =
    [
        new("track", "Set-point, power, fuel, angle and the filter's verdict (0 accepted, 1 bent, 2 tripped) over time", Percent, Series: true, Columns: FollowedTrack.Columns),
        new("followed", "Time that was followed", Second),
        new("overridden", "Share of seconds in which the drums did not do what was proposed", Percent),
        new("doubtful", "Share of seconds in which whoever steers was outside the range for which it is made, or gave no number", Percent),
    ];

    private readonly MicroreactorOptions _options;
    private readonly MicroreactorLink _link;
    private readonly StateMachine<ReactorState, Trigger> _machine = new(ReactorState.Offline, FiringMode.Immediate);

    public MicroreactorDriver(MicroreactorOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider linkClock)
    {
        _options = options;
        _link = new MicroreactorLink(connect, linkClock);

        _machine.Configure(ReactorState.Offline).Permit(Trigger.SeenShut, ReactorState.Shut).Permit(Trigger.Begun, ReactorState.Running).Ignore(Trigger.Lost);
        _machine.Configure(ReactorState.Shut).Permit(Trigger.Begun, ReactorState.Running).Permit(Trigger.Lost, ReactorState.Offline).Ignore(Trigger.SeenShut);
        _machine.Configure(ReactorState.Running).Permit(Trigger.SeenShut, ReactorState.Shut).Permit(Trigger.Lost, ReactorState.Offline).Ignore(Trigger.Begun);
    }

    private enum ReactorState { Offline, Shut, Running }

    private enum Trigger { SeenShut, Begun, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; } =
    [
        new(MicroreactorFamily.Steered, "Follows set-points and shuts the core down", Effect.Set, Profile, Followed, CancelWithin: 10),
        new(
            "schedule",
            "Turns the drums by a programme that looks at no measurement, and shuts the core down",
            Effect.Set,
            Profile.AddRange(
                new("turn", "Angle for a change of the set-point by the rated power, at once", Degree, 0, 60, 9),
                new("follow-up", "Angle for such a change in the end, on top", Degree, 0, 90, 30),
                new("relax", "Time in which the difference to the end falls by a factor e", Second, 5, 600, 60)),
            Followed,
            CancelWithin: 10),
        new("scram", "Turns all drums in", Effect.Set, [], [], CancelWithin: 5),
    ];

    public ImmutableArray<PropertyDescription> Properties { get; } =
    [
        new("power", "Measured, of the rated one", Percent),
        new("fuel", "Fuel temperature", Kelvin),
        new("angle", "Mean of the drums; 0 is all in", Degree),
        new("running", "1 while a core is loaded and not shut down", Unit.One),
    ];

    /// <remarks>One line; the console turns the drums in by itself.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(2);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        await _link.OpenAsync(cancellation);
        var identity = await _link.IdentifyAsync();
        await StatusAsync();
        return identity;
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        if (command.Name == "scram")
        {
            await MakeSafeAsync(cancellation);
            return ActionOutcome.Succeeded();
        }

        var policy = command.Name == MicroreactorFamily.Steered ? _options.Policy() : new SteeringModel("the schedule", new DrumSchedule(command["turn"], command["follow-up"], command["relax"]).Propose);
        return await FollowAsync(command, policy, scope, cancellation);
    }

    /// <remarks>A run that was cut off is none: its core is shut down, and it may run again from the start. A trip stays one.</remarks>
    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(TripMark) is { } trip) return new Recovery.Happened(await TripAsync(trip.Value, new FollowedTrack(), cancellation));
        await MakeSafeAsync(cancellation);
        return new Recovery.DidNotHappen();
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var isShut = await StatusAsync();
        var view = new FollowingView(_ => 0);
        view.Take(await _link.ReadAsync(), 0);
        return Shown(view).Add("running", new Quantity(isShut ? 0 : 1, Unit.One));
    }

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        await _link.ScramAsync();
        if (!await StatusAsync()) throw new InstrumentFaultException("the reactor console does not turn its drums in");
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static ImmutableSortedDictionary<string, Quantity> Shown(FollowingView view)
    {
        var shown = ImmutableSortedDictionary<string, Quantity>.Empty;
        if (float.IsFinite(view.Power[0])) shown = shown.Add("power", new Quantity(100 * view.Power[0], Percent));
        if (float.IsFinite(view.Fuel)) shown = shown.Add("fuel", new Quantity(view.Fuel, Kelvin));
        return float.IsFinite(view.Angle) ? shown.Add("angle", new Quantity(view.Angle, Degree)) : shown;
    }

    private static LoadProfile ProfileOf(DriverCommand command) =>
        new(command["from"] / 100, command["to"] / 100, command["then"] / 100, command["ramp"] / 6000, command["lead"], command["hold"]);

    private async Task<ActionOutcome> FollowAsync(DriverCommand command, SteeringModel policy, IActionScope scope, CancellationToken cancellation)
    {
        var profile = ProfileOf(command);
        var (_, runs) = await _link.StatusAsync();
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the core was loaded");
        scope.Mark(RunsMark, runs.ToString(CultureInfo.InvariantCulture));
        await _link.BeginAsync(profile.From);
        _machine.Fire(Trigger.Begun);

        var (filter, view, track) = (new SafetyFilter(new ReactorLimits()), new FollowingView(profile.At), new FollowedTrack());
        var readings = await _link.ReadAsync(0);
        var proposal = new double[CertifiedConstants.Drums];
        var duration = (int)Math.Round(command["duration"]);
        for (var second = 0; second < duration; second++)
        {
            if (cancellation.IsCancellationRequested) return await EndAsync(ActionOutcome.Cancelled($"cancelled after {second} of {duration} s; all drums are in"), track, cancellation);
            view.Take(readings, second);
            var proposed = policy.Propose(view);
            Array.Fill(proposal, proposed.Rate);
            var verdict = filter.Judge(readings, proposal);
            track.Add(second, view, verdict.Decision, proposed.Doubt);
            if (filter.Trip is { } trip)
            {
                var why = $"the safety filter tripped after {second} s: {trip}";
                scope.Mark(TripMark, why);
                return await TripAsync(why, track, cancellation);
            }

            view.Turned(verdict.Rates);
            readings = await _link.TurnAsync(second, verdict.Rates);
            scope.Report(Math.Min(0.99, (second + 1.0) / duration), "following", TimeSpan.FromSeconds(duration - second - 1));
            if (second % Telling == 0) foreach (var (name, value) in Shown(view)) scope.Observe(name, value);
        }

        return await EndAsync(track.Doubts == 0
            ? ActionOutcome.Succeeded($"steered by {policy.Name}")
            : new ActionOutcome(ActionStatus.Succeeded, CauseCode.SuccessWithWarnings, $"steered by {policy.Name}, which was in doubt in {track.Doubts} of {duration} s, first after {track.FirstDoubt}"), track, cancellation);
    }

    /// <summary>A trip that a person has to look at, also where the console does not do what it is told.</summary>
    private async Task<ActionOutcome> TripAsync(string why, FollowedTrack track, CancellationToken cancellation)
    {
        try
        {
            return await EndAsync(ActionOutcome.Failed(CauseCode.EmergencyStop, $"{why}; all drums are in", recoverable: false), track, cancellation);
        }
        catch (Exception error) when (error is InstrumentFaultException or InstrumentLinkException)
        {
            return ActionOutcome.Failed(CauseCode.EmergencyStop, $"{why}; the drums may not be in: {error.Message}", recoverable: false);
        }
    }

    private async Task<ActionOutcome> EndAsync(ActionOutcome outcome, FollowedTrack track, CancellationToken cancellation)
    {
        await MakeSafeAsync(cancellation);
        return track.Seconds == 0 ? outcome : outcome.With("track", track.ToSeries()).With("followed", new Quantity(track.Seconds, Second)).With("overridden", track.Overridden).With("doubtful", track.Doubtful);
    }

    private async Task<bool> StatusAsync()
    {
        var (isShut, _) = await _link.StatusAsync();
        _machine.Fire(isShut ? Trigger.SeenShut : Trigger.Begun);
        return isShut;
    }
}
