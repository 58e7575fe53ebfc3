using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>Opens sessions of the runtime on the device that was asked for and on no other.</summary>
internal static class ModelSession
{
    /// <param name="subject">What messages call the model.</param>
    /// <exception cref="ModelException">The runtime does not take the model, or the device is not there.</exception>
    public static InferenceSession Open(byte[] content, OnnxFile file, ModelOptions options, string subject)
    {
        using var session = new SessionOptions
        {
            // One thread, the caller's: the same sums in the same order on every run.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (options.Device.CudaOrdinal is { } ordinal) RequireCuda(session, ordinal, options.CpuNodes, subject);
        try
        {
            return new InferenceSession(content, session);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"{subject} (opset {string.Join(", ", file.Opsets.Select(opset => $"{opset.Key} {opset.Value}"))}) cannot be loaded on {options.Device}: {RuntimeWording.Of(e)}", e);
        }
    }

    /// <summary>The nodes that ran on the processor although a CUDA device was asked for. To be called once, after the first run.</summary>
    public static IReadOnlyList<string> CpuNodes(InferenceSession session, ModelOptions options)
    {
        if (options.Device == ComputeDevice.Cpu || options.CpuNodes == CpuNodePolicy.Refuse) return [];
        var profile = session.EndProfiling();
        try
        {
            using var events = JsonDocument.Parse(File.ReadAllText(profile));
            return [.. events.RootElement.EnumerateArray().Select(CpuNode).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        }
        finally
        {
            File.Delete(profile);
        }
    }

    /// <summary>One event of the runtime's profile: of interest where a node's kernel ran on the processor.</summary>
    internal static string? CpuNode(JsonElement happened)
    {
        const string suffix = "_kernel_time";
        if (!happened.TryGetProperty("cat", out var category) || category.GetString() != "Node") return null;
        var name = happened.GetProperty("name").GetString()!;
        var arguments = happened.GetProperty("args");
        return name.EndsWith(suffix, StringComparison.Ordinal) && arguments.TryGetProperty("provider", out var provider) && provider.GetString() == "CPUExecutionProvider"
            ? $"{name[..^suffix.Length]} ({arguments.GetProperty("op_name").GetString()})"
            : null;
    }

    private static void RequireCuda(SessionOptions session, int ordinal, CpuNodePolicy cpuNodes, string subject)
    {
        try
        {
            // Without the first the runtime computes on the processor what the device cannot, and says nothing; its profile names such nodes.
            if (cpuNodes == CpuNodePolicy.Refuse) session.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
            else (session.ProfileOutputPathPrefix, session.EnableProfiling) = (Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), true);
            CudaProvider.Require(session, ordinal);
        }
        catch (Exception e) when (e is OnnxRuntimeException or ModelException)
        {
            throw new ModelException(
                $"{subject} was asked to run on cuda:{ordinal}, which is not available here: {(e is OnnxRuntimeException runtime ? RuntimeWording.Of(runtime) : e.Message.TrimEnd('.'))}. {CudaProvider.Needs()}",
                e);
        }
    }
}
