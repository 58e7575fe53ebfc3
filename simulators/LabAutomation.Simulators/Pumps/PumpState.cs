namespace LabAutomation.Simulators.Pumps;

internal sealed class PumpState
{
    public int Address { get; set; }

    /// <summary>What the pump was told, mm. What is mounted is <see cref="VolumeError.MountedDiameter"/>.</summary>
    public double Diameter { get; set; } = 14.43;

    public int Phase { get; set; } = 1;

    public double Rate { get; set; }

    public string RateUnits { get; set; } = "MH";

    /// <summary>In <see cref="VolumeUnits"/>; 0 = until stopped.</summary>
    public double Volume { get; set; }

    public string VolumeUnits { get; set; } = "ML";

    public bool Withdraws { get; set; }

    public bool Buzzer { get; set; } = true;

    /// <summary>R after power came on, S after a stall; null when acknowledged.</summary>
    public char? Alarm { get; set; } = 'R';

    /// <summary>Motor steps as mL in each direction, without the run under way.</summary>
    public double Infused { get; set; }

    public double Withdrawn { get; set; }

    /// <summary>mL left in the reservoir.</summary>
    public double Reservoir { get; set; } = 1000;

    /// <summary>Programs started; numbers the volume errors.</summary>
    public long Runs { get; set; }

    /// <summary>The program under way or paused; null when stopped.</summary>
    public PumpRun? Run { get; set; }
}
