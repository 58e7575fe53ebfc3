using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>The person of a simulated lab who refills what runs out, some time after being asked.</summary>
/// <param name="clock">Lab time.</param>
/// <param name="after">How long it takes, asked anew for each request.</param>
internal sealed class SimulatedRefills(Laboratory lab, TimeProvider clock, Func<TimeSpan> after) : IDisposable
{
    private const int MostLooks = 10;

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

    /// <summary>Whoever was asked twice comes once. Between the look and the refill an action may end that has drawn less than was thought: then the person looks again.</summary>
    private async Task RefillAsync(RefillRequested request)
    {
        for (var look = 1; look <= MostLooks && lab.Stock is var book && book.Requests.ContainsKey(request.Consumable); look++)
        {
            var (amount, isCount) = Brings(book, request);
            await lab.RefillAsync(request.Consumable, amount, Name, isCount, CancellationToken.None);
        }
    }

    /// <summary>As much as was asked for, where there is still room for it; what has become full meanwhile is counted as full.</summary>
    internal static (Quantity Amount, bool IsCount) Brings(StockBook book, RefillRequested request)
    {
        var room = book.Room(request.Consumable);
        return room.Value <= 0 ? (book.Declared[request.Consumable].Capacity, true) : (request.Amount.Value < room.Value ? request.Amount : room, false);
    }
}
