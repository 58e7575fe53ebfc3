using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LabAutomation.Lab.Commands;

/// <summary>Where the value of a key of the configuration stands, for whoever has to put it right: on the command line, in the environment, or in a file with line and column.</summary>
internal static partial class ConfigurationPlace
{
    /// <summary>Words behind a key among which the name of the value itself may be, as in <c>Policy:Planner: Tier is never, read …</c>.</summary>
    private const int Words = 3;

    /// <param name="message">What is wrong; the key that it names first is looked for, or the instrument and what is wrong about it.</param>
    /// <returns>Such as <c>'/lab/appsettings.json', line 31, column 17</c>; null where the message names no key, or it is not found.</returns>
    public static string? Of(string message, ParseResult parsed)
    {
        var file = Settings.FileOf(parsed);
        var standing = Standing(file);
        var given = (parsed.GetValue(CommonOptions.Set) ?? []).Select(text => text.Split('=', 2)[0].Trim()).ToArray();
        foreach (var one in KeysOf(message, standing))
        {
            if (given.FirstOrDefault(name => Is(name, one)) is { } option) return $"--set {option}";
            var variable = $"LAB_{one.Replace(":", "__", StringComparison.Ordinal)}";
            if (Environment.GetEnvironmentVariable(variable) is not null) return $"the environment variable {variable}";
            if (standing.TryGetValue(one, out var at)) return FormattableString.Invariant($"'{file}', line {at.Line}, column {at.Column}");
        }

        return null;
    }

    private static string[] KeysOf(string message, Dictionary<string, (int Line, int Column, string? Value)> standing)
    {
        if (Instrument().Match(message) is { Success: true } about) return KeysOf(about.Groups["name"].Value, about.Groups["what"].Value, standing);
        if (Key().Match(message) is not { Success: true } match) return [];
        var key = match.Value.TrimEnd('.', ':');
        return [.. Word().Matches(message[(match.Index + match.Length)..]).Take(Words).Select(word => $"{key}:{word.Value}"), .. Upwards(key)];
    }

    /// <summary>What a driver says of its settings, its connection and its limits has the name of the instrument, and quotes the name of the setting or its value.</summary>
    private static string[] KeysOf(string instrument, string what, Dictionary<string, (int Line, int Column, string? Value)> standing)
    {
        if (standing.FirstOrDefault(one => one.Value.Value == instrument && InstrumentName().IsMatch(one.Key)).Key is not { } named) return [];
        var at = named[..named.LastIndexOf(':')];
        var quoted = Quoted().Matches(what).Select(match => match.Groups[1].Value).ToArray();
        return
        [
            .. Numbered().Matches(what).Select(match => $"{at}:{match.Value}"),
            .. quoted.Select(word => $"{at}:Settings:{word}"),
            .. what.Contains("setting '", StringComparison.Ordinal) ? (string[])[$"{at}:Settings"] : [],
            .. standing.Where(one => one.Key.StartsWith($"{at}:", StringComparison.OrdinalIgnoreCase) && quoted.Contains(one.Value.Value)).Select(one => one.Key),
            at,
        ];
    }

    private static bool Is(string given, string key) => given.Equals(key, StringComparison.OrdinalIgnoreCase) || given.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>The key itself, and what it is a part of.</summary>
    private static IEnumerable<string> Upwards(string key)
    {
        for (var at = key.Length; at > 0; at = key.LastIndexOf(':', at - 1)) yield return key[..at];
    }

    /// <summary>Where each key stands in a file, lines and columns from 1, columns in bytes; empty where it cannot be read.</summary>
    private static Dictionary<string, (int Line, int Column, string? Value)> Standing(string file)
    {
        var places = new Dictionary<string, (int Line, int Column, string? Value)>(StringComparer.OrdinalIgnoreCase);
        try
        {
            var bytes = File.ReadAllBytes(file).AsSpan();
            if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var open = new Stack<(string Path, int Index)>();       // -1 of an object; otherwise how many elements a list has had
            var (path, name) = ("", "");
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName)
                {
                    name = reader.GetString()!;
                    Put(bytes, Joined(open.Peek().Path, name), reader.TokenStartIndex);
                    continue;
                }

                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    open.Pop();
                    continue;
                }

                if (open.TryPeek(out var inside))
                {
                    path = Joined(inside.Path, inside.Index < 0 ? name : FormattableString.Invariant($"{inside.Index}"));
                    if (inside.Index >= 0)
                    {
                        Put(bytes, path, reader.TokenStartIndex);
                        open.Push(open.Pop() with { Index = inside.Index + 1 });
                    }
                }

                if (reader.TokenType is JsonTokenType.String && places.TryGetValue(path, out var place)) places[path] = place with { Value = reader.GetString() };
                if (reader.TokenType is JsonTokenType.StartObject) open.Push((path, -1));
                if (reader.TokenType is JsonTokenType.StartArray) open.Push((path, 0));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // What stands before that is found.
        }

        return places;

        void Put(ReadOnlySpan<byte> bytes, string key, long at)
        {
            var before = bytes[..(int)at];
            places.TryAdd(key, (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), null));
        }

        static string Joined(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
    }

    [GeneratedRegex("[A-Z][A-Za-z]*(?::[A-Za-z0-9_.-]+)+|^[A-Z][A-Za-z]+(?=:)")]
    private static partial Regex Key();

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();

    [GeneratedRegex("^(?:configuration: )?instrument '(?<name>[^']+)': (?<what>.*)$", RegexOptions.Singleline)]
    private static partial Regex Instrument();

    [GeneratedRegex("^Instruments:[0-9]+:Name$", RegexOptions.IgnoreCase)]
    private static partial Regex InstrumentName();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("(?:Limits|Calibrations):[0-9]+")]
    private static partial Regex Numbered();
}
