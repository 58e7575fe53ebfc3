using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>One entry of the list <c>Transports</c>: an instrument that carries samples.</summary>
public sealed class TransportOptions
{
    public const string Section = "Transports";

    /// <summary>Its name in <c>Instruments</c>.</summary>
    [Required]
    public string Instrument { get; set; } = "";

    /// <summary>Takes the numbers of two positions, <c>from</c> and <c>to</c>.</summary>
    [Required]
    public string Command { get; set; } = "transfer";

    /// <summary>Names of locations; it carries from each to each other.</summary>
    public List<string> Between { get; set; } = [];

    /// <summary>Seconds that it takes, as far as planning goes.</summary>
    [Range(1, 86_400, ErrorMessage = "Duration is 1 to 86400 s")]
    public double Duration { get; set; } = 60;
}
