using System.Diagnostics;
using System.Globalization;

namespace LabAutomation.Conformance;

/// <summary>A driver's program on this machine: started by a shell command, ended by SIGTERM or by SIGKILL.</summary>
/// <param name="command">A command of /bin/sh that becomes the driver's process.</param>
public sealed class DriverProgram(string command) : IAsyncDisposable
{
    /// <summary>A clean stop may take this long: running actions end, the device is made safe, the broker hears of it.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(30);

    private Process? _process;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What became of it where it ended by itself; null otherwise.</summary>
    public string? Trouble => _process is { HasExited: true } ended ? $"its program ended by itself with {ended.ExitCode}" : null;

    public void Start()
    {
        if (IsRunning) return;
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {command}"]))!;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        process.Kill(entireProcessTree: true);
        await ForgetAsync(process, CancellationToken.None);
    }

    /// <summary>SIGTERM.</summary>
    /// <exception cref="TimeoutException">It took no notice.</exception>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_process is not { } process) return;
        using (var kill = Signal("TERM", process)) await kill.WaitForExitAsync(cancellation);
        await ForgetAsync(process, cancellation);
    }

    /// <summary>SIGSTOP, and SIGCONT.</summary>
    public void Freeze(bool frozen)
    {
        if (_process is not { } process) return;
        using var kill = Signal(frozen ? "STOP" : "CONT", process);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning) await KillAsync();
        _process?.Dispose();
    }

    private static Process Signal(string name, Process process) => Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)])!;

    private async Task ForgetAsync(Process process, CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation).WaitAsync(Farewell, TimeProvider.System, cancellation);
        process.Dispose();
        _process = null;
    }
}
