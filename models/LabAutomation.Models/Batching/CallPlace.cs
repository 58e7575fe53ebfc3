namespace LabAutomation.Models;

/// <summary>Where a call stands between its caller and an instance.</summary>
internal enum CallPlace
{
    /// <summary>The caller's.</summary>
    AtCaller,

    /// <summary>In the queue; it can still be cancelled.</summary>
    Waiting,

    /// <summary>In a batch; its answer is on the way.</summary>
    Taken,
}
