namespace LabAutomation.Agents.Campaigns;

/// <summary>One thing that is wrong with a campaign file.</summary>
/// <param name="Line">From 1; 0 where it is about the file as a whole.</param>
/// <param name="Column">From 1; 0 where it is about the file as a whole, or about a row of a table, whose column the message names.</param>
/// <param name="Hint">What would be right, where that can be said.</param>
public sealed record Problem(string File, int Line, int Column, string Message, string? Hint = null)
{
    /// <summary><c>file:line:column: message (hint)</c>, which editors and terminals turn into a link.</summary>
    public override string ToString() => $"{File}:{(Line > 0 ? Column > 0 ? $"{Line}:{Column}:" : $"{Line}:" : "")} {Message}{(Hint is null ? "" : $" ({Hint})")}";
}
