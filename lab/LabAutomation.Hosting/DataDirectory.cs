using System.Globalization;

namespace LabAutomation.Hosting;

/// <summary>The folder of a lab's record. Who holds it may write; the hold ends with the process, however it ends.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _hold;

    private DataDirectory(string path, FileStream hold) => (Path, _hold) = (path, hold);

    public string Path { get; }

    public string Ledger => LedgerIn(Path);

    public string Journal => JournalIn(Path);

    public string Devices => DevicesIn(Path);

    /// <summary>The state of a simulated device that stands alone.</summary>
    public string DeviceOf(string instrument) => System.IO.Path.Combine(Devices, instrument);

    /// <summary>The state of the simulated bench of a station. No instrument's name has an '@'.</summary>
    /// <param name="station">Null for a bench that stands at none.</param>
    public string BenchAt(string? station) => station is null ? Devices : System.IO.Path.Combine(Devices, $"@{station}");

    /// <summary>The state of the simulated furnace room. Neither an instrument nor the folder of a station's bench is called so.</summary>
    public string Room => System.IO.Path.Combine(Devices, "@furnace-room@");

    public static string LedgerIn(string directory) => System.IO.Path.Combine(directory, "ledger.db");

    public static string JournalIn(string directory) => System.IO.Path.Combine(directory, "journal.db");

    /// <summary>The state of all that is simulated.</summary>
    public static string DevicesIn(string directory) => System.IO.Path.Combine(directory, "devices");

    /// <exception cref="LabException">Another program holds it, or the folder cannot be written.</exception>
    public static DataDirectory Hold(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        var holder = System.IO.Path.Combine(path, "lab.pid");
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);      // the record is its owner's
            var hold = new FileStream(System.IO.Path.Combine(path, "lab.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataDirectory(path, hold);
        }
        catch (IOException error) when (IsHeld(error, path))
        {
            var by = File.Exists(holder) ? $" (process {File.ReadAllText(holder)})" : "";
            throw new LabException(LabFault.InUse, $"'{path}' is in use by another lab program{by}; wait for it to end, or give this one a data directory of its own with --data", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LabException(LabFault.Storage, $"data directory '{path}' cannot be written: {error.Message}", error);
        }
    }

    public void Dispose() => _hold.Dispose();

    private static bool IsHeld(IOException error, string path) =>
        error.GetType() == typeof(IOException) && File.Exists(System.IO.Path.Combine(path, "lab.lock")) && error.Message.Contains("another process", StringComparison.Ordinal);
}
