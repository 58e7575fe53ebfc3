namespace LabAutomation.Tests.Protocol.Schemas;

/// <summary>A file of docs/ that is written from the code.</summary>
internal static class CheckedInFile
{
    /// <summary>Fails where the file differs from what the code makes, and leaves the fresh one beside the build's other output.</summary>
    public static void MustBe(string text, params string[] path)
    {
        var (file, fresh) = (House.Repository.At(["docs", "reference", .. path]), House.Repository.At(["artifacts", "docs", .. path]));
        var isFresh = File.Exists(file) && File.ReadAllText(file) == text;
        if (!isFresh)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(fresh)!);
            File.WriteAllText(fresh, text);
        }

        isFresh.Should().BeTrue($"the code makes another one now: copy {fresh} to {file}");
    }
}
