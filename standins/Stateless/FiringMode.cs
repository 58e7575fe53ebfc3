namespace Stateless;

/// <summary>What happens to a trigger that is fired while another one is being handled.</summary>
public enum FiringMode
{
    /// <summary>The new trigger is handled at once, inside the handling of the other.</summary>
    Immediate,

    /// <summary>The new trigger waits until the other one has run to completion; triggers are handled in the order they were fired.</summary>
    Queued,
}
