using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>
/// The order of one instrument's states. A bus delivers at least once, so an old state may come again after a newer one; it is no news.
/// </summary>
internal sealed class StateOrder
{
    /// <summary>The newest state; null before the first.</summary>
    public StateFrame? Latest { get; private set; }

    /// <returns>False where a newer one came before. The newest may come again.</returns>
    public bool Admits(StateFrame state)
    {
        if (Latest is { } latest && (state.Epoch, state.Seq).CompareTo((latest.Epoch, latest.Seq)) < 0) return false;
        Latest = state;
        return true;
    }
}
