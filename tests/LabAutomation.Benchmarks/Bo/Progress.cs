using System.Diagnostics;
using System.Globalization;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>A bar on standard error, where a person watches it.</summary>
internal sealed class Progress(int steps)
{
    private const int Width = 24;

    private readonly long _began = Stopwatch.GetTimestamp();
    private int _done;

    public void Step(string what)
    {
        if (!Console.IsErrorRedirected)
        {
            var (filled, left) = (Width * _done / steps, Stopwatch.GetElapsedTime(_began) * (steps - _done) / Math.Max(1, _done));
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
                $"\r\e[K[{new string('#', filled)}{new string('.', Width - filled)}] {_done}/{steps} {what}{(_done > 0 ? $", about {left.TotalSeconds:F0} s left" : "")}"));
        }
        _done++;
    }

    public static void Clear()
    {
        if (!Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
    }
}
