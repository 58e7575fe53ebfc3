using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LabAutomation.Interlock;

/// <summary>
/// Makes the names of a folder durable. On Linux and macOS a file that replaced another under its name is there after a loss of power only when its folder was written too, for which .NET has no call. On Windows, and on file systems
/// that cannot do it, nothing is done: what the name shows after a loss of power may be the file before.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;
    private const int InvalidArgument = 22;

    /// <exception cref="IOException">The folder cannot be opened or written.</exception>
    public static void Sync(string folder) => Sync(folder, FSync);

    /// <param name="force">Writes what is behind a descriptor to the disk; 0 where it has, else the error is the last of the system.</param>
    /// <exception cref="IOException">The folder cannot be opened or written.</exception>
    internal static void Sync(string folder, Func<int, int> force)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw Trouble(folder);
        try
        {
            if (force(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument) throw Trouble(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Trouble(string folder) => new($"the folder '{folder}' cannot be written to disk: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
