using LabAutomation.Models;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Benchmarks.Models;

/// <summary>The runtime with nothing around it: a session, tensors over pre-allocated memory, and Run. For models of one input and one output whose outermost dimension is the batch.</summary>
internal sealed class BareSession : IDisposable
{
    private readonly RunOptions _options = new();
    private readonly InferenceSession _session;
    private readonly TensorCard _input;
    private readonly TensorCard _output;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly Dictionary<int, (float[] Features, OrtValue[] Inputs, OrtValue[] Outputs)> _tensors = [];

    public BareSession(string path, ModelCard card)
    {
        (_input, _output) = (card.Inputs.Single(), card.Outputs.Single());
        (_inputs, _outputs) = ([_input.Name], [_output.Name]);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        _session = new InferenceSession(path, options);
    }

    public string Input => _input.Name;

    /// <summary>Numbers that a row of the input has.</summary>
    public int Width => Of(_input, 1);

    /// <summary>What a careful caller does without the host: fills the input and runs.</summary>
    /// <param name="rows">Of the batch.</param>
    /// <param name="features">Row-major.</param>
    public void Run(int rows, float[] features)
    {
        if (!_tensors.TryGetValue(rows, out var tensors))
        {
            var input = new float[Of(_input, rows)];
            tensors = (input, [OrtValue.CreateTensorValueFromMemory(input, Shape(_input, rows))], [OrtValue.CreateTensorValueFromMemory(new float[Of(_output, rows)], Shape(_output, rows))]);
            _tensors.Add(rows, tensors);
        }

        features.CopyTo(tensors.Features, 0);
        _session.Run(_options, _inputs, tensors.Inputs, _outputs, tensors.Outputs);
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

    private static long[] Shape(TensorCard tensor, int rows) => [rows, .. tensor.Shape[1..].Select(extent => (long)extent.Length)];

    private static int Of(TensorCard tensor, int rows) => (int)Shape(tensor, rows).Aggregate(1L, (product, length) => product * length);
}
