namespace LabAutomation.Lab.Display;

/// <summary>Words of a command line that people copy into a shell (POSIX.1, 2.2.2).</summary>
internal static class ShellWord
{
    private const string Plain = "_-./:=@%+,";

    /// <summary>The same, in quotes where a shell would take it for something else.</summary>
    public static string Of(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
