using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// A SCARA arm behind a command server in the manner of Brooks' TCS: a line per command, a line per reply that begins with 0 or a negative
/// code. What it does and answers stands in docs/reference/instruments/arm-tcs.md.
/// </summary>
internal sealed class TcsArm : IWireDevice
{
    /// <summary>From the start until a crucible is gripped.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromSeconds(16);

    /// <summary>From there until it stands at its target, or back where it stood.</summary>
    public static readonly TimeSpan Carriage = TimeSpan.FromSeconds(24);

    private const string UnknownCommand = "-2801", BadParameter = "-2802", NotTaught = "-4001", NotPowered = "-4002", Busy = "-4003", GripperFull = "-4004", GripperEmpty = "-4005";

    private readonly World<RoomState> world;
    private readonly CruciblePlaces places;
    private readonly string name;
    private readonly HashSet<int> taught;
    private readonly LineReader reader = new((byte)'\n', 120);
    private Action<byte[]> send = _ => { };

    public TcsArm(CruciblePlaces places, DeviceSite site)
    {
        (world, this.places, name) = (places.World, places, site.Name);
        taught = [.. PositionText.Read(site.Setting("positions", ""))];
        foreach (var bin in PositionText.Read(site.Setting("bin", ""))) places.Bin(bin);
        _ = State;
        places.Follow(() => State.IsMoving ? new Happening(State.Until, Arrive) : null);
    }

    private ArmState State => RoomState.Of(world.State.Arms, name);

    public bool? IsAtRest => !world.State.Arms[name].IsMoving;

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => reader.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes)) send(Encoding.ASCII.GetBytes((line is null ? UnknownCommand : Answer(line)) + "\r\n"));
    }

    /// <summary>As an emergency stop does: the brakes fall in, the gripper keeps what it has.</summary>
    public void CutPower()
    {
        Halt();
        State.IsPowered = false;
        world.Changed();
    }

    /// <summary>Whether it stands still with something in its gripper.</summary>
    public bool HoldsStill => !State.IsMoving && State.Held is not null;

    /// <summary>Where what it has in its gripper stood; null where it has nothing, and where a carriage put that down from the gripper.</summary>
    public int? HeldFrom => State is { Held: not null, From: > 0 and var from } ? from : null;

    /// <summary>As a hand does with an arm that stands still.</summary>
    public void Empty()
    {
        if (!HoldsStill) return;
        State.Held = null;
        world.State.ThrownAway++;
    }

    private string Answer(string line)
    {
        var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return UnknownCommand;
        var parameters = new int[words.Length - 1];
        for (var k = 0; k < parameters.Length; k++)
        {
            if (!int.TryParse(words[k + 1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out parameters[k])) return BadParameter;
        }

        return (words[0].ToUpperInvariant(), parameters) switch
        {
            ("NOP", []) => "0",
            ("MODE", [0]) => "0",
            ("VERSION", []) => "0 TCP Command Server 3.0, carriage of crucibles 1.0",
            ("HP", []) => State.IsPowered ? "0 1" : "0 0",
            ("HP", [0 or 1]) => Power(parameters[0] == 1),
            ("HALT", []) => Halt(),
            ("CARRY", [var from, var to]) => Carry(from, to),
            ("PUT", [var to]) => Put(to),
            ("CARRYSTATE", [var question]) => Told(question),
            ("NOP" or "MODE" or "VERSION" or "HP" or "HALT" or "CARRY" or "PUT" or "CARRYSTATE", _) => BadParameter,
            _ => UnknownCommand,
        };
    }

    private string Told(int question)
    {
        var left = State.IsMoving ? State.Until - world.Now + (State.Phase == CarryPhase.Reaching ? Carriage : TimeSpan.Zero) : TimeSpan.Zero;
        return string.Create(CultureInfo.InvariantCulture, $"0 {question} {State.Count} {(int)State.Phase} {(State.Held is null ? 0 : 1)} {(State.IsPowered ? 1 : 0)} {left.TotalSeconds:0.0} {State.From} {State.To}");
    }

    private string Power(bool on)
    {
        if (!on) CutPower();
        State.IsPowered = on;
        world.Changed();
        return "0";
    }

    private string Carry(int from, int to)
    {
        if (!taught.Contains(from) || !taught.Contains(to) || from == to) return NotTaught;
        if (!State.IsPowered) return NotPowered;
        if (State.IsMoving) return Busy;
        if (State.Held is not null) return GripperFull;
        return Begin(CarryPhase.Reaching, from, to, Reach);
    }

    private string Put(int to)
    {
        if (!taught.Contains(to)) return NotTaught;
        if (!State.IsPowered) return NotPowered;
        if (State.IsMoving) return Busy;
        return State.Held is null ? GripperEmpty : Begin(CarryPhase.Carrying, 0, to, Carriage);
    }

    private string Begin(CarryPhase phase, int from, int to, TimeSpan time)
    {
        (State.Phase, State.From, State.To, State.Until) = (phase, from, to, world.Now + time);
        State.Count++;
        world.Changed();
        return string.Create(CultureInfo.InvariantCulture, $"0 {State.Count}");
    }

    private string Halt()
    {
        if (State.IsMoving) State.Phase = CarryPhase.Halted;
        world.Changed();
        return "0";
    }

    private void Arrive()
    {
        switch (State.Phase)
        {
            case CarryPhase.Reaching: Grip(); break;
            case CarryPhase.Carrying: PutDown(); break;
            default: PutBack(); break;
        }
    }

    private void Grip()
    {
        if (places.Shut(State.From) is not null) State.Phase = CarryPhase.SourceShut;
        else if (!places.IsTaken(State.From)) State.Phase = CarryPhase.NothingThere;
        else
        {
            State.Held = places.Take(State.From);
            world.Record(name, EffectKind.Pick, State.From);
            (State.Phase, State.Until) = (CarryPhase.Carrying, world.Now + Carriage);
        }
    }

    private void PutDown()
    {
        var trouble = places.Shut(State.To) is not null ? CarryPhase.TargetShut : places.IsTaken(State.To) ? CarryPhase.TargetTaken : CarryPhase.Done;
        if (trouble == CarryPhase.Done) Release(State.To, CarryPhase.Done);
        else if (State.From == 0) State.Phase = trouble;
        else (State.Phase, State.Trouble, State.Until) = (CarryPhase.Returning, trouble, world.Now + Carriage);
    }

    /// <summary>Where somebody has taken the place meanwhile the crucible stays in the gripper.</summary>
    private void PutBack()
    {
        if (places.IsTaken(State.From) || places.Shut(State.From) is not null) State.Phase = State.Trouble;
        else Release(State.From, State.Trouble);
    }

    private void Release(int position, CarryPhase end)
    {
        var crucible = State.Held!;
        (State.Held, State.Phase) = (null, end);
        world.Record(name, State.From == 0 ? EffectKind.Put : EffectKind.Place, position);
        places.Put(position, crucible);
    }
}
