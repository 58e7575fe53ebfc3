namespace LabAutomation.Hosting;

/// <summary>What an instrument is waited for.</summary>
internal enum Wanted
{
    /// <summary>To be looked at, as it is.</summary>
    Present,

    /// <summary>For what it offers; a stopped one offers the same.</summary>
    Offered,

    /// <summary>To be used.</summary>
    Usable,
}
