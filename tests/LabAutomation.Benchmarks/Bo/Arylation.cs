using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// Direct arylation, 1,728 measured reactions, batches of five: Shields et al., Nature 590, 89 (2021). Published: 46 of 50 runs found a
/// yield of 99 % or more within 50 experiments; of 50 chemists 24 did.
/// </summary>
internal sealed record Arylation() : Published("arylation")
{
    private const int Batch = 5, Trials = 50, Enough = 46, Runs = 50;
    private const double Wanted = 99;
    private static readonly int[] Counts = [10, 15, 25, 50];

    public override bool IsIn(string folder) => File.Exists(Index(folder));

    public override bool Run(BoOptions options)
    {
        var (space, values) = Read(options.Folder);
        var (runs, progress) = (new List<double[]>(), new Progress(Runs));
        for (var seed = 0; seed < Runs; seed++)
        {
            progress.Step($"{Name}, seed {seed}");
            var study = Study.Open(new StudyProblem { Space = space, Objectives = [new Objective("yield", new Aim.Maximise())], Seed = seed });
            var (best, bests) = (0.0, new List<double>());
            foreach (var value in Campaign(study, values, "yield", Trials, Batch)) bests.Add(best = Math.Max(best, value));
            runs.Add([.. bests]);
        }

        Progress.Clear();
        Console.WriteLine($"{Environment.NewLine}Direct arylation, {Runs} runs in batches of {Batch}: experiments, mean best yield, runs with {Wanted} % or more");
        foreach (var count in Counts)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,4}  {runs.Average(run => run[count - 1]),6:F2}  {runs.Count(run => run[count - 1] >= Wanted),3}"));
        var reached = runs.Count(run => run[^1] >= Wanted);
        Console.WriteLine($"Within {Trials}: {reached} of {Runs}; published 46, wanted at least {Enough}: {(reached >= Enough ? "reached" : "missed")}.");
        return reached >= Enough;
    }

    private static (SearchSpace Space, Dictionary<Point, double> Values) Read(string folder)
    {
        var table = ObservationTable.Read(Index(folder));
        ImmutableArray<SearchDimension> dimensions =
        [
            Described("Base_SMILES", "base_dft.csv", "base_SMILES"), Described("Ligand_SMILES", "ligand-random_dft.csv", "ligand_SMILES"), Described("Solvent_SMILES", "solvent_dft.csv", "solvent_SMILES"),
            .. new[] { "Concentration", "Temp_C" }.Select(name => new DiscreteDimension(name, [.. Column(name).Select(Number).Distinct().Order()])),
        ];
        var (columns, yields) = (dimensions.Select(dimension => Column(dimension.Name).ToArray()).ToArray(), Column("yield").Select(Number).ToArray());
        var values = new Dictionary<Point, double>();
        for (var row = 0; row < yields.Length; row++)
            values.Add(new Point([.. dimensions.Select((dimension, d) => dimension is CategoricalDimension choices ? choices.Choices.IndexOf(columns[d][row]) : Number(columns[d][row]))]), yields[row]);
        return (new SearchSpace(dimensions, pool: [.. values.Keys]), values);

        IEnumerable<string> Column(string name) => table.Rows.Select(row => row.Cells[table.Header.IndexOf(name)]);

        CategoricalDimension Described(string name, string file, string key)
        {
            ImmutableArray<string> choices = [.. Column(name).Distinct().Order(StringComparer.Ordinal)];
            var descriptors = ObservationTable.Read(Path.Combine(folder, "direct_arylation", file));
            int[] numeric = [.. Enumerable.Range(0, descriptors.Header.Length).Where(c => descriptors.Rows.All(row => double.TryParse(row.Cells[c], CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)))];
            var keys = descriptors.Header.IndexOf(key);
            return new CategoricalDimension(name, choices, [.. choices.Select(choice => descriptors.Rows.First(row => row.Cells[keys] == choice)).Select(row => numeric.Select(c => Number(row.Cells[c])).ToImmutableArray())]);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Index(string folder) => Path.Combine(folder, "direct_arylation", "experiment_index.csv");
}
