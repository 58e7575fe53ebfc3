using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Reactor;

/// <summary>What somebody at a console sees of its core, without the line.</summary>
public sealed class ReactorHall
{
    private readonly World<ReactorConsoleState> world;
    private readonly ReactorConsole console;

    internal ReactorHall(World<ReactorConsoleState> world, ReactorConsole console) => (this.world, this.console) = (world, console);

    /// <summary>True power, in multiples of the rated one, and the mean angle of the drums, degrees.</summary>
    public (double Power, double Angle) Look() => world.Do(() => (console.Core.Power, console.Core.Bank.Drums.Average(drum => drum.Angle)));

    /// <summary>A drum whose motor turns and that does not move, from 0; until the next run begins.</summary>
    public void Jam(int drum) => world.Do(() => console.Core.Bank.Drums[drum].IsJammed = true);
}
