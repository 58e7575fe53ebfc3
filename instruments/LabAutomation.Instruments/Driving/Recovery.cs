namespace LabAutomation.Instruments;

/// <summary>What the device says about an action that was started and has no end.</summary>
public abstract record Recovery
{
    private Recovery()
    {
    }

    /// <summary>No byte had an effect; the action may run under its id.</summary>
    public sealed record DidNotHappen : Recovery;

    /// <summary>It ran, by itself or with the driver's help, and this is how it ended.</summary>
    public sealed record Happened(ActionOutcome Outcome) : Recovery;

    /// <summary>The device cannot tell; a person has to look.</summary>
    public sealed record Unknown(string Reason) : Recovery;
}
