namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>Decides which answers of a device arrive changed: the next ones pass, and all after them do not.</summary>
internal sealed class Spoiler
{
    private int _spared;

    /// <summary>Answers that passed unchanged since <see cref="Spare"/>.</summary>
    public int Passed { get; private set; }

    /// <param name="answers">That pass unchanged from now on; <see cref="int.MaxValue"/> for all.</param>
    public void Spare(int answers) => (_spared, Passed) = (answers, 0);

    public bool Spoils()
    {
        if (Passed >= _spared) return true;
        Passed++;
        return false;
    }
}
