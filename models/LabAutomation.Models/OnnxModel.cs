using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>
/// A verified model with its session and its buffers, which are allocated once for each shape and reused by every run. One owner at a time: it is
/// not safe for several threads.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly List<ModelBinding> _bindings = [];
    private readonly ModelBinding?[] _byRows;
    private readonly ModelBinding? _largest;

    internal OnnxModel(ModelCard card, ComputeDevice device, InferenceSession session)
    {
        (Card, Device, _session) = (card, device, session);
        _byRows = new ModelBinding?[(card.BatchDimension?.Max ?? 0) + 1];
        if (card.BatchDimension is { } batch) _largest = Bind(batch.Max);
        Usual = Bind(card.Lengths(new Dictionary<string, int>(), dimension => dimension.Usual));
    }

    public ModelCard Card { get; }

    public ComputeDevice Device { get; }

    /// <summary>On a CUDA device: the nodes that run on the processor all the same, by name and operator. Empty where there are none.</summary>
    public IReadOnlyList<string> CpuNodes { get; internal set; } = [];

    /// <summary>The binding at the card's usual lengths.</summary>
    public ModelBinding Usual { get; }

    /// <summary>Bytes of all buffers so far; the weights are not among them.</summary>
    public long BufferBytes => _bindings.Sum(binding => binding.Bytes);

    internal InferenceSession Session => _session;

    /// <summary>A binding for a length of each open dimension, the same every time; a dimension that is not named has its usual length.</summary>
    /// <exception cref="ModelException">There is no such dimension, or the card does not allow the length.</exception>
    public ModelBinding Bind(IReadOnlyDictionary<string, int> lengths)
    {
        var full = Card.Lengths(lengths, dimension => dimension.Usual);
        if (_bindings.Find(binding => full.All(pair => binding.Lengths[pair.Key] == pair.Value)) is { } known) return known;
        var within = _largest is not null && full.All(pair => pair.Key == Card.Batch || _largest.Lengths[pair.Key] == pair.Value) ? _largest : null;
        var made = new ModelBinding(this, _session, full, within);
        _bindings.Add(made);
        return made;
    }

    /// <summary>A binding for a number of rows of the batch dimension; other open dimensions have their usual lengths.</summary>
    /// <param name="rows">Within the card's limits; 1 where the model has no batch dimension.</param>
    /// <exception cref="ModelException">The card does not allow so many rows.</exception>
    public ModelBinding Bind(int rows)
    {
        if (Card.Batch is null) return rows == 1 ? Usual : throw Refusal($"it has no batch dimension, so that it takes 1 row at a time and not {rows}");
        if (rows < 0 || rows >= _byRows.Length) throw Refusal(CardCheck.Mistake(Card, Card.Batch, rows)!);
        return _byRows[rows] ??= Bind(new Dictionary<string, int> { [Card.Batch] = rows });
    }

    /// <inheritdoc cref="ModelBinding.Input" />
    public Span<float> Input(string name) => Usual.Input(name);

    /// <inheritdoc cref="ModelBinding.Output" />
    public ReadOnlySpan<float> Output(string name) => Usual.Output(name);

    /// <summary>Runs a model of one input and one output.</summary>
    /// <param name="input">All elements of the input at its usual shape, row-major, in the card's unit.</param>
    /// <returns>All elements of the output, row-major, in the card's unit; the next run overwrites them.</returns>
    /// <exception cref="ModelException">The length or a value is not what the card allows, or the model failed.</exception>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> input)
    {
        if (Usual.Inputs.Length != 1 || Usual.Outputs.Length != 1)
        {
            throw new InvalidOperationException(
                $"Model '{Card.Name}' has {Usual.Inputs.Length} inputs and {Usual.Outputs.Length} outputs; fill Input(name) and call Run().");
        }

        var buffer = Usual.Inputs[0].Buffer;
        if (input.Length != buffer.Length) throw Refusal(Card.Inputs[0].LengthText(input.Length, buffer.Length));
        input.CopyTo(buffer);
        Usual.Run();
        return Usual.Outputs[0].Buffer;
    }

    /// <inheritdoc cref="ModelBinding.Run" />
    public void Run() => Usual.Run();

    public void Dispose()
    {
        foreach (var binding in _bindings) binding.Dispose();
        _session.Dispose();
    }

    public override string ToString() => $"Model '{Card.Name}' {Card.Version}";

    internal ModelException Refusal(string mistake) => new($"{this}: {mistake}.");
}
