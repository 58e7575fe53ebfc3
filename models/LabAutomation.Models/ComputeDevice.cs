namespace LabAutomation.Models;

/// <summary>Where a model runs. A device that is not there is refused; no other takes its place.</summary>
public sealed record ComputeDevice
{
    private ComputeDevice(int? cudaOrdinal) => CudaOrdinal = cudaOrdinal;

    public static ComputeDevice Cpu { get; } = new(cudaOrdinal: null);

    /// <summary>The number of the CUDA device; null is the processor.</summary>
    public int? CudaOrdinal { get; }

    /// <param name="ordinal">From 0, in the order in which CUDA lists the devices.</param>
    public static ComputeDevice Cuda(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        return new ComputeDevice(ordinal);
    }

    /// <summary>Reads "cpu", "cuda:0", "cuda:1" …</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static ComputeDevice Parse(string text) => text switch
    {
        "cpu" => Cpu,
        _ when text.StartsWith("cuda:", StringComparison.Ordinal) && ushort.TryParse(text.AsSpan(5), out var ordinal) => Cuda(ordinal),
        _ => throw new FormatException($"'{text}' is no compute device; write cpu, or cuda: and the number of the device, such as cuda:0."),
    };

    public override string ToString() => CudaOrdinal is { } ordinal ? $"cuda:{ordinal}" : "cpu";
}
