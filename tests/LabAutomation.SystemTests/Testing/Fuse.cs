using System.Diagnostics;
using System.Globalization;

namespace LabAutomation.SystemTests.Testing;

/// <summary>Counts the places that a process passes, and ends it by SIGKILL at the one that was chosen.</summary>
internal sealed class Fuse
{
    private volatile string? _place;
    private int _left;

    /// <param name="place">Such as <c>journal:3</c>: the third time that the journal is passed from now on.</param>
    public void Set(string place)
    {
        var parts = place.Split(':');
        Volatile.Write(ref _left, int.Parse(parts[1], CultureInfo.InvariantCulture));
        _place = parts[0];
    }

    public void Pass(string place)
    {
        if (_place != place || Interlocked.Decrement(ref _left) != 0) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);     // the signal is on its way; this thread does nothing more
    }
}
