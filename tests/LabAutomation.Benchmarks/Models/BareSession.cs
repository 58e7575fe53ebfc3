using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Benchmarks.Models;

/// <summary>The runtime with nothing around it: a session, tensors over pre-allocated memory, and Run.</summary>
internal sealed class BareSession : IDisposable
{
    private const int Features = 16;
    private const int Scores = 4;
    private static readonly string[] InputNames = ["features"];
    private static readonly string[] OutputNames = ["scores"];

    private readonly RunOptions _options = new();
    private readonly InferenceSession _session;
    private readonly Dictionary<int, (OrtValue[] Inputs, OrtValue[] Outputs)> _tensors = [];

    public BareSession(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        _session = new InferenceSession(path, options);
    }

    public void Run(int rows)
    {
        if (!_tensors.TryGetValue(rows, out var tensors))
        {
            tensors = ([OrtValue.CreateTensorValueFromMemory(new float[rows * Features], [rows, Features])], [OrtValue.CreateTensorValueFromMemory(new float[rows * Scores], [rows, Scores])]);
            _tensors.Add(rows, tensors);
        }

        _session.Run(_options, InputNames, tensors.Inputs, OutputNames, tensors.Outputs);
    }

    public void Dispose()
    {
        foreach (var (inputs, outputs) in _tensors.Values)
        {
            inputs[0].Dispose();
            outputs[0].Dispose();
        }

        _options.Dispose();
        _session.Dispose();
    }
}
