using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>
/// The inputs and outputs of a model for one length of each open dimension. It belongs to the model and has its owner. Bindings that differ in the
/// number of rows alone share their memory: fill, run and read one before the next. A run on the processor allocates nothing.
/// </summary>
public sealed class ModelBinding : IDisposable
{
    private readonly OnnxModel _model;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding? _bound;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputValues;
    private readonly OrtValue[] _outputValues;

    /// <param name="model">Whose binding it is.</param>
    /// <param name="session">The model's.</param>
    /// <param name="lengths">Of all open dimensions.</param>
    /// <param name="within">A binding of more rows whose memory this one uses.</param>
    internal ModelBinding(OnnxModel model, InferenceSession session, IReadOnlyDictionary<string, int> lengths, ModelBinding? within)
    {
        (_model, _session, Lengths) = (model, session, lengths);
        Inputs = [.. model.Card.Inputs.Select((tensor, k) => ModelTensor.Create(tensor, lengths, within?.Inputs[k]))];
        Outputs = [.. model.Card.Outputs.Select((tensor, k) => ModelTensor.Create(tensor, lengths, within?.Outputs[k]))];
        _inputNames = Array.ConvertAll(Inputs, tensor => tensor.Card.GraphName);
        _outputNames = Array.ConvertAll(Outputs, tensor => tensor.Card.GraphName);
        _inputValues = Array.ConvertAll(Inputs, tensor => tensor.Value);
        _outputValues = Array.ConvertAll(Outputs, tensor => tensor.Value);

        // On a device the runtime would copy the inputs when they are bound, not when it runs.
        if (model.Device != ComputeDevice.Cpu) return;
        _bound = session.CreateIoBinding();
        foreach (var tensor in Inputs) _bound.BindInput(tensor.Card.GraphName, tensor.Value);
        foreach (var tensor in Outputs) _bound.BindOutput(tensor.Card.GraphName, tensor.Value);
    }

    /// <summary>The length of each open dimension.</summary>
    public IReadOnlyDictionary<string, int> Lengths { get; }

    /// <summary>What of the last run was outside its range and may be; null where nothing was.</summary>
    public string? Flag { get; private set; }

    internal ModelTensor[] Inputs { get; }

    internal ModelTensor[] Outputs { get; }

    internal long Bytes => Inputs.Concat(Outputs).Sum(tensor => tensor.Bytes);

    /// <summary>The buffer of an input, to be filled before <see cref="Run"/>; row-major, in the card's unit.</summary>
    public Span<float> Input(string name) => Find(Inputs, name).Buffer;

    /// <summary>The buffer of an output; the next run overwrites it.</summary>
    public ReadOnlySpan<float> Output(string name) => Find(Outputs, name).Buffer;

    /// <summary>Computes the outputs from what the input buffers hold, on the calling thread.</summary>
    /// <exception cref="ModelException">A value is outside the card's range and may not be, or is no finite number, or the model failed.</exception>
    public void Run()
    {
        Flag = null;
        Judge(Inputs);
        RunUnjudged();
        Judge(Outputs);
    }

    /// <summary>The same for who judges values elsewhere.</summary>
    /// <exception cref="ModelException">The model failed.</exception>
    internal void RunUnjudged()
    {
        foreach (var tensor in Inputs) tensor.Enter();
        try
        {
            if (_bound is not null) _session.RunWithBinding(_options, _bound);
            else _session.Run(_options, _inputNames, _inputValues, _outputNames, _outputValues);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"{_model} failed on {_model.Device}: {RuntimeWording.Of(e)}", e);
        }

        foreach (var tensor in Outputs) tensor.Leave();
    }

    public void Dispose()
    {
        _bound?.Dispose();
        foreach (var tensor in Inputs.Concat(Outputs)) tensor.Dispose();
        _options.Dispose();
    }

    private ModelTensor Find(ModelTensor[] tensors, string name)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.Card.Name == name) return tensor;
        }

        throw new ArgumentException($"Model '{_model.Card.Name}' has no tensor '{name}' there, only {string.Join(", ", tensors.Select(tensor => tensor.Card))}.", nameof(name));
    }

    private void Judge(ModelTensor[] tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.Card.Judge(tensor.Buffer, out var flag) is { } mistake) throw _model.Refusal(mistake);
            Flag ??= flag;
        }
    }
}
