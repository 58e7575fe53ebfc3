namespace LabAutomation.Instruments;

/// <summary>How a request and its answer travel: with a header on TCP, with a check on a serial line.</summary>
internal interface IModbusFraming
{
    /// <summary>Readies a line that was just opened.</summary>
    Task StartAsync(InstrumentLink link);

    /// <summary>Sends a request and reads its answer, both as function code and data.</summary>
    /// <exception cref="InstrumentLinkException">What came is no answer to this request; the link is closed.</exception>
    Task<byte[]> AskAsync(InstrumentLink link, ModbusRequest request);
}
