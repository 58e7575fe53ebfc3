using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LabAutomation.Models;

/// <summary>What a graph gives for one set of seeded inputs.</summary>
internal sealed record DraftedRun(IReadOnlyDictionary<string, float[]> Inputs, IReadOnlyDictionary<string, float[]> Outputs, IReadOnlyDictionary<string, long[]> OutputShapes)
{
    /// <summary>Inputs from 0 to 1, whole where the graph wants whole numbers.</summary>
    /// <exception cref="ModelException">The graph does not run at these lengths.</exception>
    public static DraftedRun Of(InferenceSession session, DraftedShapes shapes, Random random)
    {
        var inputs = shapes.Inputs.ToDictionary(tensor => tensor.Name, tensor => Seeded(tensor, shapes.ShapeOf(tensor), random));
        var values = shapes.Inputs.Select(tensor => Value(tensor.Type, inputs[tensor.Name], shapes.ShapeOf(tensor))).ToList();
        try
        {
            using var options = new RunOptions();
            string[] names = [.. session.OutputMetadata.Keys];
            using var results = session.Run(options, [.. inputs.Keys], values, names);
            return new DraftedRun(
                inputs,
                names.Select((name, k) => (name, k)).ToDictionary(output => output.name, output => Numbers(results[output.k])),
                names.Select((name, k) => (name, k)).ToDictionary(output => output.name, output => results[output.k].GetTensorTypeAndShape().Shape));
        }
        catch (OnnxRuntimeException e)
        {
            var lengths = shapes.Lengths.Count == 0 ? "" : $" with {string.Join(", ", shapes.Lengths.Select(pair => $"{pair.Key} = {pair.Value}"))}; other lengths can be given as --length NAME=N";
            throw new ModelException($"it does not run{lengths}: {e.Message}", e);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static float[] Seeded(DraftedTensor tensor, long[] shape, Random random)
    {
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        foreach (ref var value in values.AsSpan()) value = ElementType.IsWhole(tensor.Type) ? random.Next(2) : MathF.Round((float)random.NextDouble(), 3);
        return values;
    }

    private static OrtValue Value(string type, float[] values, long[] shape) => type switch
    {
        "float64" => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (double)value), shape),
        "int64" => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (long)value), shape),
        "int32" => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (int)value), shape),
        "uint16" => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (ushort)value), shape),
        "uint8" => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (byte)value), shape),
        _ => OrtValue.CreateTensorValueFromMemory(values, shape),
    };

    private static float[] Numbers(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Double => [.. value.GetTensorDataAsSpan<double>().ToArray().Select(number => (float)number)],
        TensorElementType.Int64 => [.. value.GetTensorDataAsSpan<long>().ToArray().Select(number => (float)number)],
        TensorElementType.Int32 => [.. value.GetTensorDataAsSpan<int>().ToArray().Select(number => (float)number)],
        TensorElementType.UInt16 => [.. value.GetTensorDataAsSpan<ushort>().ToArray().Select(number => (float)number)],
        TensorElementType.UInt8 => [.. value.GetTensorDataAsSpan<byte>().ToArray().Select(number => (float)number)],
        _ => value.GetTensorDataAsSpan<float>().ToArray(),
    };
}
