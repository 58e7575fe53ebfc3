namespace LabAutomation.Models;

/// <summary>What becomes of a value outside its range. A value that is no finite number is refused either way.</summary>
public enum OutsidePolicy
{
    /// <summary>The call is refused.</summary>
    Refuse,

    /// <summary>The call is answered, and the answer says which value was outside.</summary>
    Flag,
}
