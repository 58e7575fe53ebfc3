using System.Globalization;
using System.Text.Json;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>Texts in JSON that are no texts: an escape of half a character is well-formed JSON and yet nothing that can be read.</summary>
internal static class JsonTexts
{
    /// <exception cref="StudyException">A text has half of a pair of surrogates.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new StudyException(string.Create(CultureInfo.InvariantCulture,
                    $"column {reader.TokenStartIndex + 1}: the text has half of a character: \\ud800 to \\udfff stand in pairs"));
            }
        }
    }

    /// <summary>The first key that stands twice in one object, and its byte from 0; null where there is none before the JSON ends or goes wrong.</summary>
    public static (string Key, long At)? Twice(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        var open = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.StartObject) open.Push([]);
                else if (reader.TokenType == JsonTokenType.EndObject) open.Pop();
                else if (reader.TokenType == JsonTokenType.PropertyName && reader.GetString() is { } key && !open.Peek().Add(key)) return (key, reader.TokenStartIndex);
            }
        }
        catch (JsonException)
        {
            // Of two faults the caller names the one that it was told of.
        }
        return null;
    }
}
