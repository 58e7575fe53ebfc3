using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// A Brooks PreciseFlex arm that carries crucibles between taught positions. It counts its carriages, so that one that was begun is followed
/// and never begun again; one that is cancelled after the crucible was taken is brought to its end, since a crucible in a gripper is nowhere.
/// </summary>
internal sealed class PreciseFlexDriver : IDriver
{
    public const string FamilyName = "preciseflex-tcs";

    /// <summary>The carriages before the one that may have begun.</summary>
    private const string CountMark = "count";

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly PositionSet _positions;
    private readonly PreciseFlexLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<ArmState, Trigger> _machine = new(ArmState.Offline, FiringMode.Immediate);

    public PreciseFlexDriver(PreciseFlexOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _positions = options.Positions;
        _link = new PreciseFlexLink(connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(ArmState.Offline).Permit(Trigger.Connected, ArmState.Ready).Ignore(Trigger.Lost).Ignore(Trigger.Rest);
        _machine.Configure(ArmState.Ready).Permit(Trigger.Move, ArmState.Carrying).Permit(Trigger.Lost, ArmState.Offline).Ignore(Trigger.Rest);
        _machine.Configure(ArmState.Carrying).Permit(Trigger.Rest, ArmState.Ready).Permit(Trigger.Lost, ArmState.Offline).Ignore(Trigger.Move);

        var (low, high) = (_positions.All.Min, Math.Max(_positions.All.Max, _positions.All.Min + 1));
        var to = new ParameterDescription("to", "Number of the position to which it is carried", Unit.One, low, high);
        Commands =
        [
            new("transfer", "Carries what stands at one position to another", Effect.Relative, [new("from", "Number of the position where it stands", Unit.One, low, high), to], [], CancelWithin: 60),
            new("put", "Puts down what a halted arm holds in its gripper", Effect.Relative, [to], [], CancelWithin: 60),
        ];
    }

    private enum ArmState { Offline, Ready, Carrying }

    private enum Trigger { Connected, Move, Rest, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } =
    [
        new("holding", "1 while something is in the gripper, else 0", Unit.One),
        new("powered", "1 while the motors have power, else 0", Unit.One),
        new("carriages", "Carriages begun since the controller was made", Unit.One),
    ];

    /// <remarks>A halt decelerates within a second; what is in the gripper stays there.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(2);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var version = await _link.OpenAsync(cancellation);
        await _link.StateAsync();
        _machine.Fire(Trigger.Connected);
        return new InstrumentIdentity("Brooks", "PreciseFlex", "unknown", version);
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        int? from = null;
        if (command.Name == "transfer" && (from = _positions.Find(command["from"])) is null) return Untaught(command["from"]);
        if (_positions.Find(command["to"]) is not { } to) return Untaught(command["to"]);
        if (from == to) return ActionOutcome.Failed(CauseCode.OutOfRange, $"'from' and 'to' are both position {to}", recoverable: true);
        var before = await _link.StateAsync();
        if (Hindrance(before, from) is { } hindrance) return hindrance;
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the arm moved");

        scope.Mark(CountMark, before.Count.ToString(CultureInfo.InvariantCulture));
        await _link.BeginAsync(from, to);
        return await FollowAsync(before.Count + 1, from, to, scope, cancellation);
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(CountMark) is not { } mark) return new Recovery.DidNotHappen();
        var before = long.Parse(mark.Value, CultureInfo.InvariantCulture);
        var (seen, to) = (await _link.StateAsync(), (int)action.Command["to"]);
        int? from = action.Command.Name == "transfer" ? (int)action.Command["from"] : null;
        if (seen.Count == before)
        {
            await ConfirmAsync(seen);
            return new Recovery.DidNotHappen();
        }

