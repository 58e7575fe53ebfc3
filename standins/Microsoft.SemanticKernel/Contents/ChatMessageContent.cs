using System.Text;
using System.Text.Json.Serialization;
using Microsoft.SemanticKernel.ChatCompletion;

namespace Microsoft.SemanticKernel;

/// <summary>A message of a conversation.</summary>
public class ChatMessageContent : KernelContent
{
    [JsonConstructor]
    public ChatMessageContent()
    {
    }

    public ChatMessageContent(
        AuthorRole role,
        string? content,
        string? modelId = null,
        object? innerContent = null,
        Encoding? encoding = null,
        IReadOnlyDictionary<string, object?>? metadata = null)
        : base(innerContent, modelId, metadata)
    {
        Role = role;
        Encoding = encoding ?? Encoding.UTF8;
        Content = content;
    }

    public ChatMessageContent(
        AuthorRole role,
        ChatMessageContentItemCollection items,
        string? modelId = null,
        object? innerContent = null,
        Encoding? encoding = null,
        IReadOnlyDictionary<string, object?>? metadata = null)
        : base(innerContent, modelId, metadata)
    {
        Role = role;
        Items = items;
    }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AuthorName
    {
        get;
        set => field = string.IsNullOrWhiteSpace(value) ? null : value;
    }

    public AuthorRole Role { get; set; }

    /// <summary>The first text among the items.</summary>
    [JsonIgnore]
    public string? Content
    {
        get => FirstText?.Text;
        set
        {
            if (FirstText is { } text) text.Text = value;
            else if (value is not null) Items.Add(new TextContent(value, ModelId, InnerContent, Encoding, Metadata) { MimeType = MimeType });
        }
    }

    public ChatMessageContentItemCollection Items { get; set; } = [];

    [JsonIgnore]
    public Encoding Encoding
    {
        get => FirstText?.Encoding ?? field;
        set
        {
            field = value;
            if (FirstText is { } text) text.Encoding = value;
        }
    } = Encoding.UTF8;

    private TextContent? FirstText => Items.OfType<TextContent>().FirstOrDefault();

    public override string ToString() => Content ?? "";
}
