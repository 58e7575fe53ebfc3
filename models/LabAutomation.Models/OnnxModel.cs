using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>
/// A verified model with its buffers, which are allocated once and reused by every run. One owner at a time: it is not safe for several threads.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly ModelTensor[] _inputs;
    private readonly ModelTensor[] _outputs;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputValues;
    private readonly OrtValue[] _outputValues;

    internal OnnxModel(ModelCard card, ComputeDevice device, InferenceSession session)
    {
        Card = card;
        Device = device;
        _session = session;
        _inputs = Array.ConvertAll(card.Inputs, t => new ModelTensor(t));
        _outputs = Array.ConvertAll(card.Outputs, t => new ModelTensor(t));
        _inputNames = Array.ConvertAll(card.Inputs, t => t.Name);
        _outputNames = Array.ConvertAll(card.Outputs, t => t.Name);
        _inputValues = Array.ConvertAll(_inputs, t => t.Value);
        _outputValues = Array.ConvertAll(_outputs, t => t.Value);
    }

    public ModelCard Card { get; }

    public ComputeDevice Device { get; }

    /// <summary>The buffer of an input, to be filled before <see cref="Run()"/>; row-major, in the card's unit.</summary>
    public Span<float> Input(string name) => Find(_inputs, name).Buffer;

    /// <summary>The buffer of an output; the next run overwrites it.</summary>
    public ReadOnlySpan<float> Output(string name) => Find(_outputs, name).Buffer;

    /// <summary>Runs a model of one input and one output.</summary>
    /// <param name="input">All elements of the input, row-major, in the card's unit.</param>
    /// <returns>All elements of the output, row-major, in the card's unit; the next run overwrites them.</returns>
    /// <exception cref="ModelException">The length or a value is not what the card allows, or the model failed.</exception>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> input)
    {
        if (_inputs.Length != 1 || _outputs.Length != 1)
            throw new InvalidOperationException(
                $"Model '{Card.Name}' has {_inputs.Length} inputs and {_outputs.Length} outputs; fill Input(name) and call Run().");
        if (input.Length != _inputs[0].Buffer.Length)
            throw Refusal(Card.Inputs[0].Judge(input)!);
        input.CopyTo(_inputs[0].Buffer);
        Run();
        return _outputs[0].Buffer;
    }

    /// <summary>Computes the outputs from what the input buffers hold, on the calling thread.</summary>
    /// <exception cref="ModelException">A value is outside the card's range, or the model failed.</exception>
    public void Run()
    {
        Judge(_inputs);
        try
        {
            _session.Run(_options, _inputNames, _inputValues, _outputNames, _outputValues);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"Model '{Card.Name}' {Card.Version} failed on {Device}: {e.Message}", e);
        }

        Judge(_outputs);
    }

    public void Dispose()
    {
        foreach (var tensor in _inputs.Concat(_outputs))
            tensor.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private ModelTensor Find(ModelTensor[] tensors, string name) => Array.Find(tensors, t => t.Card.Name == name)
        ?? throw new ArgumentException(
            $"Model '{Card.Name}' has no tensor '{name}' there, only {string.Join(", ", tensors.Select(t => t.Card))}.", nameof(name));

    private void Judge(ModelTensor[] tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.Card.Judge(tensor.Buffer) is { } mistake)
                throw Refusal(mistake);
        }
    }

    private ModelException Refusal(string mistake) => new($"Model '{Card.Name}' {Card.Version}: {mistake}.");
}
