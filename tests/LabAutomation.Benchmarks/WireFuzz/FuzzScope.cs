using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>Keeps the marks of one action, as the journal does, and lets it run.</summary>
internal sealed class FuzzScope(DriverCommand command, TimeProvider clock) : IActionScope
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private ImmutableArray<ActionMark> _marks = [];

    public TimeProvider Clock => clock;

    public CancellationToken Aborting => CancellationToken.None;

    public bool IsMarked => !_marks.IsEmpty;

    public StartedAction Started => new(command, _startedAt, _marks);

    public void Mark(string key, string value) => _marks = _marks.Add(new ActionMark(key, value, clock.GetUtcNow()));

    public void Report(double progress, string step, TimeSpan? eta = null)
    {
    }

    public Task<TimeSpan> HoldPointAsync(Func<Task> rest, Func<Task> goOn, CancellationToken cancellation) => Task.FromResult(TimeSpan.Zero);

    public void Observe(string property, Quantity value)
    {
    }
}
