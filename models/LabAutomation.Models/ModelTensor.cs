using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>A tensor whose elements the runtime reads and writes in place.</summary>
internal sealed class ModelTensor : IDisposable
{
    public ModelTensor(TensorCard card)
    {
        Card = card;
        Buffer = new float[card.Length];
        Value = OrtValue.CreateTensorValueFromMemory(Buffer, Array.ConvertAll(card.Shape, d => (long)d));
    }

    public TensorCard Card { get; }

    public float[] Buffer { get; }

    public OrtValue Value { get; }

    public void Dispose() => Value.Dispose();
}
