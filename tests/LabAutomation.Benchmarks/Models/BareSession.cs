using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Benchmarks.Models;

/// <summary>The runtime with nothing around it: a session, tensors over pre-allocated memory, and Run.</summary>
internal sealed class BareSession : IDisposable
{
    public const int Features = 16;
    private const int Scores = 4;
    private static readonly string[] InputNames = ["features"];
    private static readonly string[] OutputNames = ["scores"];

    private readonly RunOptions _options = new();
    private readonly InferenceSession _session;
    private readonly Dictionary<int, (float[] Features, OrtValue[] Inputs, OrtValue[] Outputs)> _tensors = [];

    public BareSession(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        _session = new InferenceSession(path, options);
    }

    /// <summary>What a careful caller does without the host: fills the input and runs.</summary>
    /// <param name="rows">Of the batch.</param>
    /// <param name="features">Row-major.</param>
    public void Run(int rows, float[] features)
    {
        if (!_tensors.TryGetValue(rows, out var tensors))
        {
            var input = new float[rows * Features];
            tensors = (input, [OrtValue.CreateTensorValueFromMemory(input, [rows, Features])], [OrtValue.CreateTensorValueFromMemory(new float[rows * Scores], [rows, Scores])]);
            _tensors.Add(rows, tensors);
        }

        features.CopyTo(tensors.Features, 0);
        _session.Run(_options, InputNames, tensors.Inputs, OutputNames, tensors.Outputs);
    }

    public void Dispose()
    {
        foreach (var (_, inputs, outputs) in _tensors.Values)
        {
            inputs[0].Dispose();
            outputs[0].Dispose();
        }

        _options.Dispose();
        _session.Dispose();
    }
}
