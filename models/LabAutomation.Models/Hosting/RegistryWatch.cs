using System.Security.Cryptography;

namespace LabAutomation.Models;

/// <summary>
/// Takes up versions of a model that are put into a folder while the model is in use. A higher version is checked like any other and swapped in, and the one before is unloaded when
/// its calls have ended; what is refused is told once, and the version in use remains.
/// </summary>
/// <remarks>Not safe for several threads. The folders that are there when it is made count as known.</remarks>
public sealed class RegistryWatch
{
    private readonly ModelRegistry _registry;
    private readonly string _folder;
    private readonly string _name;
    private readonly Dictionary<string, string> _judged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pending = new(StringComparer.Ordinal);

    /// <summary>By folder whose version was taken up: what was in it. One whose files have another time since, and are the same, is not judged again.</summary>
    private readonly Dictionary<string, string> _contents = new(StringComparer.Ordinal);

    /// <param name="folder">Folder of model folders, one or two levels deep.</param>
    /// <param name="name">Of the model; folders of others are not looked at, unless their card cannot be read, since they may be meant as this one.</param>
    public RegistryWatch(ModelRegistry registry, string folder, string name)
    {
        (_registry, _folder, _name) = (registry, folder, name);
        foreach (var directory in Directories()) _judged[directory] = Stamp(directory);
    }

    /// <summary>Looks again and again until somebody cancels, and tells in words what has changed.</summary>
    public async Task RunAsync(TimeSpan every, TimeProvider time, Action<string> notice, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(every, time, cancellation);
                foreach (var change in Look())
                    notice(change.Refusal is { } refusal ? $"{_name} {change.Before} stays: {refusal}" : $"{_name} {change.Version} has taken the place of {change.Before}");
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Nobody calls the model any more.
        }
    }

    /// <summary>Looks once. A folder is judged when it is the same at two looks, so that none is read while it is being written.</summary>
    public IReadOnlyList<RegistryChange> Look()
    {
        var changes = new List<RegistryChange>();
        foreach (var directory in Directories())
        {
            var stamp = Stamp(directory);
            if (_judged.GetValueOrDefault(directory) == stamp) continue;
            if (_pending.GetValueOrDefault(directory) != stamp)
            {
                _pending[directory] = stamp;
                continue;
            }

            _pending.Remove(directory);
            _judged[directory] = stamp;
            if ((ModelFolders.NameInCard(directory) ?? _name) != _name || (_contents.GetValueOrDefault(directory) is { } known && known == Contents(directory))) continue;
            changes.Add(Judge(directory));

            // What was refused may not have been there whole, and is judged again.
            if (changes[^1].Refusal is null && Contents(directory) is { } taken) _contents[directory] = taken;
        }

        return changes;
    }

    private RegistryChange Judge(string directory)
    {
        var before = _registry.Find(_name).Current.Card.Version;
        LoadedModel? next = null;
        try
        {
            next = _registry.Load(directory);
            var version = next.Card.Version;
            if (VersionOrder.Instance.Compare(version, before) <= 0) throw new ModelException($"Model '{_name}' {version} in {directory} is not higher than {before}, which is in use.");
            _registry.Swap(_name, version);
            _registry.Unload(_name, before);
            return new RegistryChange(directory, version, before, null);
        }
        catch (Exception error)
        {
            if (next is not null) _registry.Unload(_name, next.Card.Version);
            return new RegistryChange(directory, null, before, ModelFolders.Reason(directory, error));
        }
    }

    private IReadOnlyList<string> Directories()
    {
        try
        {
            return ModelFolders.In(_folder);
        }
        catch (Exception error) when (error is ModelException or IOException or UnauthorizedAccessException)
        {
            // A folder that is being moved comes back, or does not: the models in use are in memory.
            return [];
        }
    }

    /// <summary>Null where a file is not there or cannot be read.</summary>
    private static string? Contents(string directory)
    {
        try
        {
            return string.Join(' ', ((string[])[ModelArtifact.CardFile, ModelArtifact.ModelFile]).Select(name =>
            {
                using var file = File.OpenRead(Path.Combine(directory, name));
                return Convert.ToHexStringLower(SHA256.HashData(file));
            }));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Stamp(string directory) => string.Join(' ', ((string[])[ModelArtifact.CardFile, ModelArtifact.ModelFile]).Select(name =>
    {
        var file = new FileInfo(Path.Combine(directory, name));
        return file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "-";
    }));
}
