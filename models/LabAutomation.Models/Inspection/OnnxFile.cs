namespace LabAutomation.Models;

/// <summary>What an .onnx file says of itself, read without running it (onnx.proto, messages ModelProto, FunctionProto, TrainingInfoProto, GraphProto, NodeProto, AttributeProto, SparseTensorProto and TensorProto).</summary>
internal sealed class OnnxFile
{
    private const string StandardDomain = "ai.onnx";

    /// <summary>Graphs in graphs: branches and loops.</summary>
    private const int Deepest = 32;

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

    /// <summary>Bytes of the stored weights, those of inner graphs and functions among them.</summary>
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
                    file.ReadGraph(reader.Inner, 0);
                    hasGraph = true;
                    break;
                case 20: file.ReadTraining(reader.Inner); break;
                case 25: file.ReadFunction(reader.Inner); break;
                case 8: file.ReadOpset(reader.Inner); break;
                case 14: file.ReadMetadata(reader.Inner); break;
            }
        }

        if (!hasGraph) throw new ModelException("it has no graph: the file is truncated, or is no ONNX file");
        return file._opsets.Count > 0 ? file : throw new ModelException("it names no opset: the file is truncated, or is no ONNX file");
    }

    private void ReadGraph(WireReader reader, int depth)
    {
        if (depth > Deepest) throw new ModelException($"its graphs are nested more than {Deepest} deep");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: ReadNode(reader.Inner, depth); break;
                case 2 when depth == 0: Graph = reader.Text; break;
                case 5: ReadWeights(reader.Inner, reader.Content.Length); break;
                case 15: ReadSparse(reader.Inner); break;
            }
        }
    }

    private void ReadNode(WireReader reader, int depth)
    {
        var (kind, domain) = ("", "");
        while (reader.Next())
        {
            if (reader.Field == 4) kind = reader.Text;
            if (reader.Field == 7) domain = reader.Text;
            if (reader.Field == 5) ReadAttribute(reader.Inner, depth);
        }

        if (depth > 0) return;
        var name = domain is "" or StandardDomain ? kind : $"{domain}.{kind}";
        _operators[name] = _operators.GetValueOrDefault(name) + 1;
    }

    /// <summary>Tensors and graphs, one or several: what a node holds counts as weights, too.</summary>
    private void ReadAttribute(WireReader reader, int depth)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 5 or 10: ReadWeights(reader.Inner, reader.Content.Length); break;
                case 6 or 11: ReadGraph(reader.Inner, depth + 1); break;
                case 22 or 23: ReadSparse(reader.Inner); break;
            }
        }
    }

    /// <summary>Its nodes, and the usual values of its attributes.</summary>
    private void ReadFunction(WireReader reader)
    {
        while (reader.Next())
        {
            if (reader.Field == 7) ReadNode(reader.Inner, 1);
            if (reader.Field == 11) ReadAttribute(reader.Inner, 1);
        }
    }

    /// <summary>Two graphs.</summary>
    private void ReadTraining(WireReader reader)
    {
        while (reader.Next())
        {
            if (reader.Field is 1 or 2) ReadGraph(reader.Inner, 1);
        }
    }

    /// <summary>Values and where they stand.</summary>
    private void ReadSparse(WireReader reader)
    {
        while (reader.Next())
        {
            if (reader.Field is 1 or 2) ReadWeights(reader.Inner, reader.Content.Length);
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
