using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>Gives a session a CUDA device.</summary>
internal static class CudaProvider
{
    private const string ProviderName = "CUDAExecutionProvider";

    /// <summary>The runtime's list of providers belongs to the process, so it is extended by one at a time.</summary>
    private static readonly Lock Registration = new();

    /// <exception cref="OnnxRuntimeException">The provider or the device is not there.</exception>
    public static void Require(SessionOptions options, int ordinal)
    {
        if (PluginLibrary() is { } library)
            AppendPlugin(options, library, ordinal);
        else
            AppendBuiltIn(options, ordinal);
    }

    /// <summary>The official package is built with CUDA.</summary>
    private static void AppendBuiltIn(SessionOptions options, int ordinal)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = $"{ordinal}", ["cudnn_conv_algo_search"] = "HEURISTIC" });
        options.AppendExecutionProvider_CUDA(cuda);
    }

    /// <summary>The npm package is built without, and takes the provider as a plug-in library.</summary>
    private static void AppendPlugin(SessionOptions options, string library, int ordinal)
    {
        var runtime = OrtEnv.Instance();
        lock (Registration)
        {
            if (!Devices(runtime).Any())
                runtime.RegisterExecutionProviderLibrary(ProviderName, library);
        }

        var devices = Devices(runtime).ToList();
        if (ordinal >= devices.Count)
            throw new ModelException($"The runtime sees {devices.Count} CUDA devices, numbered from 0.");
        options.AppendExecutionProvider(runtime, [devices[ordinal]], new Dictionary<string, string> { ["cudnn_conv_algo_search"] = "HEURISTIC" });
    }

    /// <summary>What of that which it takes is not here, as far as that can be told, and what would be right.</summary>
    public static string Needs()
    {
        var missing = new List<string>();
        if (!HasProvider()) missing.Add("this program has no CUDA provider (build it from the nuget feed, or with -p:OnnxCuda=true)");
        if (NativeLibrary.TryLoad(DriverName, out var driver)) NativeLibrary.Free(driver);
        else missing.Add($"there is no NVIDIA driver ({DriverName})");
        return missing.Count > 0
            ? $"Missing: {string.Join("; ", missing)}. CUDA and cuDNN are needed, too; otherwise set Models:Device to cpu."
            : "It needs CUDA and cuDNN of the versions for which the provider is built, and that device; otherwise set Models:Device to cpu.";
    }

    private static string DriverName => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    private static bool HasProvider() => PluginLibrary() is not null || OrtEnv.Instance().GetAvailableProviders().Contains(ProviderName);

    private static IEnumerable<OrtEpDevice> Devices(OrtEnv runtime) => runtime.GetEpDevices().Where(d => d.EpName == ProviderName);

    private static string? PluginLibrary()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so");
        return File.Exists(path) ? path : null;
    }
}
