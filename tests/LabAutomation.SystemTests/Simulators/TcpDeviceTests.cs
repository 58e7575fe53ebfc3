using System.Net;
using System.Net.Sockets;
using System.Text;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Wire;

namespace LabAutomation.SystemTests.Simulators;

public sealed class TcpDeviceTests
{
    [Fact]
    public async Task Any_client_can_talk_to_a_device_one_after_the_other()
    {
        using var bench = new ColourBench(1, TimeProvider.System);
        await using var device = new TcpDevice(() => bench.Connect("stirrer"));
        for (var visit = 0; visit < 3; visit++)
        {
            const string answer = "RCT digital\r\n300.0 4\r\n";
            (await Ask(device.Port, "OUT_SP_4 300\r\nIN_NAME\r\nIN_SP_4\r\n", answer.Length)).Should().Be(answer);
        }
    }

    [Fact]
    public async Task An_acquisition_over_tcp_takes_its_time()
    {
        using var bench = new ColourBench(1, TimeProvider.System);
        await using var device = new TcpDevice(() => bench.Connect("spectrometer"));
        var begun = TimeProvider.System.GetTimestamp();
        (await Ask(device.Port, "CONF:INT 50;CONF:AVER 4;INIT;*OPC?\n", 2)).Should().Be("1\n");
        TimeProvider.System.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromMilliseconds(195));
    }

    [Fact]
    public async Task Disposing_frees_the_port_while_a_client_is_connected()
    {
        using var bench = new ColourBench(1, TimeProvider.System);
        var device = new TcpDevice(() => bench.Connect("stirrer"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, device.Port);
        await device.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        await using var again = new TcpDevice(() => bench.Connect("stirrer"), device.Port);
        again.Port.Should().Be(device.Port);
    }

    private static async Task<string> Ask(int port, string text, int length)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        var buffer = new byte[length];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return Encoding.ASCII.GetString(buffer);
    }
}
