using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Weighing;

/// <summary>What a hand can do at a simulated balance. May be called from any thread.</summary>
public sealed class BalancePan
{
    private const double PanItself = 25;
    private readonly World<BalanceState> world;
    private readonly MettlerBalance balance;

    internal BalancePan(World<BalanceState> world, MettlerBalance balance) => (this.world, this.balance) = (world, balance);

    /// <summary>What lies on the pan in truth, g; negative where the pan is lifted off.</summary>
    public double Load => world.Do(() => world.State.Cell.Load);

    /// <summary>Puts something of this mass on the pan, in place of what lay there.</summary>
    /// <param name="grams">0 or more.</param>
    public void Place(double grams)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(grams);
        Carry(grams);
    }

    /// <summary>Takes away what lies on the pan.</summary>
    public void Clear() => Carry(0);

    /// <summary>Lifts the pan itself off, with all that lies on it.</summary>
    public void LiftOff() => Carry(-PanItself);

    /// <summary>Lets a draught blow over the pan, or shuts it out.</summary>
    public void Draught(bool blows) => Touch(() =>
    {
        world.State.Cell.Carry(world.State.Cell.Load, world.Now);
        world.State.Cell.Draughty = blows;
    });

    /// <summary>Presses the unit key until the balance shows and tells weights in this unit; to no avail after K 2 or K 3.</summary>
    /// <param name="unit">g, mg, kg or oz.</param>
    public void ShowIn(string unit)
    {
        if (!MettlerBalance.Units.ContainsKey(unit)) throw new ArgumentException($"the balance has the units {string.Join(", ", MettlerBalance.Units.Keys)}, not '{unit}'", nameof(unit));
        Touch(() =>
        {
            if (world.State.HasKeys) world.State.Unit = unit;
        });
    }

    /// <summary>Switches the balance off and on: tare and pending commands are gone, what lies on the pan is the new zero, and it says its serial number.</summary>
    public void Restart() => Touch(balance.Restart);

    internal static DeviceSetup SetUp(DeviceSite site) =>
        site.Place<BalanceState, MettlerBalance>(world => new MettlerBalance(world, site), (world, balance) => new BalancePan(world, balance));

    private void Carry(double grams) => Touch(() => world.State.Cell.Carry(grams, world.Now));

    private void Touch(Action act) => world.Do(() =>
    {
        act();
        world.Changed();
        balance.Arm();
        return true;
    });
}
