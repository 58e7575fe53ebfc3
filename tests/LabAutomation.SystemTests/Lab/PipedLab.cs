using System.Diagnostics;
using System.Text.Json;

namespace LabAutomation.SystemTests.Lab;

/// <summary><c>lab</c> as another program has it: a process with a pipe to its input and one from its output.</summary>
internal sealed class PipedLab : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _error;

    /// <param name="arguments">A command that talks on its streams, and its options.</param>
    public PipedLab(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "lab.dll"))) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Sends one line and waits for its answer.</summary>
    public async Task<string> SayAsync(string message)
    {
        await SendAsync(message + "\n");
        return await ReadAsync() ?? throw new InvalidOperationException($"no answer to {message[..Math.Min(200, message.Length)]}");
    }

    public async Task<JsonElement> SayAsync(string message, string expected)
    {
        var answer = await SayAsync(message);
        answer.Should().StartWith($"{{\"{expected}\":", message);
        return JsonDocument.Parse(answer).RootElement.GetProperty(expected);
    }

    public async Task SendAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _process.StandardInput.BaseStream.WriteAsync(bytes);
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    /// <param name="signal">Such as <c>-TERM</c>.</param>
    public void Signal(string signal) => Process.Start("kill", [signal, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>The next line of output; null at its end.</summary>
    public Task<string?> ReadAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    public void StopReading() => _process.StandardOutput.Close();

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Ends the input, and waits for the end of the program.</summary>
    public async Task<(int ExitCode, string Unread, string Error)> EndAsync()
    {
        EndInput();
        var rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        return (await ExitAsync(), rest, await _error);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public Task<string> ErrorAsync() => _error.WaitAsync(Patience);

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}
