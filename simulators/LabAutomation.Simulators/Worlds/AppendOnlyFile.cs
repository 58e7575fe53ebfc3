using System.Text;

namespace LabAutomation.Simulators.Worlds;

/// <summary>A file of lines that only grows. A last line that a crash cut off is not a line.</summary>
internal static class AppendOnlyFile
{
    /// <summary>Unbuffered, at the end of the last whole line.</summary>
    public static FileStream Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var length = file.Length;
        for (; length > 0; length--)
        {
            file.Seek(length - 1, SeekOrigin.Begin);
            if (file.ReadByte() == '\n') break;
        }

        file.SetLength(length);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), Encoding.UTF8);
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
