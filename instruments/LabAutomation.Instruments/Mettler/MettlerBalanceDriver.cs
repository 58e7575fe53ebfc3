using System.Collections.Immutable;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>
/// A Mettler Toledo balance. It moves nothing; what can go wrong is a weight that is not the one asked for, so every value is one at rest,
/// and zero and tare are looked at afterwards instead of believed.
/// </summary>
internal sealed class MettlerBalanceDriver : IDriver
{
    public const string FamilyName = "mettler-mtsics";

    /// <summary>The balance may have been zeroed or tared, or its tare cleared; the tare before.</summary>
    private const string ChangingMark = "changing";

    /// <summary>A net weight of no more digits is zero: what drift and placement do to it.</summary>
    private const double ZeroDigits = 10;

    private static readonly Unit Gram = Unit.Parse("g");
    private static readonly ParameterDescription Within = new("within", "Time allowed for coming to rest", Unit.Parse("s"), 1, 600, 30);

    private readonly MettlerBalanceLink _link;
    private readonly TimeProvider _clock;
    private readonly Pace _pace;
    private readonly StateMachine<BalanceState, Trigger> _machine = new(BalanceState.Offline, FiringMode.Immediate);

    public MettlerBalanceDriver(DriverSettings settings, Func<CancellationToken, Task<Stream>> connect, TimeProvider labClock, TimeProvider linkClock)
    {
        settings.AllowOnly();
        _link = new MettlerBalanceLink(connect, linkClock);
        _clock = labClock;
        _pace = new Pace(labClock, linkClock);

        _machine.Configure(BalanceState.Offline).Permit(Trigger.Connected, BalanceState.Ready).Ignore(Trigger.Lost).Ignore(Trigger.Rest);
        _machine.Configure(BalanceState.Ready).Permit(Trigger.Load, BalanceState.Settling).Permit(Trigger.Lost, BalanceState.Offline).Ignore(Trigger.Rest);
        _machine.Configure(BalanceState.Settling).Permit(Trigger.Rest, BalanceState.Ready).Permit(Trigger.Lost, BalanceState.Offline).Ignore(Trigger.Load);
    }

    private enum BalanceState { Offline, Ready, Settling }

    private enum Trigger { Connected, Load, Rest, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; } =
    [
        new("weigh", "Waits until the weight is at rest and reads it, less the tare", Effect.Read, [Within], [new("weight", "Net weight at rest", Gram)], CancelWithin: 5),
        new("zero", "Makes what lies on the pan the zero and clears the tare; for an empty pan", Effect.Set, [Within], [], CancelWithin: 5),
        new("tare", "Makes what lies on the pan the tare", Effect.Set, [Within], [new("tare", "The new tare", Gram)], CancelWithin: 5),
        new("clear-tare", "Forgets the tare", Effect.Set, [], [], CancelWithin: 5),
    ];

    public ImmutableArray<PropertyDescription> Properties { get; } =
    [
        new("weight", "Net weight", Gram),
        new("stable", "1 where the weight was at rest, 0 where it was still moving", Unit.One),
        new("tare", "Tare", Gram),
    ];

