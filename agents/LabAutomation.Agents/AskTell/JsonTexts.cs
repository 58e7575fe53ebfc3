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
}
