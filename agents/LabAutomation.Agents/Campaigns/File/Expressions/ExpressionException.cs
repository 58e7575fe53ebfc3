namespace LabAutomation.Agents.Campaigns;

/// <summary>An expression cannot be read or makes no sense.</summary>
/// <param name="at">Where, from 0 at the start of the expression.</param>
internal sealed class ExpressionException(int at, string message, string? hint = null) : Exception(message)
{
    public int At { get; } = at;

    public string? Hint { get; } = hint;
}
