namespace LabAutomation.Protocol;

/// <summary>A file with a secret: nobody but its owner may read it.</summary>
public static class SecretFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The first line, without white space around it.</summary>
    /// <param name="option">The option that names the file, for the error.</param>
    /// <exception cref="BrokerLinkException">The file is missing, is open to others, cannot be read or holds no single line.</exception>
    public static string ReadPassword(string option, string path)
    {
        var password = Read(option, path).Trim();
        if (password.Length == 0) throw new BrokerLinkException(option, $"{option} '{path}' is empty; it holds the password alone");
        return password.Contains('\n', StringComparison.Ordinal)
            ? throw new BrokerLinkException(option, $"{option} '{path}' has more than one line; it holds the password alone")
            : password;
    }

    /// <summary>Writes a new file that only its owner can read.</summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public static void WriteNew(string path, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
        using var writer = new StreamWriter(path, options);
        writer.WriteLine(secret);
    }

    /// <exception cref="BrokerLinkException">The file is missing, is open to others or cannot be read.</exception>
    internal static string Read(string option, string path)
    {
        try
        {
            if (!File.Exists(path)) throw new BrokerLinkException(option, $"{option}: there is no file '{path}'");
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & OfOthers) != 0)
                throw new BrokerLinkException(option, $"{option} '{path}' is open to others than its owner (mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')}); 'chmod 600 {path}' closes it");
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BrokerLinkException(option, $"{option} '{path}' cannot be read: {error.Message}", error);
        }
    }
}
