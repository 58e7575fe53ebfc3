using System.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>
/// A tensor of one shape with its memory. Callers see <see cref="Buffer"/>, in the card's unit; the runtime reads and writes the same memory in
/// place, unless something has to be done to the values in between.
/// </summary>
internal abstract class ModelTensor : IDisposable
{
    private readonly int[] _shape;
    private OrtValue? _value;

    private ModelTensor(TensorCard card, IReadOnlyDictionary<string, int> lengths)
    {
        Card = card;
        _shape = card.ShapeAt(lengths);
        Buffer = new float[card.CountAt(lengths)];
    }

    public TensorCard Card { get; }

    public float[] Buffer { get; }

    public OrtValue Value => _value!;

    /// <summary>Elements of one index of the outermost dimension.</summary>
    public int Row => Buffer.Length / _shape[0];

    public abstract long Bytes { get; }

    public static ModelTensor Create(TensorCard card, IReadOnlyDictionary<string, int> lengths) => card.Type switch
    {
        "float64" => new Converted<double>(card, lengths),
        "int64" => new Converted<long>(card, lengths),
        "int32" => new Converted<int>(card, lengths),
        "uint16" => new Converted<ushort>(card, lengths),
        "uint8" => new Converted<byte>(card, lengths),
        _ when card.IsTransformed => new Converted<float>(card, lengths),
        _ => new InPlace(card, lengths),
    };

    /// <summary>From the card's unit into the graph's numbers. The buffer keeps what it holds.</summary>
    public abstract void Enter();

    /// <summary>From the graph's numbers into the card's unit.</summary>
    public abstract void Leave();

    public void Dispose() => Value.Dispose();

    private void Lay<T>(T[] memory) where T : unmanaged => _value = OrtValue.CreateTensorValueFromMemory(memory, Array.ConvertAll(_shape, length => (long)length));

    private sealed class InPlace : ModelTensor
    {
        public InPlace(TensorCard card, IReadOnlyDictionary<string, int> lengths) : base(card, lengths) => Lay(Buffer);

        public override long Bytes => (long)Buffer.Length * sizeof(float);

        public override void Enter()
        {
        }

        public override void Leave()
        {
        }
    }

    private sealed class Converted<T> : ModelTensor where T : unmanaged, INumber<T>
    {
        private readonly T[] _graph;
        private readonly float[] _scratch;
        private readonly bool _whole;

        public Converted(TensorCard card, IReadOnlyDictionary<string, int> lengths) : base(card, lengths)
        {
            _graph = new T[Buffer.Length];
            _scratch = new float[Buffer.Length];
            _whole = ElementType.IsWhole(card.Type);
            Lay(_graph);
        }

        public override long Bytes => (long)Buffer.Length * ((2 * sizeof(float)) + System.Runtime.CompilerServices.Unsafe.SizeOf<T>());

        public override void Enter()
        {
            Buffer.CopyTo(_scratch, 0);
            Steps.Apply(Card.Processing, _scratch, Row);
            Card.Normalisation?.Apply(_scratch, _shape, inward: true);
            for (var i = 0; i < _graph.Length; i++) _graph[i] = T.CreateSaturating(_whole ? MathF.Round(_scratch[i]) : _scratch[i]);
        }

        public override void Leave()
        {
            for (var i = 0; i < _graph.Length; i++) Buffer[i] = float.CreateSaturating(_graph[i]);
            Card.Normalisation?.Apply(Buffer, _shape, inward: false);
            Steps.Apply(Card.Processing, Buffer, Row);
        }
    }
}
