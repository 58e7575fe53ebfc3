using System.Text.RegularExpressions;

namespace Microsoft.SemanticKernel;

/// <summary>What functions and plugins may be called.</summary>
internal static partial class Names
{
    /// <exception cref="ArgumentException">Letters, digits and underscores only: a hyphen separates the plugin from the function on the wire.</exception>
    public static string Plugin(string? name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return NotInPlugin().IsMatch(name)
            ? throw new ArgumentException($"'{name}' cannot be the name of a plugin: only ASCII letters, digits and underscores can.", nameof(name))
            : name;
    }

    /// <exception cref="ArgumentException">Letters, digits, underscores and hyphens only.</exception>
    public static string Function(string? name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return NotInFunction().IsMatch(name)
            ? throw new ArgumentException($"'{name}' cannot be the name of a function: only ASCII letters, digits, underscores and hyphens can.", nameof(name))
            : name;
    }

    /// <summary>The name with everything but letters, digits and underscores turned into an underscore.</summary>
    public static string Sanitised(string name) => NotInPlugin().Replace(name, "_");

    public static string SanitisedForWire(string name) => NotInFunction().Replace(name, "_");

    public static string Qualified(string? plugin, string function, string separator) =>
        string.IsNullOrEmpty(plugin) ? function : plugin + separator + function;

    /// <summary>What stands before the first separator is the plugin.</summary>
    public static (string? Plugin, string Function) Split(string qualified, string separator)
    {
        var at = qualified.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (null, qualified) : (qualified[..at].Trim(), qualified[(at + separator.Length)..].Trim());
    }

    [GeneratedRegex("[^0-9A-Za-z_]")]
    private static partial Regex NotInPlugin();

    [GeneratedRegex("[^0-9A-Za-z_-]")]
    private static partial Regex NotInFunction();
}
