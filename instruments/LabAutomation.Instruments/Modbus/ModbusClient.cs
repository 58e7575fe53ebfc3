namespace LabAutomation.Instruments;

/// <summary>Registers of one device on Modbus, over whichever framing.</summary>
/// <param name="device">What error messages call the device.</param>
internal sealed class ModbusClient(string device, IModbusFraming framing, Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private const int MostBusy = 20;

    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(0.1);

    private readonly InstrumentLink _link = new(device, connect, clock);

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await _link.OpenAsync(cancellation);
        await framing.StartAsync(_link);
    }

    /// <summary>The registers that a read asks for.</summary>
    /// <exception cref="InstrumentFaultException">The device refuses.</exception>
    public async Task<ushort[]> ReadAsync(ModbusRequest request) => ModbusRequest.Registers(await AskAsync(request));

    /// <summary>A device that is busy has not done anything, so it is asked again.</summary>
    /// <exception cref="InstrumentFaultException">The device refuses.</exception>
    public async Task<byte[]> AskAsync(ModbusRequest request)
    {
        for (var busy = 0; ; busy++)
        {
            var answer = await framing.AskAsync(_link, request);
            if (!ModbusRequest.IsException(answer)) return answer;
            if (answer[1] != 6 || busy == MostBusy) throw new InstrumentFaultException($"the {device} refuses function {request.Function}: {Explain(answer[1])}");
            await Task.Delay(BusyPause, clock);
        }
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static string Explain(byte code) => code switch
    {
        1 => "it does not have that function (exception 01)",
        2 => "it does not have such a register (exception 02)",
        3 => "the value is not allowed (exception 03)",
        4 => "it cannot do that now; look at its display (exception 04)",
        6 => "it stays busy (exception 06)",
        _ => $"exception {code:00}",
    };
}
