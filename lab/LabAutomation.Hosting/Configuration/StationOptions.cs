using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Lab</c> of the file of <c>lab drive</c>: for which laboratory it drives and where its own journal lies.</summary>
public sealed class StationOptions
{
    /// <inheritdoc cref="LabOptions.Site"/>
    [Required]
    [RegularExpression("^(?!clients$)[A-Za-z0-9._-]{1,64}$", ErrorMessage = "Lab:Site is one to 64 letters, digits, '-', '_' or '.', and not 'clients'")]
    public string Site { get; set; } = "bench-1";

    /// <summary>Folder of the journal and of simulated devices; each program has its own.</summary>
    [Required(ErrorMessage = "Lab:DataDirectory names the folder of the drivers' journal")]
    public string DataDirectory { get; set; } = ".lab-drive";
}