    /// <remarks>Nothing moves, flows or heats at any time; one question shows that the device is there.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(1);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var serial = await _link.OpenAsync(cancellation);
        var levels = await _link.TextAsync("I1");
        if (!levels.Contains('0') || !levels.Contains('1'))
            throw new InstrumentFaultException($"the balance has MT-SICS levels '{levels}'; 0 and 1 are needed");
        var model = await _link.TextAsync("I2");
        var software = await _link.TextAsync("I3");
        _machine.Fire(Trigger.Connected);
        return new InstrumentIdentity("Mettler Toledo", model, serial, software);
    }

    public Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation) => command.Name switch
    {
        "zero" => ChangeAsync(command, ZeroAsync, scope, cancellation),
        "tare" => ChangeAsync(command, TareAsync, scope, cancellation),
        "clear-tare" => ClearAsync(scope),
        _ => WeighAsync(command, scope, cancellation),
    };

    public async Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation)
    {
        if (action.Mark(ChangingMark) is null) return new Recovery.DidNotHappen();

        // Each of them brings about a condition. Whether it is there counts, not how it came.
        var tare = await TareNowAsync();
        if (action.Command.Name == "clear-tare") return tare == 0 ? new Recovery.Happened(ActionOutcome.Succeeded()) : new Recovery.DidNotHappen();
        var (weight, outcome) = await SettleAsync(action.Command, _clock.GetUtcNow(), scope, cancellation);
        if (weight is not { } net) return new Recovery.Unknown($"whether the balance was brought to {action.Command.Name} cannot be told: {outcome!.Message}");
        if (Math.Abs(net.Grams) > ZeroDigits * net.Digit) return new Recovery.DidNotHappen();
        if (action.Command.Name == "zero") return tare == 0 ? new Recovery.Happened(ActionOutcome.Succeeded()) : new Recovery.DidNotHappen();
        return new Recovery.Happened(ActionOutcome.Succeeded().With("tare", new Quantity(tare, Gram)));
    }

    public async Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation)
    {
        var properties = ImmutableSortedDictionary<string, Quantity>.Empty.Add("tare", new Quantity(await TareNowAsync(), Gram));
        return await _link.WeightAsync("SI", "S", _ => { }) is { } weight
            ? properties.Add("weight", new Quantity(weight.Grams, Gram)).Add("stable", new Quantity(weight.IsStable ? 1 : 0, Unit.One))
            : properties;
    }

    /// <remarks>A balance does nothing that would have to be stopped; that it answers is all.</remarks>
    public async Task MakeSafeAsync(CancellationToken cancellation)
    {
        await _link.WeightAsync("SI", "S", _ => { });
        _machine.Fire(Trigger.Rest);
    }

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<ActionOutcome> WeighAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var (weight, outcome) = await SettleAsync(command, _clock.GetUtcNow(), scope, cancellation);
        return weight is { } rested ? ActionOutcome.Succeeded().With("weight", new Quantity(rested.Grams, Gram)) : outcome!;
    }

    /// <summary>Waits for rest and changes the zero or tare. A weight that moved just then does not count, and it is done again.</summary>
    private async Task<ActionOutcome> ChangeAsync(DriverCommand command, Func<Task<ActionOutcome?>> change, IActionScope scope, CancellationToken cancellation)
    {
        var began = _clock.GetUtcNow();
        while (true)
        {
            var (weight, outcome) = await SettleAsync(command, began, scope, cancellation);
            if (weight is null) return outcome!;
            await MarkAsync(scope);
            if (await change() is { } done) return done;
            await _pace.RestAsync(Pace.Shortest, cancellation);
        }
    }

    private async Task<ActionOutcome?> ZeroAsync() => await _link.StatusAsync("ZI", "SDI+-") switch
    {
        'S' => ActionOutcome.Succeeded(),
        'D' or 'I' => null,
        _ => ActionOutcome.Failed(CauseCode.Unachievable, "the balance cannot be zeroed with what lies on it; empty the pan, or use tare", recoverable: true),
    };

    private async Task<ActionOutcome?> TareAsync()
    {
        var status = ' ';
        if (await _link.WeightAsync("TI", "TI", found => status = found) is { } tare)
            return tare.IsStable ? ActionOutcome.Succeeded().With("tare", new Quantity(tare.Grams, Gram)) : null;
        return status switch
        {
            'I' => null,
            '+' => ActionOutcome.Failed(CauseCode.Unachievable, "what lies on the balance is heavier than it can tare", recoverable: true),
            _ => ActionOutcome.Failed(CauseCode.Unachievable, "the balance shows less than zero and cannot be tared; zero it with an empty pan", recoverable: true),
        };
    }

    private async Task<ActionOutcome> ClearAsync(IActionScope scope)
    {
        await MarkAsync(scope);
        if (await _link.StatusAsync("TAC", "AI") == 'I') throw new InstrumentFaultException("the balance does not clear its tare: it is busy with something else");
        return ActionOutcome.Succeeded();
    }

    private async Task MarkAsync(IActionScope scope)
    {
        var tare = await TareNowAsync();
        scope.Mark(ChangingMark, FormattableString.Invariant($"the tare was {tare:0.######} g"));
    }

    private async Task<double> TareNowAsync() =>
        (await _link.WeightAsync("TA", "TA", _ => { }))?.Grams ?? throw new InstrumentFaultException("the balance does not tell its tare: it is busy with something else");

    /// <summary>The weight at rest, or why there is none.</summary>
    private async Task<(MettlerWeight? Weight, ActionOutcome? Outcome)> SettleAsync(DriverCommand command, DateTimeOffset began, IActionScope scope, CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Load);
        var within = TimeSpan.FromSeconds(command.Values.GetValueOrDefault("within", Within.Default!.Value));
        while (true)
        {
            if (cancellation.IsCancellationRequested)
            {
                _machine.Fire(Trigger.Rest);
                return (null, ActionOutcome.Cancelled("cancelled while waiting for the weight to come to rest"));
            }

            var asked = _clock.GetUtcNow();
            var status = ' ';
            var weight = await _link.WeightAsync("SI", "S", found => status = found);
            if (weight is { } read)
            {
                scope.Observe("weight", new Quantity(read.Grams, Gram));
                scope.Observe("stable", new Quantity(read.IsStable ? 1 : 0, Unit.One));
            }

            if (weight is { IsStable: true })
            {
                _machine.Fire(Trigger.Rest);
                return (weight, null);
            }

            if (asked - began > within)
            {
                _machine.Fire(Trigger.Rest);
                return (null, ActionOutcome.Failed(CauseCode.Unachievable, $"after {within.TotalSeconds:0} s {Reason(status)}", recoverable: true));
            }

            scope.Report(Math.Clamp((asked - began) / within, 0, 0.99), "waiting for rest");
            await _pace.RestAsync(Pace.Shortest, cancellation);
        }
    }

    private static string Reason(char status) => status switch
    {
        '+' => "there is still more on the balance than it can weigh",
        '-' => "the balance still shows underload; is its pan in place?",
        'I' => "the balance is still busy with something else",
        _ => "the weight has not come to rest; is there a draught or a vibration?",
    };
}
