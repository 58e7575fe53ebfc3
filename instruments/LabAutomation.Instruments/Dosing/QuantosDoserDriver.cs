using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// A powder doser with a cabinet of dosing heads. It counts its doses, so that one that was begun is followed and never begun again: what is
/// in a crucible cannot be taken out.
/// </summary>
internal sealed class QuantosDoserDriver : IDriver
{
    public const string FamilyName = "quantos-mtsics";

    /// <summary>The doses before the one that may have begun.</summary>
    private const string CountMark = "count";

    private const int NotAllowed = 5, HeadEmpty = 11;

    private static readonly Unit Milligram = Unit.Parse("mg");

    private readonly int _position;
    private readonly QuantosDoserLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<DoserState, Trigger> _machine = new(DoserState.Offline, FiringMode.Immediate);

    public QuantosDoserDriver(QuantosDoserOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        _position = options.Position;
        _link = new QuantosDoserLink(connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(DoserState.Offline).Permit(Trigger.Connected, DoserState.Ready).Ignore(Trigger.Lost).Ignore(Trigger.Ended);
        _machine.Configure(DoserState.Ready).Permit(Trigger.Started, DoserState.Dosing).Permit(Trigger.Lost, DoserState.Offline).Ignore(Trigger.Ended);
        _machine.Configure(DoserState.Dosing).Permit(Trigger.Ended, DoserState.Ready).Permit(Trigger.Lost, DoserState.Offline).Ignore(Trigger.Started);

        Commands =
        [
            new(
                "dose",
                "Fills the crucible at its position, a fresh one where none stands there, with the powders of a recipe",
                Effect.Consume,
                [
                    new("target", "Number of the compound that is to be made", Unit.One, 1, Math.Max(2, options.Targets)),
                    new("recipe", "Number of the recipe for it", Unit.One, 1, Math.Max(2, options.Recipes)),
                    new("mass", "Powder in all", Milligram, 1, options.LargestDose, Draws: true),
                ],
                [new("mass", "Powder in the crucible", Milligram)],
                CancelWithin: 5),
        ];
    }

    private enum DoserState { Offline, Ready, Dosing }

    private enum Trigger { Connected, Started, Ended, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties { get; } = [new("stock", "Powder left in the dosing heads", Milligram)];

    /// <remarks>A dosing head closes at once.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(2);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var serial = await _link.OpenAsync(cancellation);
        var model = await _link.TextAsync("I2");
        var software = await _link.TextAsync("I3");
        _machine.Fire(Trigger.Connected);
        return new InstrumentIdentity("Mettler Toledo", model, serial, software);
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var (target, recipe) = (command["target"], command["recipe"]);
        if (target != Math.Floor(target) || recipe != Math.Floor(recipe)) return ActionOutcome.Failed(CauseCode.OutOfRange, "'target' and 'recipe' are whole numbers", recoverable: true);
        var before = await _link.SampleAsync();
        if (before.Phase == DosePhase.Dosing) return ActionOutcome.Failed(CauseCode.HardwareFault, "the doser doses by somebody else's order", recoverable: false);
        if (!await _link.ChooseAsync((int)target, (int)recipe)) return Unachievable($"the cabinet has no recipe {recipe} for target {target}");
        if (!await _link.OrderAsync(command["mass"])) return Unachievable(FormattableString.Invariant($"the doser does not dose {command["mass"]:0.#} mg"));
        if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before anything was dosed");

        scope.Mark(CountMark, before.Count.ToString(CultureInfo.InvariantCulture));
        return await _link.StartAsync() switch
        {
            null => await FollowAsync(before.Count + 1, command["mass"], scope, cancellation),
            NotAllowed => Unachievable($"the crucible at position {_position} is filled already"),
            HeadEmpty => Unachievable("the dosing heads hold too little powder for it; fill them"),
            var code => ActionOutcome.Failed(CauseCode.HardwareFault, $"the doser does not begin: {Explain(code.Value)}", recoverable: false),
        };
    }

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(CountMark) is not { } mark) return new Recovery.DidNotHappen();
        var before = long.Parse(mark.Value, CultureInfo.InvariantCulture);
        var seen = await _link.OrderedAsync();
        if (seen.Count == before)
        {
            await Twice.ConfirmAsync("doser", seen, _link.OrderedAsync);
            return new Recovery.DidNotHappen();
        }

