namespace LabAutomation.Benchmarks.Bo;

/// <summary>What of the protocol is run.</summary>
internal sealed record BoOptions(string Folder, IReadOnlyList<string> Problems, IReadOnlyList<int> Seeds, string? Output, bool IsShort = false, bool IsFailing = false, bool IsDrawn = false, bool IsQuick = false, bool IsStopping = false)
{
    private const string Usage = "usage: bo --set FOLDER (or BO_SET) [--problems NAME[,SUITE,…]] [--seeds 0-9] [--out FILE.json] | bo --short [--seeds 0-10] | bo --failing [--quick] [--seeds 0-9] | bo --drawn [--seeds 0-19] | bo --stopping [--seeds 0-19]";

    public bool Wants(Problem problem) => Wants(problem.Name) || Problems.Contains(problem.Suite) || Problems.Contains(problem.Key);

    public bool Wants(string name) => Problems.Count == 0 || Problems.Contains(name);

    /// <param name="set">Where the problem set is if <c>--set</c> does not say; null if nobody said.</param>
    /// <returns>Null where the arguments make no sense; why stands on standard error.</returns>
    public static BoOptions? Parse(string[] arguments, string? set)
    {
        var options = new BoOptions(set ?? "", [], [.. Enumerable.Range(0, 10)], null);
        if (arguments is ["--short", ..]) (options, arguments) = (options with { IsShort = true, Seeds = [.. Enumerable.Range(0, 11)], Folder = "." }, arguments[1..]);
        else if (arguments is ["--failing", ..]) (options, arguments) = (options with { IsFailing = true, Folder = "." }, arguments[1..]);
        if (options.IsFailing && arguments is ["--quick", ..]) (options, arguments) = (options with { IsQuick = true }, arguments[1..]);
        if (arguments is ["--drawn", ..]) (options, arguments) = (options with { IsDrawn = true, Seeds = [.. Enumerable.Range(0, 20)], Folder = "." }, arguments[1..]);
        if (arguments is ["--stopping", ..]) (options, arguments) = (options with { IsStopping = true, Seeds = [.. Enumerable.Range(0, 20)], Folder = "." }, arguments[1..]);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            var range = value.Split('-');
            if (value.Length > 0 && arguments[i] == "--set") options = options with { Folder = value };
            else if (value.Length > 0 && arguments[i] == "--problems") options = options with { Problems = value.Split(',') };
            else if (value.Length > 0 && arguments[i] == "--out") options = options with { Output = value };
            else if (arguments[i] == "--seeds" && int.TryParse(range[0], out var first) && int.TryParse(range[^1], out var last) && last >= first)
                options = options with { Seeds = [.. Enumerable.Range(first, last - first + 1)] };
            else
            {
                Console.Error.WriteLine($"'{arguments[i]} {value}' is not understood.{Environment.NewLine}{Usage}");
                return null;
            }
        }

        if (options.Folder.Length > 0) return options;
        Console.Error.WriteLine($"Where the problem set is has to be said, with --set or in the environment variable BO_SET.{Environment.NewLine}{Usage}");
        return null;
    }
}
