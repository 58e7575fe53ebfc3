using LabAutomation.Protocol;

namespace LabAutomation.Lab.Conforming;

/// <summary>What programs read in place of the pages about the wire: made from the code, and kept beside those pages.</summary>
internal static class WireDocuments
{
    /// <summary>By path below the folder that they are in: the contract, the schema of every frame, and a document for each family that the program knows.</summary>
    private static IEnumerable<(string Path, string Text)> All(IReadOnlyList<InstrumentFamily> added) =>
    [
        ("asyncapi.json", AsyncApiDocument.Contract()),
        .. AsyncApiDocument.Schemas.Select(schema => (Path.Combine("schemas", $"{schema.Key}.schema.json"), schema.Value)),
        .. ConformingFamilies.Names.Union(added.Select(family => family.Name)).Select(name => (Path.Combine("families", $"{name}.asyncapi.json"), Of(name, added))),
    ];

    /// <exception cref="UsageException">A file cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<InstrumentFamily> added)
    {
        try
        {
            foreach (var (path, text) in All(added))
            {
                var file = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--all '{folder}' cannot be written: {error.Message}");
        }
    }

    /// <returns>What is wrong in the folder, a line for each file: those that are missing, differ from what the code makes, or are no document of it.</returns>
    public static IReadOnlyList<string> Drift(string folder, IReadOnlyList<InstrumentFamily> added)
    {
        var all = All(added).ToDictionary(one => Path.GetFullPath(Path.Combine(folder, one.Path)), one => one.Text, StringComparer.Ordinal);
        var there = Directory.Exists(folder) ? Directory.GetFiles(Path.GetFullPath(folder), "*", SearchOption.AllDirectories) : [];
        return
        [
            .. all.Where(one => !there.Contains(one.Key)).Select(one => $"{one.Key} is missing"),
            .. all.Where(one => there.Contains(one.Key) && File.ReadAllText(one.Key) != one.Value).Select(one => $"{one.Key} is not what the code makes"),
            .. there.Where(file => !all.ContainsKey(file)).Order(StringComparer.Ordinal).Select(file => $"{file} is no document of the contract or of a family"),
        ];
    }

    private static string Of(string family, IReadOnlyList<InstrumentFamily> added)
    {
        var driver = added.FirstOrDefault(own => own.Name == family)?.Undriven() ?? ConformingFamilies.Undriven(family);
        return AsyncApiDocument.Of(family, driver.Commands, driver.Properties);
    }
}
