namespace LabAutomation.Models;

/// <summary>What an .onnx file says of itself, read without running it (onnx.proto, messages ModelProto, GraphProto, NodeProto and TensorProto).</summary>
internal sealed class OnnxFile
{
    private const string StandardDomain = "ai.onnx";

    private readonly SortedDictionary<string, long> _opsets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _operators = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private OnnxFile()
    {
    }

    public long IrVersion { get; private set; }

    public string Producer { get; private set; } = "";

    public string Graph { get; private set; } = "";

    /// <summary>Version by domain; the standard operators are of domain ai.onnx.</summary>
    public IReadOnlyDictionary<string, long> Opsets => _opsets;

    /// <summary>How many nodes of each kind the outermost graph has.</summary>
    public IReadOnlyDictionary<string, int> Operators => _operators;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Bytes of the stored weights.</summary>
    public long WeightBytes { get; private set; }

    /// <summary>Whether weights lie in files beside this one.</summary>
    public bool HasExternalData { get; private set; }

    public long? Opset => _opsets.TryGetValue(StandardDomain, out var version) ? version : null;

    /// <exception cref="ModelException">The bytes are cut off or are no ONNX file; the message is a clause without a subject.</exception>
    public static OnnxFile Read(ReadOnlySpan<byte> content)
    {
        var file = new OnnxFile();
        var reader = new WireReader(content, 0);
        var hasGraph = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: file.IrVersion = (long)reader.Number; break;
                case 2: file.Producer = reader.Text; break;
                case 7:
                    file.ReadGraph(reader.Inner);
                    hasGraph = true;
                    break;
                case 8: file.ReadOpset(reader.Inner); break;
                case 14: file.ReadMetadata(reader.Inner); break;
            }
        }

        if (!hasGraph) throw new ModelException("it has no graph: the file is truncated, or is no ONNX file");
        return file._opsets.Count > 0 ? file : throw new ModelException("it names no opset: the file is truncated, or is no ONNX file");
    }

    private void ReadGraph(WireReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: CountNode(reader.Inner); break;
                case 2: Graph = reader.Text; break;
                case 5: ReadWeights(reader.Inner, reader.Content.Length); break;
            }
        }
    }

    private void CountNode(WireReader reader)
    {
        var (kind, domain) = ("", "");
        while (reader.Next())
        {
            if (reader.Field == 4) kind = reader.Text;
            if (reader.Field == 7) domain = reader.Text;
            if (reader.Field == 5) ReadAttribute(reader.Inner);
        }

        var name = domain is "" or StandardDomain ? kind : $"{domain}.{kind}";
        _operators[name] = _operators.GetValueOrDefault(name) + 1;
    }

    /// <summary>The tensor of a Constant node counts as weights, too; AttributeProto has it in field 5.</summary>
    private void ReadAttribute(WireReader reader)
    {
        while (reader.Next())
        {
            if (reader.Field == 5) ReadWeights(reader.Inner, reader.Content.Length);
        }
    }

    private void ReadWeights(WireReader reader, int length)
    {
        WeightBytes += length;
        while (reader.Next())
        {
            // data_location EXTERNAL
            if (reader.Field == 14 && reader.Number == 1) HasExternalData = true;
        }
    }

    private void ReadOpset(WireReader reader)
    {
        var (domain, version) = ("", 0L);
        while (reader.Next())
        {
            if (reader.Field == 1) domain = reader.Text;
            if (reader.Field == 2) version = (long)reader.Number;
        }

        _opsets[domain.Length == 0 ? StandardDomain : domain] = version;
    }

    private void ReadMetadata(WireReader reader)
    {
        var (key, value) = ("", "");
        while (reader.Next())
        {
            if (reader.Field == 1) key = reader.Text;
            if (reader.Field == 2) value = reader.Text;
        }

        _metadata[key] = value;
    }
}
