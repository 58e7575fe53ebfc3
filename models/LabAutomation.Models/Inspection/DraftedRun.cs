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
        if (shapes.Inputs.FirstOrDefault(tensor => Elements(shapes.ShapeOf(tensor)) > CardCheck.MostElements) is { } large)
            throw new ModelException($"input '{large.Name}' has {Elements(shapes.ShapeOf(large)):0} elements at the lengths at which it is tried, and {CardCheck.MostElements} is the most");
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
            throw new ModelException($"it does not run{lengths}: {RuntimeWording.Of(e)}", e);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static double Elements(long[] shape) => shape.Aggregate(1.0, (product, length) => product * length);

    private static float[] Seeded(DraftedTensor tensor, long[] shape, Random random)
    {
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        foreach (ref var value in values.AsSpan()) value = ElementType.IsWhole(tensor.Type) ? random.Next(2) : MathF.Round((float)random.NextDouble(), 3);
        return values;
    }

    private static OrtValue Value(string type, float[] values, long[] shape) => type switch
    {
        "float64" => Tensor<double, Fraction<double>>(values, shape),
        "float16" => Tensor<Float16, HalfFraction>(values, shape),
        "int64" => Tensor<long, Whole<long>>(values, shape),
        "int32" => Tensor<int, Whole<int>>(values, shape),
        "uint16" => Tensor<ushort, Whole<ushort>>(values, shape),
        "uint8" => Tensor<byte, Whole<byte>>(values, shape),
        "bool" => Tensor<bool, Truth>(values, shape),
        _ => OrtValue.CreateTensorValueFromMemory(values, shape),
    };

    private static float[] Numbers(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Double => Numbers<double, Fraction<double>>(value),
        TensorElementType.Float16 => Numbers<Float16, HalfFraction>(value),
        TensorElementType.Int64 => Numbers<long, Whole<long>>(value),
        TensorElementType.Int32 => Numbers<int, Whole<int>>(value),
        TensorElementType.UInt16 => Numbers<ushort, Whole<ushort>>(value),
        TensorElementType.UInt8 => Numbers<byte, Whole<byte>>(value),
        TensorElementType.Bool => Numbers<bool, Truth>(value),
        _ => value.GetTensorDataAsSpan<float>().ToArray(),
    };

    private static OrtValue Tensor<T, TKind>(float[] values, long[] shape) where T : unmanaged where TKind : IGraphNumber<T> => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, TKind.Of), shape);

    private static float[] Numbers<T, TKind>(OrtValue value) where T : unmanaged where TKind : IGraphNumber<T> => Array.ConvertAll(value.GetTensorDataAsSpan<T>().ToArray(), TKind.Value);
}
