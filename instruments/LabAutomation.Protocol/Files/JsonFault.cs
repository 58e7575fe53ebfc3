using System.Text.Json;
using System.Text.RegularExpressions;

namespace LabAutomation.Protocol;

/// <summary>What is wrong in a file of JSON, where, and what would be right, in the file's words and not in those of a program.</summary>
public static partial class JsonFault
{
    /// <param name="read">What the file was to be; its members are named where one is not known. Null where the JSON itself is all that was read.</param>
    /// <returns>Such as <c>line 3, column 9: there is no 'limts' here; known are alive, broker, limits</c>. Lines and columns count from 1, columns in bytes.</returns>
    public static string Of(JsonException error, Type? read = null) =>
        error.LineNumber is { } line ? $"line {line + 1}, column {error.BytePositionInLine + 1}: {Plain(error, read)}" : Plain(error, read);

    private static string Plain(JsonException error, Type? read)
    {
        if (Unknown().Match(error.Message) is { Success: true } unknown)
        {
            var known = read is null ? null : Members(read, unknown.Groups["type"].Value);
            return $"there is no '{unknown.Groups["name"].Value}' here{(known is null ? "" : $"; known are {known}")}";
        }

        if (Missing().Match(error.Message) is { Success: true } missing) return $"{missing.Groups["names"].Value} is missing in what ends here";
        if (Twice().Match(error.Message) is { Success: true } twice) return $"'{twice.Groups["name"].Value}' is there twice";
        if (IsOfAnotherKind().IsMatch(error.Message) && read is not null && error.Path is { } path && TypeAt(read, path) is { } type) return $"'{path.TrimStart('$', '.')}' must be {Kind(type)}";
        return error.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0].TrimEnd('.');
    }

    private static string Kind(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(double) => "a number",
        _ when type.IsPrimitive => "a whole number",
        _ when type.IsGenericType => "a list",
        _ => "an object, in braces",
    };

    /// <summary>Of what stands at a path such as <c>$.broker.port</c> or <c>$.alive[0]</c>; null where nothing does.</summary>
    private static Type? TypeAt(Type read, string path)
    {
        var type = read;
        foreach (var step in path.TrimStart('$').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (type.GetProperties().FirstOrDefault(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name) == step.Split('[')[0]) is not { } found) return null;
            type = Nullable.GetUnderlyingType(found.PropertyType) ?? found.PropertyType;
            if (step.Contains('[')) type = type.GenericTypeArguments.FirstOrDefault() ?? type;
        }

        return type == read ? null : type;
    }

    /// <summary>As they stand in the file, in alphabetical order; null where the type is no part of what was read.</summary>
    private static string? Members(Type read, string type)
    {
        var parts = read.GetProperties().Select(property => property.PropertyType).Where(part => part.Assembly == read.Assembly || part.Namespace == typeof(JsonFault).Namespace);
        if (parts.Prepend(read).Concat(parts.SelectMany(part => part.GetProperties().Select(property => property.PropertyType))).FirstOrDefault(part => part.FullName == type) is not { } owner) return null;
        var names = owner.GetProperties()
            .Where(property => property.CanWrite && !property.IsDefined(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), inherit: true))
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        return string.Join(", ", names.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^The JSON property '(?<name>.*)' could not be mapped to any \.NET member contained in type '(?<type>[^']*)'")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"was missing required properties including: (?<names>'.*')")]
    private static partial Regex Missing();

    [GeneratedRegex(@"^Duplicate property '(?<name>.*)' encountered")]
    private static partial Regex Twice();

    [GeneratedRegex("^The JSON value could not be converted to ")]
    private static partial Regex IsOfAnotherKind();
}