        if (seen.Count < before) return new Recovery.Unknown($"the doser has begun {seen.Count} doses in all, where it was {before} before this one: it was exchanged or set back; look what is in the crucible");
        if (seen.Count != before + 1) return new Recovery.Unknown($"the doser has begun {seen.Count - before} doses since, so that what became of this one cannot be told");
        var command = action.Command;
        return (seen.Target, seen.Recipe) == (command["target"], command["recipe"]) && Math.Abs(seen.Milligrams - command["mass"]) < 0.1
            ? new Recovery.Happened(await FollowAsync(seen.Count, command["mass"], scope, cancellation, action.WasMadeSafe))
            : new Recovery.Unknown(FormattableString.Invariant($"the doser has begun a dose since that was somebody else's: {seen.Milligrams:0.0} mg of target {seen.Target} by recipe {seen.Recipe}; look what is in the crucible"));
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) =>
        ImmutableSortedDictionary<string, Quantity>.Empty.Add("stock", new Quantity(await _link.StockAsync(), Milligram));

    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        await _link.StopAsync();
        if ((await _link.SampleAsync()).Phase == DosePhase.Dosing) throw new InstrumentFaultException("the doser does not stop");
        _machine.Fire(Trigger.Ended);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Waits for the end of the dose with this number.</summary>
    private async Task<ActionOutcome> FollowAsync(long number, double ordered, IActionScope scope, CancellationToken cancellation, bool wasMadeSafe = false)
    {
        _machine.Fire(Trigger.Started);
        DateTimeOffset? overdue = null;
        TimeSpan? whole = null;
        while (true)
        {
            // Taken before the question: a program that was held up must not find a dose overdue that had its time.
            var asked = _clock.GetUtcNow();
            var sample = await _link.SampleAsync();
            if (sample.Count != number) throw new InstrumentFaultException($"the doser doses by somebody else's order: its dose has the number {sample.Count}, not {number}");
            if (sample.Phase != DosePhase.Dosing)
            {
                _machine.Fire(Trigger.Ended);
                if (sample.Phase != DosePhase.Done) await Twice.ConfirmAsync("doser", sample, _link.SampleAsync);
                return Judge(sample, ordered, wasMadeSafe);
            }

            whole ??= sample.Left;
            overdue ??= asked + (sample.Left * 1.5) + TimeSpan.FromSeconds(30);
            scope.Report(Math.Clamp(sample.Milligrams / ordered, 0, 0.99), "dosing", sample.Left);
            if (cancellation.IsCancellationRequested || asked > overdue)
            {
                await MakeSafeAsync(cancellation);
                var mass = (await _link.SampleAsync()).Milligrams;
                var text = FormattableString.Invariant($"after {mass:0.#} of {ordered:0.#} mg; what is in the crucible stays there");
                return (cancellation.IsCancellationRequested
                    ? ActionOutcome.Cancelled($"cancelled {text}")
                    : ActionOutcome.Failed(CauseCode.HardwareFault, $"the doser took much longer than it had told and was stopped {text}", recoverable: false)).With("mass", new Quantity(mass, Milligram));
            }

            await _pace.WaitForEndAsync(sample.Left, whole.Value, cancellation);
        }
    }

    private static ActionOutcome Judge(DoseSample sample, double ordered, bool wasMadeSafe)
    {
        var text = FormattableString.Invariant($"after {sample.Milligrams:0.#} of {ordered:0.#} mg");
        var outcome = sample.Phase == DosePhase.Done ? ActionOutcome.Succeeded()
            : wasMadeSafe ? ActionOutcome.MadeSafe($"{text}, or had stopped by itself before: a doser at rest does not say which; what is in the crucible stays there")
            : ActionOutcome.Failed(CauseCode.HardwareFault, $"the doser stopped by itself {text}", recoverable: false);
        return outcome.With("mass", new Quantity(sample.Milligrams, Milligram));
    }

    private static string Explain(int code) => code switch
    {
        1 => "a part of it is not mounted (code 1)",
        2 => "another job is running (code 2)",
        6 => "the weight is not stable (code 6)",
        7 => "the powder does not flow (code 7)",
        _ => $"code {code}",
    };

    private static ActionOutcome Unachievable(string message) => ActionOutcome.Failed(CauseCode.Unachievable, message, recoverable: true);
}
