using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments;

/// <summary>An action's scope that remembers, and in which marks show among the bytes a device heard.</summary>
internal sealed class ScriptedScope(TimeProvider clock) : IActionScope
{
    public TimeProvider Clock { get; } = clock;

    public CancellationToken Aborting { get; init; }

    public List<ActionMark> Marks { get; } = [];

    public List<double> Progress { get; } = [];

    public Dictionary<string, Quantity> Observed { get; } = [];

    /// <summary>Longer than any transcript, so that none has a round of the properties in its midst.</summary>
    public TimeSpan PropertyPeriod { get; init; } = TimeSpan.FromDays(30);

    public Action<string>? OnMark { get; set; }

    public Action<double>? OnReport { get; init; }

    public void Mark(string key, string value)
    {
        Marks.Add(new ActionMark(key, value, Clock.GetUtcNow()));
        OnMark?.Invoke(key);
    }

    public void Report(double progress, string step, TimeSpan? eta = null)
    {
        Progress.Add(progress);
        OnReport?.Invoke(progress);
    }

    /// <summary>Called at every point where a hold could be; says how long one took.</summary>
    public Func<Func<Task>, Func<Task>, Task<TimeSpan>> OnHoldPoint { get; init; } = (_, _) => Task.FromResult(TimeSpan.Zero);

    public Task<TimeSpan> HoldPointAsync(Func<Task> rest, Func<Task> goOn, CancellationToken cancellation) => OnHoldPoint(rest, goOn);

    public void Observe(string property, Quantity value) => Observed[property] = value;
}
