namespace LabAutomation.Simulators.Scpi;

/// <summary>What a SCPI instrument keeps of its errors and events, also without power.</summary>
internal interface IScpiStatus
{
    List<int> Errors { get; set; }

    /// <summary>The event register of IEEE 488.2; 128 after power came on.</summary>
    int Events { get; set; }

    int EventMask { get; set; }

    /// <summary>Which bits of the status byte ask for service; 64 is never among them.</summary>
    int ServiceMask { get; set; }

    /// <summary>Whether the end of what is under way is to be an event.</summary>
    bool AnnouncesCompletion { get; set; }
}
