using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>A JSON object of which all keys are known; a key too many is as wrong as one too few.</summary>
internal sealed class MessageObject
{
    private readonly JsonElement _element;
    private readonly string _what;

    private MessageObject(JsonElement element, string what) => (_element, _what) = (element, what);

    /// <param name="what">Such as "a trial", for messages.</param>
    /// <exception cref="StudyException">It is no object, or has a key that is not known.</exception>
    public static MessageObject Of(JsonElement element, string what, params IReadOnlyList<string> keys)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new StudyException($"{what} is an object with {string.Join(", ", keys)}, not {MessageValues.Named(element)}");
        foreach (var property in element.EnumerateObject())
        {
            if (keys.Contains(property.Name)) continue;
            if (NotOffered.Instead(property.Name) is { } instead)
                throw new StudyException($"'{property.Name}' of {what} is not offered: {instead}; the keys of {what} are {string.Join(", ", keys)}");
            var near = NearestName.Of(property.Name, keys) is { } name ? $" (did you mean '{name}'?)" : "";
            throw new StudyException($"'{Admission.Shortened(property.Name)}' is not a key of {what}; its keys are {string.Join(", ", keys)}{near}");
        }
        return new MessageObject(element, what);
    }

    /// <exception cref="StudyException">The key is not there.</exception>
    public JsonElement this[string key] => Find(key) ?? throw new StudyException($"{_what} lacks '{key}'");

    /// <summary>Null where the key is absent, or present with the value null.</summary>
    public JsonElement? Find(string key) => _element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
