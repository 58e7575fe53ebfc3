using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace LabAutomation.SystemTests.Lab;

/// <summary>The <c>lab</c> program as a process of its own, in a folder of its own.</summary>
internal sealed class LabProcess : IDisposable
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Process _process;

    private LabProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_out, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string Root { get; } = FindRoot();

    public static string ColourMatch => Path.Combine(Root, "campaigns", "colour-match.yaml");

    public string Out
    {
        get
        {
            lock (_out) return _out.ToString();
        }
    }

    public string Error
    {
        get
        {
            lock (_error) return _error.ToString();
        }
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts <c>lab</c> with the repository's configuration.</summary>
    public static LabProcess Start(string folder, params string[] arguments) =>
        StartAsTyped(folder, [.. arguments, "--config", Path.Combine(Root, "appsettings.json")], new Dictionary<string, string?>());

    /// <summary>Starts <c>lab</c> with these arguments and no others.</summary>
    /// <param name="program">A program of the same kind that knows more families; null for <c>lab</c> itself.</param>
    public static LabProcess StartAsTyped(string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment, string? program = null)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program ?? Path.Combine(AppContext.BaseDirectory, "lab.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new LabProcess(new Process { StartInfo = start });
    }

    public static async Task<LabResult> RunAsync(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return await process.EndAsync();
    }

    public async Task<LabResult> EndAsync(TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(within ?? TimeSpan.FromMinutes(3));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new TimeoutException($"lab did not end\n{Out}\n{Error}");
        }

        return new LabResult(_process.ExitCode, Out, Error);
    }

    /// <summary>Waits until the program has said something.</summary>
    public async Task UntilItSaysAsync(string text, TimeSpan? within = null)
    {
        var deadline = Stopwatch.StartNew();
        while (!Out.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited || deadline.Elapsed > (within ?? TimeSpan.FromSeconds(60))) throw new TimeoutException($"lab never said '{text}'\n{Out}\n{Error}");
            await Task.Delay(5);
        }
    }

    public void Interrupt() => Signal("-INT");

    /// <param name="signal">Such as <c>-STOP</c>.</param>
    public void Signal(string signal) => Process.Start("kill", [signal, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

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

    private static void Append(StringBuilder to, string? line)
    {
        if (line is null) return;
        lock (to) to.AppendLine(line);
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "LabAutomation.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}

internal sealed record LabResult(int ExitCode, string Out, string Error);
