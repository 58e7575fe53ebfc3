using System.Security.Cryptography;
using LabAutomation.Hosting;

namespace LabAutomation.Lab.Commands;

/// <summary>The configuration as its file has it now: it is read again when the file holds something else.</summary>
/// <param name="file">In full. Where it is gone, no other takes its place.</param>
/// <param name="read">The configuration of that file anew.</param>
internal sealed class CurrentSettings(string file, Func<Settings> read)
{
    private readonly Lock _lock = new();
    private string? _seen;
    private SettingsReading? _reading;

    /// <summary>The same object as long as nothing has changed.</summary>
    public SettingsReading Reading
    {
        get
        {
            lock (_lock)
            {
                if (Stamp() is var stamp && stamp == _seen) return _reading!;
                _seen = stamp;
                return _reading = Read();
            }
        }
    }

    /// <exception cref="LabException">The file cannot be read.</exception>
    public Settings Now => Reading is var reading && reading.Settings is { } settings ? settings : throw new LabException(LabFault.Configuration, reading.Problem!);

    private SettingsReading Read()
    {
        try
        {
            return new SettingsReading(read(), null);
        }
        catch (Exception error) when (error is LabException or IOException or UnauthorizedAccessException)
        {
            return new SettingsReading(null, error.Message);
        }
    }

    /// <summary>By what it holds: times and lengths of a link say nothing of the file behind it.</summary>
    private string Stamp()
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.GetType().Name;
        }
    }
}

/// <param name="Settings">Null where they cannot be read.</param>
/// <param name="Problem">Why they cannot.</param>
internal sealed record SettingsReading(Settings? Settings, string? Problem);
