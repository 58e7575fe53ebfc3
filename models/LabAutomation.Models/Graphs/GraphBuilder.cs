using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace LabAutomation.Models.Graphs;

/// <summary>Writes an ONNX graph node by node. Tensors go by name; those in between get names of their own, which no identifier can have.</summary>
public sealed class GraphBuilder(string name)
{
    /// <summary>Operators are those of this opset.</summary>
    public const int Opset = 13;

    private const int IrVersion = 7;
    private const int Int64 = 7;
    private const int Double = 11;

    private readonly GraphProto _graph = new() { Name = name };
    private int _count;

    /// <summary>An input of 64-bit floats.</summary>
    /// <param name="shape">Lengths, or names of open dimensions.</param>
    /// <returns>Its name.</returns>
    public string Input(string input, params ReadOnlySpan<Extent> shape)
    {
        _graph.Input.Add(Value(input, Double, shape));
        return input;
    }

    /// <summary>An input of whole numbers.</summary>
    /// <inheritdoc cref="Input"/>
    public string WholeInput(string input, params ReadOnlySpan<Extent> shape)
    {
        _graph.Input.Add(Value(input, Int64, shape));
        return input;
    }

    /// <summary>Makes a tensor an output of 64-bit floats.</summary>
    public void Output(string output, string of, params ReadOnlySpan<Extent> shape)
    {
        _graph.Node.Add(new NodeProto { Input = { of }, Output = { output }, OpType = "Identity", Name = $"/{output}" });
        _graph.Output.Add(Value(output, Double, shape));
    }

    /// <summary>Numbers that are part of the graph.</summary>
    /// <param name="values">Row-major; as many as the shape has.</param>
    public string Constant(ReadOnlySpan<double> values, params ReadOnlySpan<int> shape)
    {
        var product = 1L;
        foreach (var length in shape) product *= length;
        if (product != values.Length) throw new ArgumentException($"a constant of {values.Length} numbers has not the shape of {product}");
        return Add(Double, MemoryMarshal.AsBytes(values), shape);
    }

    /// <summary>One number.</summary>
    public string Constant(double value) => Constant([value]);

    /// <summary>Axes, as some operators take them.</summary>
    public string Axes(params ReadOnlySpan<long> axes) => Add(Int64, MemoryMarshal.AsBytes(axes), [axes.Length]);

    /// <returns>The name of what the node gives.</returns>
    public string Node(string kind, params ReadOnlySpan<string> inputs) => Node(kind, null, inputs);

    /// <param name="kind">The operator.</param>
    /// <param name="attribute">A whole number that it takes, such as its axis.</param>
    /// <param name="inputs">Names of what it works on.</param>
    public string Node(string kind, (string Name, long Value)? attribute, params ReadOnlySpan<string> inputs)
    {
        var output = Fresh(kind);
        var node = new NodeProto { Output = { output }, OpType = kind, Name = output };
        foreach (var input in inputs) node.Input.Add(input);
        if (attribute is { } given) node.Attribute.Add(new AttributeProto { Name = given.Name, I = given.Value, Type = AttributeProto.Types.AttributeType.Int });
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>The .onnx file.</summary>
    /// <param name="description">For people.</param>
    public byte[] ToBytes(string description) => new ModelProto
    {
        IrVersion = IrVersion,
        ProducerName = nameof(LabAutomation),
        DocString = description,
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Version = Opset } },
    }.ToByteArray();

    private static ValueInfoProto Value(string name, int type, ReadOnlySpan<Extent> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var extent in shape)
            dimensions.Dim.Add(extent.Symbol is { } symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol } : new TensorShapeProto.Types.Dimension { DimValue = extent.Length });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions } } };
    }

    private string Add(int type, ReadOnlySpan<byte> raw, ReadOnlySpan<int> shape)
    {
        var tensor = new TensorProto { Name = Fresh("c"), DataType = type, RawData = ByteString.CopyFrom(raw) };
        foreach (var length in shape) tensor.Dims.Add(length);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string Fresh(string what) => string.Create(CultureInfo.InvariantCulture, $"/{what}{_count++}");
}
