using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>What <c>lab conform</c> refuses before it checks anything.</summary>
public sealed class ConformCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("99")]
    [InlineData("0")]
    public async Task An_assertion_that_is_not_there_is_refused_with_those_that_are(string id)
    {
        var (exitCode, said) = await ConformAsync("new-era-ne1000", "--id", id);

        exitCode.Should().Be(2);
        said.Should().Contain($"lab: --id {id}: there is no such assertion; there are 1 to 52").And.NotContain("0 failed");
    }

    [Fact]
    public async Task A_broker_that_is_not_there_ends_the_check_at_once_in_one_line()
    {
        var began = Stopwatch.GetTimestamp();
        var port = ClosedPort();

        var (exitCode, said) = await ConformAsync("--broker", $"127.0.0.1:{port}", "--site", "bench", "--instrument", "pump");

        exitCode.Should().Be(14, said);
        said.Trim().Should().Be($"lab: the broker at 127.0.0.1:{port} cannot be reached; waited 5 s");
        Stopwatch.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(60), "one assertion alone would wait 10 s for the broker, and there are 52");
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<(int ExitCode, string Said)> ConformAsync(params string[] arguments)
    {
        using var lab = LabProcess.StartAsTyped(_folder.Path, ["conform", .. arguments], new Dictionary<string, string?>());
        var result = await lab.EndAsync();
        return (result.ExitCode, result.Out + result.Error);
    }
}
