using System.CommandLine;
using System.Globalization;

namespace LabAutomation.Lab.Commands;

/// <summary><c>--with NAME=VALUE</c>: another value for a constant of the campaign file; <c>--with NAME=1..58</c> is a campaign for each whole number.</summary>
internal static class WithOption
{
    /// <summary>More campaigns are not begun at once.</summary>
    private const int MostCampaigns = 1000;

    public static Option<string[]> Create() => new("--with")
    {
        Description = "Value for a constant of the file; with a range such as target=1..58, a campaign for each whole number, side by side", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false,
    };

    /// <returns>What is given to each campaign; one of nothing where the option was not used.</returns>
    /// <exception cref="UsageException">It is no name and value, or too many campaigns.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string[]? given)
    {
        var all = new List<Dictionary<string, string>> { new(StringComparer.Ordinal) };
        foreach (var one in given ?? [])
        {
            if (one.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value]) throw new UsageException($"--with is NAME=VALUE, such as target=7 or target=1..58, not {one}");
            if (all[0].ContainsKey(name)) throw new UsageException($"--with gives '{name}' twice");
            var values = Values(value).ToArray();
            if (values.Length * all.Count > MostCampaigns) throw new UsageException($"--with asks for {values.Length * (long)all.Count} campaigns; at most {MostCampaigns} run side by side");
            all = [.. all.SelectMany(before => values.Select(text => new Dictionary<string, string>(before, StringComparer.Ordinal) { [name] = text }))];
        }

        return all;
    }

    private static IEnumerable<string> Values(string value)
    {
        if (value.Split("..") is not [var first, var last] || !TryRead(first, out var from) || !TryRead(last, out var to)) return [value];
        if (to < from) throw new UsageException($"--with: the range {value} has nothing in it");
        return to - from >= MostCampaigns
            ? throw new UsageException($"--with: the range {value} is of {to - from + 1L} campaigns; at most {MostCampaigns} run side by side")
            : Enumerable.Range(from, to - from + 1).Select(number => number.ToString(CultureInfo.InvariantCulture));
    }

    private static bool TryRead(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
