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

    private static IEnumerable<OrtEpDevice> Devices(OrtEnv runtime) => runtime.GetEpDevices().Where(d => d.EpName == ProviderName);

    private static string? PluginLibrary()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so");
        return File.Exists(path) ? path : null;
    }
}
