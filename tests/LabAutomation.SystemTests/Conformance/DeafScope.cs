using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>Of an action that nobody aborts.</summary>
internal sealed class DeafScope(IActionScope scope) : IActionScope
{
    public TimeProvider Clock => scope.Clock;

    public CancellationToken Aborting => CancellationToken.None;

    public void Mark(string key, string value) => scope.Mark(key, value);

    public void Report(double progress, string step, TimeSpan? eta = null) => scope.Report(progress, step, eta);

    public Task<TimeSpan> HoldPointAsync(Func<Task> rest, Func<Task> goOn, CancellationToken cancellation) => scope.HoldPointAsync(rest, goOn, cancellation);

    public void Observe(string property, Quantity value) => scope.Observe(property, value);
}
