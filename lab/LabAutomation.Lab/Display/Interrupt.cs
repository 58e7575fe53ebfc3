using System.Runtime.InteropServices;

namespace LabAutomation.Lab.Display;

/// <summary>Ctrl-C (or SIGTERM) once, and twice.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public Interrupt(Action first, Action second)
    {
        void On(PosixSignalContext context)
        {
            context.Cancel = true;
            if (Interlocked.Increment(ref _count) == 1) first();
            else second();
        }

        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, On), PosixSignalRegistration.Create(PosixSignal.SIGTERM, On)];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
