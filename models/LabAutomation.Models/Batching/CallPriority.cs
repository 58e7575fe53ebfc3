namespace LabAutomation.Models;

/// <summary>Which waiting calls a batch takes first; among equals it takes the oldest.</summary>
public enum CallPriority
{
    Low = -1,
    Normal = 0,
    High = 1,
}
