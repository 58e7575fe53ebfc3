using System.Globalization;
using System.Text.Json;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>JSON values as what they are meant to be, or refused by name.</summary>
internal static class MessageValues
{
    /// <exception cref="StudyException">It is no finite number.</exception>
    public static double Number(JsonElement value, string what)
    {
        if (value.ValueKind != JsonValueKind.Number) throw new StudyException($"{what} wants a number, not {Named(value)}");
        return value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new StudyException($"{what} is {Admission.Shortened(value.GetRawText())}, which is too large for a number");
    }

    /// <exception cref="StudyException">It is no whole number from <paramref name="low"/> to <paramref name="high"/>.</exception>
    public static int Whole(JsonElement value, string what, int low, int high)
    {
        var number = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var read) ? read : double.NaN;
        return number == Math.Floor(number) && number >= low && number <= high
            ? (int)number
            : throw new StudyException(string.Create(CultureInfo.InvariantCulture, $"{what} wants a whole number from {low} to {high}, not {Named(value)}"));
    }

    /// <exception cref="StudyException">It is no text.</exception>
    public static string Text(JsonElement value, string what)
        => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new StudyException($"{what} wants a text, not {Named(value)}");

    /// <exception cref="StudyException">It is no text, or an empty or endless one.</exception>
    public static string Name(JsonElement value, string what)
    {
        var name = Text(value, what);
        return name.Length is > 0 and <= 200 && !string.IsNullOrWhiteSpace(name)
            ? name
            : throw new StudyException($"{what} wants 1 to 200 characters, not {name.Length}{(name.Length <= 200 ? " or only space" : "")}");
    }

    /// <exception cref="StudyException">It is no list.</exception>
    public static JsonElement.ArrayEnumerator List(JsonElement value, string what)
        => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw new StudyException($"{what} wants a list, not {Named(value)}");

    /// <exception cref="StudyException">It is neither true nor false.</exception>
    public static bool Truth(JsonElement value, string what)
        => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new StudyException($"{what} wants true or false, not {Named(value)}");

    /// <summary>The value in words.</summary>
    public static string Named(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text '{Admission.Shortened(value.GetString()!)}'",
        JsonValueKind.Number => Admission.Shortened(value.GetRawText()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
