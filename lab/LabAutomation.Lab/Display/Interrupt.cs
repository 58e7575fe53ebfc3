using System.Runtime.InteropServices;

namespace LabAutomation.Lab.Display;

/// <summary>Ctrl-C (or SIGTERM) once, twice, and again: who insists gets out, and the record stays sound.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public Interrupt(Action first, Action second, Action third)
    {
        void On(PosixSignalContext context)
        {
            context.Cancel = true;
            (Interlocked.Increment(ref _count) switch { 1 => first, 2 => second, _ => third })();
        }

        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, On), PosixSignalRegistration.Create(PosixSignal.SIGTERM, On)];
    }

    /// <summary>For what ends well when it is told to: once ends it, and again at once.</summary>
    /// <param name="last">Done before the program leaves at once.</param>
    public static Interrupt Ending(CancellationTokenSource end, Action? last = null)
    {
        return new(end.Cancel, AtOnce, AtOnce);

        void AtOnce()
        {
            last?.Invoke();
            Environment.Exit((int)ExitCode.Aborted);
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
