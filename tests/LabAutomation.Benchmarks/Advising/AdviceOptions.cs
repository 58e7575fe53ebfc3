namespace LabAutomation.Benchmarks.Advising;

/// <summary>What of the benchmark is run.</summary>
internal sealed record AdviceOptions(string Folder, IReadOnlyList<string> Sets, IReadOnlyList<int> Seeds, bool IsShort = false)
{
    private const string Usage = "usage: advice --set FOLDER (or BO_SET) [--sets NAME[,NAME,…]] [--seeds 0-19] | advice --short";

    public bool Wants(Statement statement) => Sets.Count == 0 || Sets.Contains(statement.Set);

    /// <param name="set">Where the data sets are if <c>--set</c> does not say; null if nobody said.</param>
    /// <returns>Null where the arguments make no sense; why stands on standard error.</returns>
    public static AdviceOptions? Parse(string[] arguments, string? set)
    {
        var options = new AdviceOptions(set ?? "", [], [.. Enumerable.Range(0, 20)]);
        if (arguments is ["--short"]) return options with { IsShort = true };
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            var range = value.Split('-');
            if (value.Length > 0 && arguments[i] == "--set") options = options with { Folder = value };
            else if (value.Length > 0 && arguments[i] == "--sets") options = options with { Sets = value.Split(',') };
            else if (arguments[i] == "--seeds" && int.TryParse(range[0], out var first) && int.TryParse(range[^1], out var last) && last >= first)
                options = options with { Seeds = [.. Enumerable.Range(first, last - first + 1)] };
            else return Refused($"'{arguments[i]} {value}' is not understood.");
        }

        if (options.Folder.Length == 0) return Refused("Where the data sets are has to be said, with --set or in the environment variable BO_SET.");
        var recorded = Statement.Recorded().Select(statement => statement.Set).ToArray();
        if (options.Sets.FirstOrDefault(name => !recorded.Contains(name)) is { } unknown) return Refused($"There is no recorded advice about '{unknown}'; there is about {string.Join(", ", recorded)}.");
        return options;
    }

    private static AdviceOptions? Refused(string why)
    {
        Console.Error.WriteLine($"{why}{Environment.NewLine}{Usage}");
        return null;
    }
}
