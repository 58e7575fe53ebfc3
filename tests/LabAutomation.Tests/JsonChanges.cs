using System.Text.Json.Nodes;

namespace LabAutomation.Tests;

/// <summary>Documents that are nearly right: what a schema and a reader must judge alike.</summary>
internal static class JsonChanges
{
    /// <summary>The document with one member renamed or left out, or another value in one place.</summary>
    public static IEnumerable<(string What, string Json)> Of(JsonNode document, IReadOnlyList<JsonNode?> others)
    {
        foreach (var path in Paths(document, []).DistinctBy(path => string.Join('.', path.Select(key => key as string ?? "*"))))
        {
            foreach (var other in others)
                yield return Change(document, path, (parent, key) => Put(parent, key, other?.DeepClone()), $"{string.Join('.', path)} is {other?.ToJsonString() ?? "null"}");
            if (path[^1] is not string) continue;
            yield return Change(document, path, (parent, key) => ((JsonObject)parent).Remove((string)key), $"{string.Join('.', path)} is left out");
            yield return Change(document, path, (parent, key) => Rename((JsonObject)parent, (string)key), $"{string.Join('.', path)} is renamed");
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path)
    {
        if (path.Length > 0) yield return path;
        var children = node switch
        {
            JsonObject map => map.Select(pair => ((object)pair.Key, pair.Value)),
            JsonArray list => list.Select((item, k) => ((object)k, item)),
            _ => [],
        };
        foreach (var (key, child) in children)
            foreach (var below in Paths(child, [.. path, key])) yield return below;
    }

    private static (string, string) Change(JsonNode document, object[] path, Action<JsonNode, object> change, string what)
    {
        var copy = document.DeepClone();
        var parent = path[..^1].Aggregate(copy, (node, key) => key is int place ? node[place]! : node[(string)key]!);
        change(parent, path[^1]);
        return (what, copy.ToJsonString());
    }

    private static void Put(JsonNode parent, object key, JsonNode? value)
    {
        if (key is int place) parent[place] = value;
        else parent[(string)key] = value;
    }

    private static void Rename(JsonObject parent, string key)
    {
        var value = parent[key];
        parent.Remove(key);
        parent[$"{key}-x"] = value;
    }
}
