using System.Text;

namespace Microsoft.SemanticKernel;

/// <summary>Calls from the pieces they are streamed in.</summary>
public sealed class FunctionCallContentBuilder
{
    private readonly Dictionary<(int Request, int Call), Pieces> _calls = [];

    public void Append(StreamingChatMessageContent content)
    {
        foreach (var update in content.Items.OfType<StreamingFunctionCallUpdateContent>())
        {
            var place = (update.RequestIndex, update.FunctionCallIndex);
            if (!_calls.TryGetValue(place, out var call)) _calls[place] = call = new Pieces();
            if (!string.IsNullOrEmpty(update.CallId)) call.Id = update.CallId;
            if (!string.IsNullOrEmpty(update.Name)) call.Name = update.Name;
            call.Arguments.Append(update.Arguments);
        }
    }

    /// <summary>Every call that has an id.</summary>
    public IReadOnlyList<FunctionCallContent> Build() => [.. _calls.Values.Where(call => call.Id is not null).Select(call => call.Complete())];

    private sealed class Pieces
    {
        public string? Id { get; set; }

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();

        public FunctionCallContent Complete()
        {
            var (plugin, function) = Names.Split(Name, "-");
            var (arguments, failure) = Arguments.Length == 0 ? (null, null) : ModelArguments.Parse(Arguments.ToString(), keepTypes: false);
            return new FunctionCallContent(function, plugin, Id, arguments) { Exception = failure };
        }
    }
}
