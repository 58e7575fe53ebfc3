namespace LabAutomation.Protocol;

/// <summary>
/// Words that somebody else chose: a reason, a name, what a message that cannot be read contains. They are told on in messages of one's own, which have a largest size; so they are cut, since a
/// control character takes six times as many bytes when it is written again.
/// </summary>
public static class ForeignText
{
    /// <summary>Characters; what is longer has been made to do harm.</summary>
    public const int Longest = 1000;

    /// <returns>The text, or its beginning with an ellipsis; never half a surrogate pair.</returns>
    public static string Cut(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest), "…");
}
