using LabAutomation.Instruments;

namespace LabAutomation.Conformance;

/// <summary>One life of a host: from its start to its end, clean or not.</summary>
internal sealed class HostedLife
{
    private readonly TaskCompletionSource _killedAtBoundary = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _sever;
    private readonly Func<bool> _diskIsFull;
    private Task? _death;
    private int _left;
    private volatile bool _dead;

    public HostedLife(string clientId, Journal journal, Action sever, Func<bool> diskIsFull)
    {
        (ClientId, Journal, _sever, _diskIsFull) = (clientId, journal, sever, diskIsFull);
        journal.Store.Boundary = Pass;
    }

    public string ClientId { get; }

    public Journal Journal { get; }

    /// <summary>Null where the driver could not even be made.</summary>
    public DriverHost? Host { get; set; }

    public WatchedDriver Driver { get => field ?? throw new InvalidOperationException("the driver could not be made"); set; }

    public MortalBus? Bus { get; set; }

    public bool Alive => !_dead;

    /// <summary>Completes when the host has ended at that boundary.</summary>
    public Task KillAt(int boundary)
    {
        Interlocked.Exchange(ref _left, boundary);
        return _killedAtBoundary.Task;
    }

    /// <summary>The program is gone from one moment to the next; whoever calls it may be part of it.</summary>
    public Task KillAsync()
    {
        if (_death is not null) return _death;
        _dead = true;
        if (Bus is { IsConnected: true }) _sever();
        return _death = BuryAsync();
    }

    public Task DeadAsync() => _death ?? Task.CompletedTask;

    /// <summary>After a clean stop.</summary>
    public async Task EndAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        _dead = true;
        _death = Task.CompletedTask;
        Journal.Dispose();
    }

    private async Task BuryAsync()
    {
        await Task.Yield();
        try
        {
            if (Host is not null) await Host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
        }
        catch (Exception error) when (error is TimeoutException or IOException or OperationCanceledException)
        {
            // A killed program says no more.
        }

        if (Bus is not null) await Bus.BuryAsync();
        Journal.Dispose();
    }

    private void Pass(bool after)
    {
        if (_dead) throw new OperationCanceledException("the program is gone");
        if (!after && _diskIsFull()) throw new JournalException("the disk that holds the journal is full; free some space");
        if (_left == 0 || Interlocked.Decrement(ref _left) > 0) return;
        _ = KillAsync();
        _killedAtBoundary.TrySetResult();
        throw new OperationCanceledException("the program is gone");
    }
}
