using System.Collections.Immutable;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>How an agent's conversation with its model grows: the same while it is held and when it is gone through by its record.</summary>
internal static class SpokenHistory
{
    /// <summary>Letters of a name that endpoints take.</summary>
    private const int MostName = 64;

    public static void Say(this ChatHistory history, string speaker, string text)
    {
        if (speaker == "system") history.AddSystemMessage(text);
        else history.AddUserMessage(text);
    }

    /// <summary>What the model said, and the calls that it wants.</summary>
    public static void Answer(this ChatHistory history, ModelAnswered answered)
    {
        var message = new ChatMessageContent(AuthorRole.Assistant, answered.Text);
        foreach (var call in answered.Calls) message.Items.Add(new FunctionCallContent(Sendable(call.Tool), null, call.Call, Kernelled(call.Arguments)));
        history.Add(message);
    }

    public static void Result(this ChatHistory history, WantedCall call, string text) => history.Add(new FunctionResultContent(Sendable(call.Tool), null, call.Call, text).ToChatMessage());

    /// <summary>A turn that was cut off leaves calls without answers, and no endpoint takes such a conversation again.</summary>
    public static void Mend(this ChatHistory history)
    {
        var answered = history.SelectMany(message => message.Items.OfType<FunctionResultContent>()).Select(result => result.CallId).ToHashSet();
        foreach (var call in history.SelectMany(message => message.Items.OfType<FunctionCallContent>()).Where(call => !answered.Contains(call.Id)).ToArray())
            history.Add(new FunctionResultContent(call.FunctionName, null, call.Id, "Not done: the turn was cut off.").ToChatMessage());
    }

    /// <summary>
    /// A name as endpoints take it back: letters of ASCII, digits, _ and -. A model that has made up another one would be turned away by its own endpoint for the rest of the conversation; on record it stands as the model wrote it.
    /// </summary>
    private static string Sendable(string tool) => tool.Length == 0 ? "_" : string.Concat(tool.Take(MostName).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_'));

    private static KernelArguments Kernelled(ImmutableSortedDictionary<string, string>? arguments)
    {
        var kernelled = new KernelArguments();
        foreach (var (name, value) in arguments ?? ImmutableSortedDictionary<string, string>.Empty) kernelled[name] = value;
        return kernelled;
    }
}
