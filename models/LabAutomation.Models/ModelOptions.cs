namespace LabAutomation.Models;

/// <summary>Where models run, and how often each is loaded.</summary>
public sealed record ModelOptions
{
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Sessions of each model, 1 to 64; as many runs go on at the same time.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>Bytes that the buffers of one model may take, those of all its instances together: half of the memory that the program may use, unless given.</summary>
    public long MostBufferBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>What happens to a model some of whose nodes a CUDA device cannot run.</summary>
    public CpuNodePolicy CpuNodes { get; init; }
}
