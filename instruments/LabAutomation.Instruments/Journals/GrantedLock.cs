namespace LabAutomation.Instruments;

/// <summary>A lease on an instrument, as the journal keeps it.</summary>
/// <param name="Token">Rises with every lock that is given.</param>
/// <param name="Until">Lab time.</param>
internal sealed record GrantedLock(long Token, string By, DateTimeOffset Until);
