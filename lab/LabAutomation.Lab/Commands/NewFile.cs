namespace LabAutomation.Lab.Commands;

/// <summary>A file that a command is to write at its end. It is made at the start, so that hours of work do not end at a folder that is not there; where nothing came to be written it is gone again.</summary>
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
            return new NewFile(path, new FileStream(path, FileMode.CreateNew, FileAccess.Write));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out '{path}' cannot be written: {error.Message}");
        }
    }

    public void Write(string text)
    {
        using (var writer = new StreamWriter(_stream)) writer.Write(text);
        _isWritten = true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_isWritten) File.Delete(Path);
    }
}
