namespace LabAutomation.Models;

/// <summary>Finds folders of models, also those that lack a card or a model, so that they are refused rather than overlooked.</summary>
public static class ModelFolders
{
    /// <param name="folder">The folder itself may be one of a model.</param>
    /// <exception cref="ModelException">There is no such folder.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        if (!Directory.Exists(folder)) throw new ModelException($"There is no folder of models '{folder}'.");
        if (IsModel(folder)) return [folder];
        var found = new List<string>();
        foreach (var inner in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (IsModel(inner)) found.Add(inner);
            else found.AddRange(Directory.EnumerateDirectories(inner).Where(IsModel).Order(StringComparer.Ordinal));
        }

        return found;
    }

    /// <returns>The name in the card, or what the folder is called.</returns>
    public static string NameOf(string directory)
    {
        try
        {
            return ModelCard.Read(Path.Combine(directory, ModelArtifact.CardFile)).Name;
        }
        catch (ModelException)
        {
            return Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
        }
    }

    private static bool IsModel(string folder) =>
        File.Exists(Path.Combine(folder, ModelArtifact.CardFile)) || Directory.EnumerateFiles(folder, "*.onnx").Any();
}
