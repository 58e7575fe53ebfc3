namespace LabAutomation.Benchmarks.Bo;

/// <summary>The engine on other people's problems: same starts, same budgets, compared with their traces seed by seed.</summary>
internal static class BoBenchmark
{
    public static int Run(string[] arguments)
    {
        if (BoOptions.Parse(arguments, Environment.GetEnvironmentVariable("BO_SET")) is not { } options) return 2;
        if (options.IsShort) return ShortForm.Run(options.Seeds);
        if (options.IsFailing) return FailingRegions.Run(options.Seeds, options.IsQuick);
        if (options.IsDrawn) return DrawnSurfaces.Run(options.Seeds);
        if (options.IsStopping) return StoppingCoverage.Run(options.Seeds);
        if (!Directory.Exists(options.Folder))
        {
            Console.Error.WriteLine($"There is no problem set at {options.Folder}; name one with --set or BO_SET.");
            return 2;
        }

        var set = ProblemSet.Load(options.Folder);
        var chosen = set.Problems.Where(options.Wants).ToList();
        var published = Published.Protocols.Where(protocol => options.Wants(protocol.Name) && protocol.IsIn(options.Folder)).ToList();
        if (chosen.Count + published.Count == 0)
        {
            Console.Error.WriteLine($"No problem is called so. There are: {string.Join(", ", set.Problems.Select(problem => problem.Key).Concat(Published.Protocols.Select(protocol => protocol.Name)))}.");
            return 2;
        }

        var verdicts = chosen.Count > 0 ? Compared(chosen, set, options) : [];
        if (verdicts.Count > 0 && options.Output is { } file)
        {
            File.WriteAllText(file, BoTables.Json(verdicts));
            File.WriteAllText(Path.ChangeExtension(file, ".md"), BoTables.Markdown(verdicts, options.Seeds));
        }

        var reached = true;
        foreach (var protocol in published) reached &= protocol.Run(options);
        return reached && (verdicts.Count == 0 || Verdict.Passes(verdicts)) ? 0 : 1;
    }

    private static List<Verdict> Compared(List<Problem> chosen, ProblemSet set, BoOptions options)
    {
        var (verdicts, progress) = (new List<Verdict>(), new Progress(chosen.Count * options.Seeds.Count));
        Console.WriteLine(BoTables.Line(BoTables.Header));
        Console.WriteLine(BoTables.Rule(BoTables.Header.Length));
        foreach (var problem in chosen)
        {
            var runs = new List<Run>();
            foreach (var seed in options.Seeds)
            {
                progress.Step($"{problem.Key}, seed {seed}");
                runs.Add(Bo.Run.Of(problem, seed));
            }

            Progress.Clear();
            verdicts.Add(Verdict.Of(problem, runs, set.Peers.TryGetValue(problem.Key, out var peers) ? peers : []));
            Console.WriteLine(BoTables.Line(verdicts[^1]));
        }

        Console.WriteLine();
        foreach (var line in BoTables.TargetLines(verdicts)) Console.WriteLine(line);
        Console.WriteLine();
        foreach (var line in BoTables.PeerLines(verdicts)) Console.WriteLine(line);
        Console.WriteLine();
        foreach (var sentence in Verdict.Summary(verdicts)) Console.WriteLine(sentence);
        return verdicts;
    }
}
