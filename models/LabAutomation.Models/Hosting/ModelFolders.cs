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
    public static string NameOf(string directory) => NameInCard(directory) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));

    /// <returns>Null where the card cannot be read, so that the model may be any.</returns>
    internal static string? NameInCard(string directory)
    {
        try
        {
            return ModelCard.Read(Path.Combine(directory, ModelArtifact.CardFile)).Name;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>In words of ours where it is expected; whatever else a folder may bring, it is told with that folder, and no other is kept from working.</summary>
    internal static string Reason(string directory, Exception error) =>
        error is ModelException ? error.Message
        : error is OutOfMemoryException ? $"The model in {directory} cannot be loaded: it needs more memory than there is."
        : $"The model in {directory} cannot be loaded: {error.GetType().Name}: {error.Message}";

    /// <summary>A folder that cannot be looked into may be one.</summary>
    private static bool IsModel(string folder)
    {
        try
        {
            return File.Exists(Path.Combine(folder, ModelArtifact.CardFile)) || Directory.EnumerateFiles(folder, "*.onnx").Any();
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }
}
