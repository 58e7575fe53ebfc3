namespace LabAutomation.Agents.Scheduling;

/// <summary>What was worked out of jobs, kept from one plan to the next. Not thread-safe.</summary>
internal sealed class KeptByJob<T>
    where T : class
{
    private Dictionary<string, T> _before = new(StringComparer.Ordinal);
    private Dictionary<string, T> _known = new(StringComparer.Ordinal);

    /// <summary>The next plan: what is not kept again from now on is forgotten with the one after it.</summary>
    public void Begin()
    {
        (_before, _known) = (_known, _before);
        _known.Clear();
    }

    public void Clear()
    {
        _before.Clear();
        _known.Clear();
    }

    /// <summary>As it was kept for the plan before; null where it was not.</summary>
    public T? Of(string job) => _before.GetValueOrDefault(job);

    public T Keep(string job, T what) => _known[job] = what;
}
