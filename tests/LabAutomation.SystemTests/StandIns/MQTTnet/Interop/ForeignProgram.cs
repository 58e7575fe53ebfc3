using System.Diagnostics;
using System.Net.Sockets;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>A program of other people that the stand-in has to get along with.</summary>
internal sealed class ForeignProgram : IDisposable
{
    private readonly Process _process;

    private ForeignProgram(Process process) => _process = process;

    /// <summary>Skips the test where the program is missing, and fails it on a build server, which has to have it.</summary>
    public static string Require(string name, params string[] places)
    {
        var found = places.FirstOrDefault(File.Exists);
        if (found is null && Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException($"{name} is not installed on the build server.");

        Skip.If(found is null, $"{name} is not installed.");
        return found!;
    }

    public static ForeignProgram Start(string path, params string[] arguments) => Start(path, new Dictionary<string, string?>(), arguments);

    /// <param name="environment">Beside that of this process.</param>
    public static ForeignProgram Start(string path, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ForeignProgram(Process.Start(start)!);
    }

    /// <returns>The exit code and what was printed.</returns>
    public static async Task<(int Code, string Output)> RunAsync(string path, params string[] arguments)
    {
        using var program = Start(path, arguments);
        return await program.EndAsync();
    }

    /// <summary>Gives the program its input, to the end.</summary>
    public async Task FeedAsync(IEnumerable<string> lines, string ending = "\n")
    {
        foreach (var line in lines) await _process.StandardInput.WriteAsync(line + ending);
        _process.StandardInput.Close();
    }

    /// <summary>One line, while the program goes on.</summary>
    public Task TellAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>The next line that it prints; null at its end.</summary>
    public async Task<string?> ReadAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Waits for the program to end.</summary>
    /// <returns>The exit code and what was printed.</returns>
    public async Task<(int Code, string Output)> EndAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync();
        var errors = _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (_process.ExitCode, await output + await errors);
    }

    /// <returns>The lines it printed, after it ended well.</returns>
    public async Task<string[]> LinesAsync()
    {
        var (code, output) = await EndAsync();
        code.Should().Be(0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task WaitForPortAsync(int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();     // until then it has its port
        _process.Dispose();
    }
}
