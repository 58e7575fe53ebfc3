using System.Text;
using System.Text.Json.Serialization;
using Microsoft.SemanticKernel.ChatCompletion;

namespace Microsoft.SemanticKernel;

/// <summary>A piece of a message that is still being written.</summary>
public class StreamingChatMessageContent : StreamingKernelContent
{
    [JsonConstructor]
    public StreamingChatMessageContent(
        AuthorRole? role,
        string? content,
        object? innerContent = null,
        int choiceIndex = 0,
        string? modelId = null,
        Encoding? encoding = null,
        IReadOnlyDictionary<string, object?>? metadata = null)
        : base(innerContent, choiceIndex, modelId, metadata)
    {
        Role = role;
        Encoding = encoding ?? Encoding.UTF8;
        Content = content;
    }

    /// <summary>The first text among the items.</summary>
    public string? Content
    {
        get => FirstText?.Text;
        set
        {
            if (FirstText is { } text) text.Text = value;
            else if (value is not null) Items.Add(new StreamingTextContent(value, ChoiceIndex, ModelId, InnerContent, Encoding, Metadata));
        }
    }

    [JsonIgnore]
    public StreamingKernelContentItemCollection Items { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AuthorName
    {
        get;
        set => field = string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>Often only in the first piece.</summary>
    public AuthorRole? Role { get; set; }

    [JsonIgnore]
    public Encoding Encoding
    {
        get => FirstText?.Encoding ?? field;
        set
        {
            field = value;
            if (FirstText is { } text) text.Encoding = value;
        }
    }

    private StreamingTextContent? FirstText => Items.OfType<StreamingTextContent>().FirstOrDefault();

    public override string ToString() => Content ?? "";

    public override byte[] ToByteArray() => Encoding.GetBytes(ToString());
}
