using System.ComponentModel.DataAnnotations;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Synthesis;

namespace LabAutomation.Hosting;

/// <summary>One entry of the list <c>Instruments</c>.</summary>
public sealed class InstrumentOptions
{
    public const string Section = "Instruments";

    /// <summary>The connection to a device of the simulated colour bench, by its name, or else to a simulated device of the family: in the lab's furnace room, or one that stands alone.</summary>
    public const string Simulated = "simulated";

    /// <summary>The connection to an instrument whose driver runs elsewhere, in <c>lab drive</c> or a program of another language.</summary>
    public const string Remote = "remote";

    /// <summary>Its name on the bus and, unless it has a <see cref="Role"/>, in campaign files.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "the Name of an instrument is one to 64 letters, digits, '-', '_' or '.'")]
    public string Name { get; set; } = "";

    /// <summary>As campaign files call it, where several instruments of the lab do the same at different stations; its name otherwise.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "the Role of an instrument is one to 64 letters, digits, '-', '_' or '.'")]
    public string? Role { get; set; }

    /// <summary>Where it stands: a trial is made at one station, with the instruments there and those that stand at none.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "the Station of an instrument is one to 64 letters, digits, '-', '_' or '.'")]
    public string? Station { get; set; }

    /// <summary>The entry of <c>Locations</c> at which the samples stand that it works on; a trial's sample is carried there before.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "the Location of an instrument is one to 64 letters, digits, '-', '_' or '.'")]
    public string? Location { get; set; }

    /// <summary>Whether it does the same to all samples at its location at once, as a furnace does: trials that need the same of it share one command.</summary>
    public bool Batch { get; set; }

    /// <summary>Seconds for which a batch waits for more samples after the first could begin.</summary>
    [Range(0, 604_800, ErrorMessage = "FillFor is 0 to 604800 s")]
    public double FillFor { get; set; }

    /// <summary>Seconds that an action takes longer which has it set otherwise than the one before, by what <see cref="SetUpBy"/> names.</summary>
    [Range(0, 604_800, ErrorMessage = "SetUp is 0 to 604800 s")]
    public double SetUp { get; set; }

    /// <summary>Arguments that say how it is set, such as <c>acquire.wavelength</c>.</summary>
    public List<string> SetUpBy { get; set; } = [];

    /// <summary>Driver family, one of those of the program's <see cref="InstrumentFamilies"/>, such as <c>ika-namur</c>. Not needed where the driver runs elsewhere.</summary>
    public string Family { get; set; } = "";

    /// <summary><c>simulated</c>, <c>tcp:HOST:PORT</c>, <c>serial:DEVICE@BAUD</c>, or <c>remote</c> where the driver runs elsewhere.</summary>
    [Required]
    public string Connection { get; set; } = "";

    /// <summary>What the family wants to know, such as <c>address</c> or <c>diameter</c>.</summary>
    public Dictionary<string, string> Settings { get; set; } = [];

    /// <summary>Bounds within the driver's own ranges, such as <c>dispense.volume &lt;= 5 mL</c>, alone or <c>where</c> other parameters of the command have certain values.</summary>
    public List<string> Limits { get; set; } = [];

    /// <summary>What is known of the device's calibrations.</summary>
    public List<CalibrationOptions> Calibrations { get; set; } = [];

    /// <summary>Whether the unit works only while the heartbeat of an interlock is heard.</summary>
    public bool RequiresInterlock { get; set; }

    /// <summary>Seconds for which a start waits for the first heartbeat before the unit begins Aborted.</summary>
    [Range(0.1, 3600, ErrorMessage = "FirstHeartbeatWithin is 0.1 to 3600 s")]
    public double FirstHeartbeatWithin { get; set; } = 3;

    /// <summary>Seconds without a broker after which the unit goes to its safe state.</summary>
    [Range(1, 3600, ErrorMessage = "BrokerLease is 1 to 3600 s")]
    public double BrokerLease { get; set; } = 15;

    /// <summary>Seconds of lab time between two looks at the properties of the device while it does nothing.</summary>
    [Range(1, 86400, ErrorMessage = "PropertyPeriod is 1 to 86400 s")]
    public double PropertyPeriod { get; set; } = 30;

    /// <summary>Failures within <see cref="BreakerWindow"/> after which the scheduler gives it nothing more to do for <see cref="BreakerCoolDown"/>; 0 for never.</summary>
    [Range(0, 1000, ErrorMessage = "BreakerFailures is 0 to 1000")]
    public int BreakerFailures { get; set; }

    /// <summary>Seconds of lab time.</summary>
    [Range(1, 604_800, ErrorMessage = "BreakerWindow is 1 to 604800 s")]
    public double BreakerWindow { get; set; } = 3600;

    /// <summary>Seconds of lab time until one action is tried.</summary>
    [Range(1, 604_800, ErrorMessage = "BreakerCoolDown is 1 to 604800 s")]
    public double BreakerCoolDown { get; set; } = 600;

    internal bool IsRemote => Connection == Remote;

    internal bool IsOnBench => Connection == Simulated && ColourBench.DeviceNames.Contains(Plays);

    /// <summary>Whether its device stands in the simulated room that the lab's arms, furnaces, dosers and diffractometers share.</summary>
    internal bool IsInRoom => Connection == Simulated && !IsOnBench && FurnaceRoom.Families.Contains(Family);

    internal bool IsSimulatedAlone => Connection == Simulated && !IsOnBench && !IsInRoom;

    internal BreakerLimits? Breaker => BreakerFailures == 0 ? null : new(BreakerFailures, TimeSpan.FromSeconds(BreakerWindow), TimeSpan.FromSeconds(BreakerCoolDown));

    internal string Plays => Role ?? Name;

    /// <summary>Null where one of them is no argument.</summary>
    internal IReadOnlyList<SettingPoint>? SetUpPoints()
    {
        var points = SetUpBy.Select(text => text.Trim().Split('.')).ToArray();
        return points.All(parts => parts.Length == 2 && parts.All(part => part.Length > 0)) ? [.. points.Select(parts => new SettingPoint(parts[0], parts[1]))] : null;
    }
}
