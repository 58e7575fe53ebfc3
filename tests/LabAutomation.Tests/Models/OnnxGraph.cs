using System.Text;

namespace LabAutomation.Tests.Models;

/// <summary>Writes small .onnx files by hand: ModelProto, GraphProto, NodeProto, ValueInfoProto and TensorProto of onnx.proto, as far as tests need them.</summary>
internal sealed class OnnxGraph
{
    public const int Float = 1;
    public const int Int64 = 7;
    public const int String = 8;
    public const int Bool = 9;
    public const int Half = 10;

    private readonly List<byte[]> _graph = [], _nodes = [];

    public long Opset { get; init; } = 13;

    public string Producer { get; init; } = "a test";

    public OnnxGraph Input(string name, int type, params object[] shape) => Add(11, Value(name, type, shape));

    public OnnxGraph Output(string name, int type, params object[] shape) => Add(12, Value(name, type, shape));

    public OnnxGraph Table(string name, params float[] values) =>
        Add(5, [.. Number(1, (ulong)values.Length), .. Number(2, Float), .. Text(8, name), .. Bytes(9, values.SelectMany(BitConverter.GetBytes).ToArray())]);

    /// <summary>A table in a node of its own: AttributeProto 'value' of type TENSOR.</summary>
    public OnnxGraph Constant(string name, params float[] values)
    {
        byte[] tensor = [.. Number(1, (ulong)values.Length), .. Number(2, Float), .. Bytes(9, values.SelectMany(BitConverter.GetBytes).ToArray())];
        return Add(1, [.. Text(2, name), .. Text(3, $"Constant-{name}"), .. Text(4, "Constant"), .. Bytes(5, [.. Text(1, "value"), .. Bytes(5, tensor), .. Number(20, 4)])]);
    }

    /// <summary>Weights that are said to lie in another file: data_location EXTERNAL.</summary>
    public OnnxGraph ElsewhereTable(string name) => Add(5, [.. Number(1, 1), .. Number(2, Float), .. Text(8, name), .. Number(14, 1)]);

    /// <summary>A node that holds another graph, in the attribute field of one (6) or of several (11).</summary>
    public OnnxGraph Branch(string output, OnnxGraph inner, int field = 6) =>
        Add(1, [.. Text(2, output), .. Text(4, "If"), .. Bytes(5, [.. Text(1, "then_branch"), .. Bytes(field, inner.Graph()), .. Number(20, 5)])]);

    /// <summary>A node with a sparse tensor, or several tensors, that are said to lie in another file.</summary>
    /// <param name="field">Of AttributeProto: 5 and 10 are tensors, 22 and 23 sparse ones.</param>
    public OnnxGraph ElsewhereAttribute(string output, int field)
    {
        byte[] tensor = [.. Number(1, 1), .. Number(2, Float), .. Number(14, 1)];
        return Add(1, [.. Text(2, output), .. Text(4, "Constant"), .. Bytes(5, [.. Text(1, "value"), .. Bytes(field, field > 20 ? Bytes(1, tensor) : tensor)])]);
    }

    /// <summary>The model with a function of its own, whose nodes are those of another graph.</summary>
    public byte[] ToBytesWithFunction(OnnxGraph body) => [.. ToBytes(), .. Bytes(25, [.. Text(1, "own"), .. body._nodes.SelectMany(node => Bytes(7, node))])];

    public OnnxGraph Node(string kind, string[] inputs, string output, (string Name, long Value)? attribute = null)
    {
        byte[] node = [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(3, $"{kind}-{output}"), .. Text(4, kind)];
        if (attribute is { } given) node = [.. node, .. Bytes(5, [.. Text(1, given.Name), .. Number(3, (ulong)given.Value), .. Number(20, 2)])];
        return Add(1, node);
    }

    public byte[] ToBytes() =>
    [
        .. Number(1, 7), .. Text(2, Producer), .. Bytes(7, Graph()),
        .. Bytes(8, Number(2, (ulong)Opset)), .. Bytes(14, [.. Text(1, "author"), .. Text(2, "nobody")]),
    ];

    /// <summary>y = x + x, rows of two.</summary>
    public static OnnxGraph Doubling() => new OnnxGraph().Input("x", Float, "n", 2).Output("y", Float, "n", 2).Node("Add", ["x", "x"], "y");

    /// <summary>y = 10, 20, 30 or 40 for x = 0 to 3; the runtime throws for any other x.</summary>
    public static OnnxGraph Throwing() => new OnnxGraph().Input("x", Float, "n", 1).Output("y", Float, "n", 1).Table("table", 10, 20, 30, 40)
        .Node("Cast", ["x"], "place", ("to", Int64)).Node("Gather", ["table", "place"], "y");

    private static byte[] Value(string name, int type, object[] shape)
    {
        byte[] Dimension(object length) => Bytes(1, length is string symbol ? Text(2, symbol) : Number(1, Convert.ToUInt64(length)));
        byte[] tensor = [.. Number(1, (ulong)type), .. Bytes(2, shape.SelectMany(Dimension).ToArray())];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, tensor))];
    }

    private byte[] Graph() => [.. _graph.SelectMany(part => part), .. Text(2, "graph")];

    private OnnxGraph Add(int field, byte[] content)
    {
        if (field == 1) _nodes.Add(content);
        _graph.Add(Bytes(field, content));
        return this;
    }

    private static byte[] Varint(ulong value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Bytes(int field, byte[] content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));
}