        if (seen.Count < before) return new Recovery.Unknown($"the arm has begun {seen.Count} carriages in all, where it was {before} before this one: it was exchanged or set back; look where the crucible stands");
        if (seen.Count != before + 1) return new Recovery.Unknown($"the arm has begun {seen.Count - before} carriages since, so that what became of this one cannot be told; look where the crucible stands");
        return IsOf(seen, from, to)
            ? new Recovery.Happened(await FollowAsync(before + 1, from, to, scope, cancellation, action.WasMadeSafe))
            : new Recovery.Unknown($"the arm has begun a carriage since that was somebody else's, {(seen.From == 0 ? "" : $"from position {seen.From} ")}to position {seen.To}; look where the crucible stands");
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var seen = await _link.StateAsync();
        return ImmutableSortedDictionary<string, Quantity>.Empty
            .Add("holding", new Quantity(seen.Holds ? 1 : 0, Unit.One))
            .Add("powered", new Quantity(seen.IsPowered ? 1 : 0, Unit.One))
            .Add("carriages", new Quantity(seen.Count, Unit.One));
    }

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        if ((await _link.StateAsync()).IsMoving) await _link.HaltAsync();
        if ((await _link.StateAsync()).IsMoving) throw new InstrumentFaultException("the arm does not halt");
        _machine.Fire(Trigger.Rest);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private Task ConfirmAsync(ArmCarriage seen) => Twice.ConfirmAsync("arm", seen, _link.StateAsync);

    private ActionOutcome Untaught(double position) =>
        ActionOutcome.Failed(CauseCode.OutOfRange, FormattableString.Invariant($"position {position:G6} was not taught; taught are {_positions}"), recoverable: true);

    private static bool IsOf(ArmCarriage seen, int? from, int to) => (seen.From, seen.To) == (from ?? 0, to);

    private static ActionOutcome? Hindrance(ArmCarriage seen, int? from)
    {
        if (!seen.IsPowered) return ActionOutcome.Failed(CauseCode.HardwareFault, "the arm has no power; release its emergency stop, switch its power on and home it", recoverable: false);
        if (seen.IsMoving) return ActionOutcome.Failed(CauseCode.HardwareFault, "the arm moves by somebody else's order", recoverable: false);
        if (from is not null && seen.Holds) return ActionOutcome.Failed(CauseCode.Unachievable, "the gripper holds a crucible; 'put' puts it down", recoverable: true);
        return from is null && !seen.Holds ? ActionOutcome.Failed(CauseCode.Unachievable, "the gripper holds nothing that could be put down", recoverable: true) : null;
    }

    /// <summary>Waits for the end of the carriage with this number.</summary>
    private async Task<ActionOutcome> FollowAsync(long number, int? from, int to, IActionScope scope, CancellationToken cancellation, bool wasMadeSafe = false)
    {
        _machine.Fire(Trigger.Move);
        var began = _clock.GetUtcNow();
        while (true)
        {
            // Taken before the question: a program that was held up must not find an arm overdue that had its time.
            var asked = _clock.GetUtcNow();
            var seen = await _link.StateAsync();
            scope.Observe("holding", new Quantity(seen.Holds ? 1 : 0, Unit.One));
            if (seen.Count != number || !IsOf(seen, from, to)) throw new InstrumentFaultException($"the arm carries by somebody else's order: its carriage has the number {seen.Count}, not {number}, or goes elsewhere, to position {seen.To}");
            if (!seen.IsMoving)
            {
                _machine.Fire(Trigger.Rest);
                if (seen.Phase != CarriagePhase.Done) await ConfirmAsync(seen);
                return Judge(seen, from, to, cancellation.IsCancellationRequested, wasMadeSafe);
            }

            if (scope.Aborting.IsCancellationRequested || (cancellation.IsCancellationRequested && seen.Phase == CarriagePhase.Reaching))
            {
                await MakeSafeAsync(cancellation);
                continue;
            }

            if (asked - began > Longest)
            {
                await MakeSafeAsync(cancellation);
                return ActionOutcome.Failed(CauseCode.HardwareFault, $"the arm took more than {Longest.TotalMinutes:0} min for a carriage and was halted", recoverable: false);
            }

            scope.Report(Math.Clamp(1 - (seen.Left / Usual), 0, 0.99), seen.Phase == CarriagePhase.Reaching ? "reaching" : "carrying", seen.Left);

            // A carriage that goes on after it was cancelled is waited for in peace.
            var goesOn = cancellation.IsCancellationRequested && seen.Phase != CarriagePhase.Reaching;
            await _pace.WaitForEndAsync(seen.Left, 10 * Usual, goesOn ? scope.Aborting : cancellation);
        }
    }

    private static ActionOutcome Judge(ArmCarriage seen, int? from, int to, bool isCancelled, bool wasMadeSafe)
    {
        var place = seen.Holds ? "the crucible is in the gripper, and 'put' puts it down" : $"the crucible stands at position {from} again";
        return seen.Phase switch
        {
            CarriagePhase.Done => ActionOutcome.Succeeded(),
            CarriagePhase.NothingThere => Unachievable($"nothing stands at position {from}: the gripper closed on nothing"),
            CarriagePhase.TargetTaken => Unachievable($"position {to} is taken; {place}"),
            CarriagePhase.SourceShut => Unachievable($"the way to position {from} is shut by the device there"),
            CarriagePhase.TargetShut => Unachievable($"the way to position {to} is shut by the device there; {place}"),
            CarriagePhase.Halted when isCancelled => ActionOutcome.Cancelled(seen.Holds ? $"halted; {place}" : "cancelled before the crucible was taken"),
            CarriagePhase.Halted when wasMadeSafe => ActionOutcome.MadeSafe(seen.Holds ? $"on the way; {place}" : "before the crucible was taken"),
            CarriagePhase.Halted => ActionOutcome.Failed(CauseCode.HardwareFault, seen.Holds ? $"the arm was halted; {place}" : "the arm was halted before the crucible was taken", recoverable: false),
            _ => ActionOutcome.Failed(CauseCode.HardwareFault, $"the arm ended its carriage in state {(int)seen.Phase}", recoverable: false),
        };
    }

    private static ActionOutcome Unachievable(string message) => ActionOutcome.Failed(CauseCode.Unachievable, message, recoverable: true);
}
