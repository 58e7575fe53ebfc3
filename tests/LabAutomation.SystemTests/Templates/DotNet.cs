using System.Diagnostics;
using LabAutomation.Hosting;

namespace LabAutomation.SystemTests.Templates;

/// <summary>The SDK's <c>dotnet</c>, with templates of its own so that those of the person who runs the tests stay as they are.</summary>
/// <param name="hive">Folder of its templates. Another home for all of <c>dotnet</c> would do as well, and would make every build anew, since packages would lie elsewhere.</param>
/// <param name="packages">Folder for what is restored and lies in no folder of packages yet; null for the usual one.</param>
internal sealed class DotNet(string hive, string? packages = null)
{
    public async Task<(int ExitCode, string Text)> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        var said = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(Start(folder, said, arguments))!;
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(8));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            return (process.ExitCode, await File.ReadAllTextAsync(said));
        }
        finally
        {
            File.Delete(said);
        }
    }

    /// <remarks>To a file, since a compiler that stays for the next build would hold a pipe open. It takes a third of the time of one that is started anew for each project.</remarks>
    private ProcessStartInfo Start(string folder, string said, IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        if (all is ["new", ..]) all = [.. all, "--debug:custom-hive", hive];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec dotnet \"$@\" > \"$0\" 2>&1", said, .. all]) { WorkingDirectory = folder };

        // What the test host was told by its own build is none of this one's business.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        start.Environment["DOTNET_ADD_GLOBAL_TOOLS_TO_PATH"] = "false";
        if (packages is not null)
        {
            start.Environment["NUGET_FALLBACK_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            start.Environment["NUGET_PACKAGES"] = packages;
        }

        if (Software.PackageFeed == "nuget") start.Environment["PackageFeed"] = "nuget";
        return start;
    }
}
