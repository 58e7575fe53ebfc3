using System.ComponentModel.DataAnnotations;
using LabAutomation.Models;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Models</c>: which ONNX models there are and where they run.</summary>
public sealed class ModelHostOptions
{
    public const string Section = "Models";

    /// <summary>Folder of model folders. Relative to the folder in which the program is started; unless given, the models that come with the lab.</summary>
    public string? Folder { get; set; }

    /// <summary><c>cpu</c>, or <c>cuda:0</c>, <c>cuda:1</c> … A device that is not there is an error; no other takes its place.</summary>
    [RegularExpression("^(cpu|cuda:[0-9]{1,3})$", ErrorMessage = "Models:Device is cpu, or cuda: and the number of the device, such as cuda:0")]
    public string Device { get; set; } = "cpu";

    /// <summary>Sessions of each model, 1 to 64; as many runs go on at the same time.</summary>
    [Range(1, 64, ErrorMessage = "Models:Instances is 1 to 64")]
    public int Instances { get; set; } = 1;

    /// <summary><c>refuse</c> a model some of whose nodes a CUDA device cannot run, or load it and <c>report</c> these nodes.</summary>
    [RegularExpression("^(refuse|report)$", ErrorMessage = "Models:CpuNodes is refuse or report")]
    public string CpuNodes { get; set; } = "refuse";

    /// <summary>The folder, as far as it is not configured the one beside the program.</summary>
    public string Path => Folder ?? System.IO.Path.Combine(AppContext.BaseDirectory, "models");

    public ModelOptions ToOptions() => new() { Device = ComputeDevice.Parse(Device), Instances = Instances, CpuNodes = Enum.Parse<CpuNodePolicy>(CpuNodes, ignoreCase: true) };
}
