namespace LabAutomation.Tests.House;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string At(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>Files below the root, build output and foreign code left out.</summary>
    public static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "artifacts" or "obj" or "bin" or "node_modules" or ".git"));

    /// <summary>The projects of this repository; those inside templates become somebody else's.</summary>
    public static IEnumerable<string> Projects => Files("*.csproj").Where(file => !Path.GetRelativePath(At("instruments", "templates"), file).StartsWith("lab-", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LabAutomation.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("LabAutomation.sln is not above the tests");
    }
}
