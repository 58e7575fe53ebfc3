using LabAutomation.Agents.Consumables;

namespace LabAutomation.Hosting;

/// <summary>The person of a simulated lab who refills what runs out, some time after being asked.</summary>
/// <param name="clock">Lab time.</param>
/// <param name="after">How long it takes, asked anew for each request.</param>
internal sealed class SimulatedRefills(Laboratory lab, TimeProvider clock, Func<TimeSpan> after) : IDisposable
{
    private const string Name = "simulated person";

    private readonly List<ITimer> _coming = [];

    public SimulatedRefills Attend()
    {
        lab.RefillWanted += Come;
        return this;
    }

    public void Dispose()
    {
        lab.RefillWanted -= Come;
        foreach (var timer in _coming) timer.Dispose();
    }

    private void Come(RefillRequested request) => _coming.Add(clock.CreateTimer(_ => _ = RefillAsync(request), null, after(), Timeout.InfiniteTimeSpan));

    /// <summary>Whoever was asked twice comes once.</summary>
    private async Task RefillAsync(RefillRequested request)
    {
        if (lab.Stock.Requests.ContainsKey(request.Consumable)) await lab.RefillAsync(request.Consumable, request.Amount, Name, isCount: false, CancellationToken.None);
    }
}
