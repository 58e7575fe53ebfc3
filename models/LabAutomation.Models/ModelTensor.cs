using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>
/// A tensor of one shape with its memory. Callers see <see cref="Buffer"/>, in the card's unit; the runtime reads and writes the same memory in
/// place, unless something has to be done to the values in between.
/// </summary>
internal abstract class ModelTensor : IDisposable
{
    private readonly int[] _shape;
    private readonly int _count;
    private readonly float[] _callers;
    private OrtValue? _value;

    private ModelTensor(TensorCard card, IReadOnlyDictionary<string, int> lengths, ModelTensor? within)
    {
        Card = card;
        _shape = card.ShapeAt(lengths);
        _count = (int)card.CountAt(lengths);
        _callers = within?._callers ?? new float[_count];
        IsWithin = within is not null;
    }

    public TensorCard Card { get; }

    public Span<float> Buffer => _callers.AsSpan(0, _count);

    public OrtValue Value => _value!;

    /// <summary>Elements of one index of the outermost dimension.</summary>
    public int Row => _shape.Length == 0 ? 1 : _count / _shape[0];

    /// <summary>Of its own memory.</summary>
    public abstract long Bytes { get; }

    private bool IsWithin { get; }

    /// <param name="card">What it holds.</param>
    /// <param name="lengths">Of the open dimensions.</param>
    /// <param name="within">A larger tensor of the same card whose memory this one uses, since the two are never used at the same time.</param>
    public static ModelTensor Create(TensorCard card, IReadOnlyDictionary<string, int> lengths, ModelTensor? within) => card.Type switch
    {
        "float64" => new Converted<double, Fraction<double>>(card, lengths, within),
        "float16" => new Converted<Float16, HalfFraction>(card, lengths, within),
        "int64" => new Converted<long, Whole<long>>(card, lengths, within),
        "int32" => new Converted<int, Whole<int>>(card, lengths, within),
        "uint16" => new Converted<ushort, Whole<ushort>>(card, lengths, within),
        "uint8" => new Converted<byte, Whole<byte>>(card, lengths, within),
        "bool" => new Converted<bool, Truth>(card, lengths, within),
        _ when card.IsTransformed => new Converted<float, Fraction<float>>(card, lengths, within),
        _ => new InPlace(card, lengths, within),
    };

    /// <summary>From the card's unit into the graph's numbers. The buffer keeps what it holds.</summary>
    public abstract void Enter();

    /// <summary>From the graph's numbers into the card's unit.</summary>
    public abstract void Leave();

    public void Dispose() => Value.Dispose();

    private void Lay<T>(T[] memory) where T : unmanaged =>
        _value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, _count), Array.ConvertAll(_shape, length => (long)length));

    private sealed class InPlace : ModelTensor
    {
        public InPlace(TensorCard card, IReadOnlyDictionary<string, int> lengths, ModelTensor? within) : base(card, lengths, within) => Lay(_callers);

        public override long Bytes => IsWithin ? 0 : System.Buffer.ByteLength(_callers);

        public override void Enter()
        {
        }

        public override void Leave()
        {
        }
    }

    private sealed class Converted<T, TKind> : ModelTensor where T : unmanaged where TKind : IGraphNumber<T>
    {
        private readonly T[] _graph;
        private readonly float[] _scratch;

        public Converted(TensorCard card, IReadOnlyDictionary<string, int> lengths, ModelTensor? within) : base(card, lengths, within)
        {
            var larger = within as Converted<T, TKind>;
            _graph = larger?._graph ?? new T[_count];
            _scratch = larger?._scratch ?? _graph as float[] ?? new float[_count];
            Lay(_graph);
        }

        public override long Bytes => IsWithin ? 0 : System.Buffer.ByteLength(_callers) + System.Buffer.ByteLength(_graph) + (IsFloat ? 0 : System.Buffer.ByteLength(_scratch));

        private bool IsFloat => ReferenceEquals(_scratch, _graph);

        public override void Enter()
        {
            var scratch = _scratch.AsSpan(0, _count);
            Buffer.CopyTo(scratch);
            Steps.Apply(Card.Processing, scratch, Row);
            Card.Normalisation?.Apply(scratch, _shape, inward: true);
            for (var i = 0; i < scratch.Length && !IsFloat; i++) _graph[i] = TKind.Of(scratch[i]);
        }

        public override void Leave()
        {
            if (IsFloat) _scratch.AsSpan(0, _count).CopyTo(Buffer);
            else for (var i = 0; i < _count; i++) _callers[i] = TKind.Value(_graph[i]);
            Card.Normalisation?.Apply(Buffer, _shape, inward: false);
            Steps.Apply(Card.Processing, Buffer, Row);
        }
    }
}
