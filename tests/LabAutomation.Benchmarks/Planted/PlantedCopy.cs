using System.Diagnostics;

namespace LabAutomation.Benchmarks.Planted;

/// <summary>
/// The sources once more, with what was built of them, and the program beside them. An error is in one project, and no other sees a difference: so that one assembly is built, and put into the program.
/// </summary>
internal sealed class PlantedCopy : IDisposable
{
    private const string Program = "planted-lab";

    private readonly DirectoryInfo _folder;
    private readonly string _root;

    private PlantedCopy(DirectoryInfo folder, string root) => (_folder, _root) = (folder, root);

    /// <param name="root">Of the repository, whose solution was built as Release.</param>
    /// <exception cref="InvalidOperationException">It was not built.</exception>
    public static async Task<PlantedCopy> OfAsync(string root)
    {
        var copy = new PlantedCopy(Directory.CreateTempSubdirectory("planted-"), root);
        try
        {
            foreach (var file in (await ToolAsync(root, "git", "ls-files", "--cached", "--others", "--exclude-standard")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)) copy.Copy(file);
            var built = Path.Combine(root, "artifacts", "bin", "LabAutomation.Lab", "release");
            if (!File.Exists(Path.Combine(built, "lab.dll"))) throw new InvalidOperationException($"'{built}' has no lab.dll: build the solution with -c Release first");
            foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories)) copy.Copy(Path.GetRelativePath(root, file), Path.Combine(Program, Path.GetRelativePath(built, file)));
            foreach (var project in Directory.EnumerateDirectories(Path.Combine(root, "artifacts", "obj")).Select(folder => Path.GetFileName(folder)!)) copy.CopyBuilt(project);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Puts an error into the program, and nothing else.</summary>
    /// <returns>Why it does not build; null where it does.</returns>
    public async Task<string?> PlantAsync(PlantedFault fault)
    {
        var (file, project) = (Path.Combine(_folder.FullName, fault.File), string.Join('/', fault.File.Split('/').Take(2)));
        var assembly = Path.GetFileName(project) + ".dll";
        var right = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, fault.PlantedIn(right));
        try
        {
            var build = await ToolAsync(_folder.FullName, "dotnet", "build", "-c", "Release", "-v", "q", "--no-restore", "-t:Compile", "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false", project);
            if (build.Code != 0) return build.Out.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? build.Out;
        }
        finally
        {
            await File.WriteAllTextAsync(file, right);
        }

        foreach (var other in PlantedFault.All.Select(one => one.File.Split('/')[1] + ".dll").Distinct()) File.Copy(Path.Combine(_root, "artifacts", "bin", "LabAutomation.Lab", "release", other), Path.Combine(_folder.FullName, Program, other), overwrite: true);
        File.Copy(Path.Combine(_folder.FullName, "artifacts", "obj", Path.GetFileName(project), "release", assembly), Path.Combine(_folder.FullName, Program, assembly), overwrite: true);
        return null;
    }

    public async Task<string> LabAsync(IEnumerable<string> args) => (await ToolAsync(_folder.FullName, "dotnet", [Path.Combine(Program, "lab.dll"), .. args])).Out;

    public static async Task<(int Code, string Out)> ToolAsync(string folder, string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Length > 0 ? output : await errors);
    }

    /// <summary>What a project that refers to it needs, and what says which packages it has.</summary>
    private void CopyBuilt(string project)
    {
        var (obj, bin) = (Path.Combine("artifacts", "obj", project), Path.Combine("artifacts", "bin", project, "release"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_root, obj))) Copy(Path.GetRelativePath(_root, file));
        if (!Directory.Exists(Path.Combine(_root, obj, "release", "ref"))) return;
        foreach (var assembly in Directory.EnumerateFiles(Path.Combine(_root, obj, "release", "ref")).Select(file => Path.GetFileName(file)!))
        {
            Copy(Path.Combine(obj, "release", "ref", assembly));
            Copy(Path.Combine(bin, assembly));
        }
    }

    private void Copy(string file, string? to = null)
    {
        var target = Path.Combine(_folder.FullName, to ?? file);
        if (!File.Exists(Path.Combine(_root, file))) return;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(_root, file), target, overwrite: true);
    }
}
