using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>What a hand can do in a simulated furnace room, and what an eye would see. May be called from any thread.</summary>
public sealed class RoomFloor
{
    private readonly World<RoomState> world;
    private readonly CruciblePlaces places;
    private readonly IReadOnlyDictionary<string, object> devices;

    /// <param name="devices">By their names.</param>
    internal RoomFloor(CruciblePlaces places, IReadOnlyDictionary<string, object> devices) => (world, this.places, this.devices) = (places.World, places, devices);

    /// <summary>Positions with what stands there.</summary>
    public IReadOnlyDictionary<int, Crucible> Crucibles => world.Do(() => new Dictionary<int, Crucible>(world.State.Crucibles));

    /// <summary>Crucibles that were put into a bin or taken away.</summary>
    public long ThrownAway => world.Do(() => world.State.ThrownAway);

    /// <summary>The weight fraction of the target phase that the crucible at a position has in truth; null where none stands there.</summary>
    public double? Fraction(int position) => world.Do(() => places.At(position)?.Fraction(world.Seed));

    /// <summary>Puts a fresh crucible to a position where none stands, with powder or empty.</summary>
    /// <param name="mass">mg; 0 for an empty one.</param>
    public void Stand(int position, int target = 0, int recipe = 0, double mass = 0) => Touch(() =>
    {
        var crucible = places.Bring(position);
        (crucible.Target, crucible.Recipe, crucible.Mass) = (target, recipe, mass);
    });

    /// <summary>Takes away what stands at a position.</summary>
    public void Remove(int position) => Touch(() => world.State.Crucibles.Remove(position));

    /// <summary>Sees to it from now on, while the program runs, that a fresh crucible stands there whenever one was taken.</summary>
    public void Supply(int position) => Touch(() => places.Supply(position));

    /// <summary>Takes away from now on, while the program runs, what is put there or filled there.</summary>
    public void Clear(int position) => Touch(() => places.Clear(position));

    /// <summary>Presses the emergency stop of an arm; its command <c>hp 1</c> switches it on again.</summary>
    /// <exception cref="ArgumentException">There is no such arm.</exception>
    public void CutPower(string arm) => Touch(Device<TcsArm>(arm).CutPower);

    /// <summary>Whether an arm stands still with a crucible in its gripper.</summary>
    /// <exception cref="ArgumentException">There is no such arm.</exception>
    public bool IsHeld(string arm) => world.Do(() => Device<TcsArm>(arm).HoldsStill);

    /// <summary>The position from which an arm took what it has in its gripper; null where it has nothing, or it stood nowhere.</summary>
    /// <exception cref="ArgumentException">There is no such arm.</exception>
    public int? HeldFrom(string arm) => world.Do(() => Device<TcsArm>(arm).HeldFrom);

    /// <summary>Takes away what an arm that stands still has in its gripper, if it has anything.</summary>
    /// <exception cref="ArgumentException">There is no such arm.</exception>
    public void EmptyGripper(string arm) => Touch(Device<TcsArm>(arm).Empty);

    /// <summary>Holds a furnace's door open, or shuts it.</summary>
    /// <exception cref="ArgumentException">There is no such furnace.</exception>
    public void HoldDoor(string furnace, bool open) => Touch(() => Device<BoxFurnace>(furnace).HoldDoor(open));

    /// <summary>Switches a furnace's panel, and with it the registers, to another unit.</summary>
    /// <exception cref="ArgumentException">There is no such furnace.</exception>
    public void ShowIn(string furnace, TemperatureDisplay display) => Touch(() => Device<BoxFurnace>(furnace).ShowIn(display));

    /// <summary>Lets a furnace heat on until its over-temperature protection trips.</summary>
    /// <exception cref="ArgumentException">There is no such furnace.</exception>
    public void Overheat(string furnace) => Touch(Device<BoxFurnace>(furnace).Overheat);

    /// <summary>Acknowledges at the furnace that its protection has tripped.</summary>
    /// <exception cref="ArgumentException">There is no such furnace.</exception>
    public void Acknowledge(string furnace) => Touch(Device<BoxFurnace>(furnace).Acknowledge);

    /// <summary>Breaks the sensor of a furnace, or mends it.</summary>
    /// <exception cref="ArgumentException">There is no such furnace.</exception>
    public void BreakSensor(string furnace, bool broken) => Touch(() => Device<BoxFurnace>(furnace).BreakSensor(broken));

    /// <summary>Fills the dosing heads of a doser, or empties them.</summary>
    /// <param name="milligrams">In all, from now on.</param>
    /// <exception cref="ArgumentException">There is no such doser.</exception>
    public void FillHeads(string doser, double milligrams) => Touch(() => Device<QuantosDoser>(doser).Fill(milligrams));

    private T Device<T>(string name)
        where T : class =>
        devices.GetValueOrDefault(name) as T ?? throw new ArgumentException($"the room has no {typeof(T).Name} called '{name}'; it has {string.Join(", ", devices.Keys)}", nameof(name));

    private void Touch(Action act) => world.Do(() =>
    {
        act();
        world.Changed();
        return true;
    });
}
