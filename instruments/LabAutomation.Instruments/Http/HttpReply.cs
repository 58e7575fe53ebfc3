namespace LabAutomation.Instruments;

/// <summary>A whole answer.</summary>
/// <param name="Question">Method and path, for messages.</param>
/// <param name="ContentType">In lower case and without parameters; empty where none was given.</param>
internal sealed record HttpReply(string Question, int Status, string ContentType, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
