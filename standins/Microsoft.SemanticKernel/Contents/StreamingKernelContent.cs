using System.Text;
using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>A piece of an answer that is still being written.</summary>
public abstract class StreamingKernelContent
{
    protected StreamingKernelContent()
    {
    }

    protected StreamingKernelContent(
        object? innerContent, int choiceIndex = 0, string? modelId = null, IReadOnlyDictionary<string, object?>? metadata = null)
    {
        InnerContent = innerContent;
        ChoiceIndex = choiceIndex;
        ModelId = modelId;
        Metadata = metadata;
    }

    public int ChoiceIndex { get; set; }

    /// <summary>The client library's object behind this.</summary>
    [JsonIgnore]
    public object? InnerContent { get; set; }

    public string? ModelId { get; set; }

    public IReadOnlyDictionary<string, object?>? Metadata { get; set; }

    public abstract override string ToString();

    public abstract byte[] ToByteArray();
}

/// <summary>Text in a piece of an answer.</summary>
public class StreamingTextContent : StreamingKernelContent
{
    [JsonConstructor]
    public StreamingTextContent(
        string? text,
        int choiceIndex = 0,
        string? modelId = null,
        object? innerContent = null,
        Encoding? encoding = null,
        IReadOnlyDictionary<string, object?>? metadata = null)
        : base(innerContent, choiceIndex, modelId, metadata)
    {
        Text = text;
        Encoding = encoding ?? Encoding.UTF8;
    }

    public string? Text { get; set; }

    [JsonIgnore]
    public Encoding Encoding { get; set; }

    public override string ToString() => Text ?? "";

    public override byte[] ToByteArray() => Encoding.GetBytes(ToString());
}
