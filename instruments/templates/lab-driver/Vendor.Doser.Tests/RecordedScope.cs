using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace Vendor.Doser.Tests;

/// <summary>What a driver host gives a driver for one action; remembers what the driver said.</summary>
internal sealed class RecordedScope(TimeProvider clock) : IActionScope
{
    public TimeProvider Clock => clock;

    public CancellationToken Aborting => CancellationToken.None;

    public List<ActionMark> Marks { get; } = [];

    public void Mark(string key, string value) => Marks.Add(new ActionMark(key, value, clock.GetUtcNow()));

    public void Report(double progress, string step, TimeSpan? eta = null)
    {
    }

    public Task<TimeSpan> HoldPointAsync(Func<Task> rest, Func<Task> goOn, CancellationToken cancellation) => Task.FromResult(TimeSpan.Zero);

    public void Observe(string property, Quantity value)
    {
    }
}
