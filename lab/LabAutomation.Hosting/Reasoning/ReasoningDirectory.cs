namespace LabAutomation.Hosting;

/// <summary>Where conversations and approvals lie in a lab's data directory, beside its record. Who holds it may hold a conversation; approvals need no hold.</summary>
internal sealed class ReasoningDirectory : IDisposable
{
    private readonly FileStream _hold;

    private ReasoningDirectory(FileStream hold) => _hold = hold;

    public static string ConversationsIn(string directory) => Path.Combine(directory, "reasoning.db");

    public static string ApprovalsIn(string directory) => Path.Combine(directory, "approvals.db");

    /// <exception cref="LabException">Another program holds a conversation there, or the folder cannot be written.</exception>
    public static ReasoningDirectory Hold(string directory)
    {
        var path = Path.Combine(Path.GetFullPath(directory), "reasoning.lock");
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new ReasoningDirectory(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error.GetType() == typeof(IOException) && File.Exists(path))
        {
            throw new LabException(LabFault.InUse, $"another program holds a conversation in '{directory}'; wait for it to end, or name another folder with --data", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LabException(LabFault.Storage, $"data directory '{directory}' cannot be written: {error.Message}", error);
        }
    }

    public void Dispose() => _hold.Dispose();
}
