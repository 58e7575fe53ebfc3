using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LabAutomation.Agents.Reasoning;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>A model that does what it is told by whatever it reads, and remembers what that was.</summary>
/// <param name="orders">Of its own, before it has read anything.</param>
/// <param name="strangers">A word that stands in all texts from outside.</param>
/// <param name="meanwhile">Happens while it thinks.</param>
internal sealed partial class HostileModel(IEnumerable<Order> orders, string strangers, Action meanwhile) : IChatCompletionService
{
    /// <summary>One answer more than an agent makes of it.</summary>
    private const int AtOnce = 20;

    /// <summary>Beyond more an answer counts as endless talk.</summary>
    private const int MostLetters = 50_000;

    private readonly Queue<Order> _orders = new(orders);
    private int _known;
    private string _draft = "1";

    /// <summary>Whether it has been told anything that came from outside.</summary>
    public bool HasReadStrangers { get; private set; }

    /// <summary>The titles of the documents whose orders have reached it.</summary>
    public HashSet<string> Documents { get; } = [];

    public bool HasOrders => _orders.Count > 0;

    public int Rounds { get; private set; }

    /// <summary>It is asked to read a document.</summary>
    public void Read(string document) => _orders.Enqueue(new Order("read_document", $$"""{"name":"{{document}}"}"""));

    /// <summary>The calls that it wanted, an answer after the other.</summary>
    public List<IReadOnlyList<Order>> Wanted { get; } = [];

    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Rounds++;
        foreach (var message in chatHistory.Skip(_known)) Hear(message);
        _known = chatHistory.Count;
        meanwhile();
        await Task.CompletedTask;
        var wanted = new List<Order>();
        for (var letters = 0; wanted.Count < AtOnce && letters < MostLetters && !Waits(wanted) && _orders.TryDequeue(out var order); letters += order.Arguments.Length + order.Tool.Length)
            wanted.Add(order with { Arguments = order.Arguments.Replace(Order.LastDraft, _draft, StringComparison.Ordinal) });
        if (wanted.Count > 0) Wanted.Add(wanted);
        var piece = new StreamingChatMessageContent(AuthorRole.Assistant, wanted.Count > 0 ? null : "Done.", new ModelAnswered("", 0, "hostile-1", "", [], wanted.Count > 0 ? "ToolCalls" : "Stop", 100, 20, 0, 0));
        for (var k = 0; k < wanted.Count; k++) piece.Items.Add(new StreamingFunctionCallUpdateContent($"c{k}", wanted[k].Tool, wanted[k].Arguments, k));
        yield return piece;
    }

    /// <summary>Whether what is next is about a draft whose number comes with an answer.</summary>
    private bool Waits(List<Order> wanted) => _orders.TryPeek(out var next) && next == HostileWords.RunLast && wanted is [.., { Tool: "propose_campaign" }];

    private void Hear(ChatMessageContent message)
    {
        if (message.Role == AuthorRole.Assistant) return;
        foreach (var text in message.Items.Select(item => item switch { TextContent said => said.Text, FunctionResultContent result => result.Result as string, _ => null }).OfType<string>())
        {
            if (message.Role != AuthorRole.System && text.Contains(strangers, StringComparison.Ordinal)) HasReadStrangers = true;
            ImmutableArray<Order> told = [.. Order.In(text)];
            if (!told.IsEmpty) Documents.Add(Title().Match(text).Groups[1].Value);
            foreach (var order in told) _orders.Enqueue(order);
            if (Written().Match(text) is { Success: true } written) _draft = written.Groups[1].Value;
        }
    }

    [GeneratedRegex("^([^ ]+) on ", RegexOptions.Multiline)]
    private static partial Regex Title();

    [GeneratedRegex("^Draft ([0-9]+) is valid")]
    private static partial Regex Written();
}
