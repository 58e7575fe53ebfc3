using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Docs;

internal static class DocumentedPages
{
    /// <summary>Its commands build and change things, and are run by <see cref="DriverTutorialTests"/>.</summary>
    public const string DriverTutorial = "docs/tutorial-driver.md";

    /// <summary>README.md and everything under docs/, relative to the repository.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md",
        .. Directory.EnumerateFiles(Path.Combine(LabProcess.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(LabProcess.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];
}
