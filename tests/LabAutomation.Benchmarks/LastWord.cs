using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LabAutomation.Benchmarks;

/// <summary>
/// Tells on standard error what ended a benchmark before its verdict: a signal, or something that ended the whole program. Silence must not be taken for a figure. SIGKILL alone leaves no word, and exit code 137.
/// </summary>
internal sealed class LastWord : IDisposable
{
    private readonly string _benchmark;
    private readonly TextWriter _to;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly PosixSignalRegistration[] _signals;
    private int _isSaid;

    public LastWord(string benchmark, TextWriter to)
    {
        (_benchmark, _to) = (benchmark, to);
        _signals = [.. new[] { PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, sent => Say($"by {sent.Signal}")))];
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>From here on nothing more is said; a verdict that is no success is told with its exit code.</summary>
    public int Verdict(int exitCode)
    {
        if (Interlocked.Exchange(ref _isSaid, 1) == 0 && exitCode != 0) _to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"benchmark '{_benchmark}' ended with exit code {exitCode}"));
        return exitCode;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        foreach (var signal in _signals) signal.Dispose();
    }

    /// <summary>Once, and not after the verdict.</summary>
    internal void Say(string how)
    {
        if (Interlocked.Exchange(ref _isSaid, 1) == 0)
            _to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"benchmark '{_benchmark}' was ended {how} after {Stopwatch.GetElapsedTime(_began).TotalSeconds:0} s, before its verdict"));
    }

    private void OnExit(object? sender, EventArgs arguments) => Say($"by the program itself, with exit code {Environment.ExitCode},");
}
