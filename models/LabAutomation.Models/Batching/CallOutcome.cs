namespace LabAutomation.Models;

/// <summary>What became of a call. Every call that was submitted gets exactly one.</summary>
public enum CallOutcome
{
    /// <summary>Its outputs are there.</summary>
    Answered,

    /// <summary>The queue was full; nothing was run.</summary>
    QueueFull,

    /// <summary>Its deadline passed before an instance was free; nothing was run.</summary>
    Expired,

    /// <summary>It was cancelled while it waited; nothing was run.</summary>
    Cancelled,

    /// <summary>The batcher was closed; nothing was run.</summary>
    Closed,

    /// <summary>A value was outside its range and may not be, or was no finite number.</summary>
    Refused,

    /// <summary>The model failed.</summary>
    Failed,
}
