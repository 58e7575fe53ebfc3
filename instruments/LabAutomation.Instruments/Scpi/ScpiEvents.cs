namespace LabAutomation.Instruments;

/// <summary>The standard event register that <c>*ESR?</c> reads and clears (IEEE 488.2-1992, section 11.5.1).</summary>
[Flags]
internal enum ScpiEvents
{
    None = 0,
    OperationComplete = 1,
    RequestControl = 2,
    QueryError = 4,
    DeviceError = 8,
    ExecutionError = 16,
    CommandError = 32,
    UserRequest = 64,

    /// <summary>The device was switched on since the register was last read.</summary>
    PowerOn = 128,
}
