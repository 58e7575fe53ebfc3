using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Lab</c> of appsettings.json: which laboratory this is and where its record lies.</summary>
public sealed class LabOptions
{
    public const string Section = "Lab";

    /// <summary>The laboratory's name, one level of every topic: letters, digits, '-', '_' and '.', up to 64; not <c>clients</c>, which other topics begin with.</summary>
    [Required]
    [RegularExpression("^(?!clients$)[A-Za-z0-9._-]{1,64}$", ErrorMessage = "Lab:Site is one to 64 letters, digits, '-', '_' or '.', and not 'clients'")]
    public string Site { get; set; } = "bench-1";

    /// <summary>Folder of ledger, journal and simulated devices. Relative to the folder in which the program is started.</summary>
    [Required(ErrorMessage = "Lab:DataDirectory names the folder of the lab's record")]
    public string DataDirectory { get; set; } = ".lab";

    /// <summary>Seconds of wall-clock time that a campaign waits for its instruments to appear; 1 to 600.</summary>
    [Range(1.0, 600.0, ErrorMessage = "Lab:InstrumentWait is 1 to 600 seconds")]
    public double InstrumentWait { get; set; } = 10;
}
