using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Instruments;

/// <summary>
/// Whether the file that SQLite has open still is the one that lies at its path, by its number in the file system, which a copy does not share and no other file gets while it is open. On Windows, where a file that is open cannot be taken away, whether one is there.
/// Its write-ahead log has to be there too.
/// </summary>
internal sealed class JournalPlace
{
    private const string Library = "e_sqlite3";

    /// <summary>SQLITE_FCNTL_HAS_MOVED: sqlite.org/c3ref/c_fcntl_begin_atomic_write.html.</summary>
    private const int HasMoved = 20;

    private const int Ok = 0;

    private readonly SqliteConnection _connection;
    private readonly string _file;

    /// <param name="connection">Open, and in WAL mode.</param>
    /// <param name="path">As it was opened.</param>
    public JournalPlace(SqliteConnection connection, string path)
    {
        _connection = connection;
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        _file = command.ExecuteScalar() is string { Length: > 0 } resolved ? resolved : path;
    }

    public bool IsLost => !File.Exists(_file) || !File.Exists(_file + "-wal") || (Control(_connection.Handle!.DangerousGetHandle(), IntPtr.Zero, HasMoved, out var moved) == Ok && moved != 0);

    [DllImport(Library, EntryPoint = "sqlite3_file_control")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int Control(IntPtr connection, IntPtr mainDatabase, int operation, out int answer);
}
