using Microsoft.Win32.SafeHandles;

namespace LabAutomation.Lab.Display;

/// <summary>Standard output for answers that someone waits for.</summary>
internal static class AnswerStream
{
    /// <summary>
    /// The console's own stream takes what is written to a pipe without a reader as written. Through a handle it is an
    /// <see cref="IOException"/>, and the program ends instead of working for nobody.
    /// </summary>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
