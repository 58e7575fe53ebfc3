namespace LabAutomation.Models;

/// <summary>What happens to a model some of whose nodes a CUDA device cannot run.</summary>
public enum CpuNodePolicy
{
    /// <summary>It is not loaded.</summary>
    Refuse,

    /// <summary>It is loaded, and the nodes that the processor runs are named.</summary>
    Report,
}
