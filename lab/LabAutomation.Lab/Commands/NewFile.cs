namespace LabAutomation.Lab.Commands;

/// <summary>
/// A file that a command is to write at its end. It is begun beside it at the start, as <c>NAME.part</c>, so that hours of work do not end at a folder that is not there; where nothing
/// came to be written that is gone again, and what a killed program left of it is taken over.
/// </summary>
internal sealed class NewFile : IDisposable
{
    private readonly FileStream _stream;
    private bool _isWritten;

    private NewFile(string path, FileStream stream) => (Path, _stream) = (path, stream);

    public string Path { get; }

    /// <exception cref="UsageException">It is there already, or cannot be made.</exception>
    /// <param name="what">That is to be written, such as <c>a plan</c>.</param>
    public static NewFile Create(string path, string what)
    {
        if (File.Exists(path)) throw new UsageException($"--out '{path}' is there already; {what} overwrites nothing");
        try
        {
            return new NewFile(path, new FileStream(PartOf(path), FileMode.Create, FileAccess.Write, FileShare.Delete));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out '{path}' cannot be written: {error.Message}");
        }
    }

    /// <exception cref="UsageException">Somebody made a file of that name meanwhile; the text is kept beside it.</exception>
    public void Write(string text)
    {
        using (var writer = new StreamWriter(_stream)) writer.Write(text);
        _isWritten = true;
        try
        {
            File.Move(PartOf(Path), Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out '{Path}' cannot be written any more: {error.Message}; the text is in '{PartOf(Path)}'");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_isWritten) File.Delete(PartOf(Path));
    }

    private static string PartOf(string path) => path + ".part";
}
