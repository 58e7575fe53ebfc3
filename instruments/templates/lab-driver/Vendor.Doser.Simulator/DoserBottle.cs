using LabAutomation.Simulators.Worlds;

namespace Vendor.Doser.Simulator;

/// <summary>What a hand can do at the simulated pump. May be called from any thread.</summary>
public sealed class DoserBottle
{
    private readonly World<DoserState> world;

    internal DoserBottle(World<DoserState> world) => this.world = world;

    /// <summary>mL in the bottle when the last run ended.</summary>
    public double Volume => world.Do(() => world.State.Bottle);

    /// <summary>Puts a bottle with so many mL in its place, between two runs.</summary>
    public void Exchange(double volume) => world.Do(() =>
    {
        world.Changed();
        return world.State.Bottle = volume;
    });
}
