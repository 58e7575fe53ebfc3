using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Learning;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>A folder of problems, starts, noise and data sets with what other optimisers did on them.</summary>
internal sealed record ProblemSet(IReadOnlyList<Problem> Problems, IReadOnlyDictionary<string, IReadOnlyList<PeerRuns>> Peers)
{
    public static ProblemSet Load(string folder)
    {
        var starts = Read<Dictionary<string, double[][][]>>(folder, "init_points_unit_cube.json");
        var noise = Read<double[][]>(folder, "noise_z.json");
        var problems = new List<Problem>();
        foreach (var (name, p) in Read<Dictionary<string, JsonElement>>(folder, "problems.json"))
        {
            if (p.TryGetProperty("ref", out _))
            {
                var dimensions = p.GetProperty("d").GetInt32();
                problems.Add(new TradeProblem(name, p.GetProperty("budget").GetInt32(), dimensions, Numbers(p, "ref"), p.GetProperty("max_hv").GetDouble(),
                    starts[$"d{dimensions}_n{p.GetProperty("n_init").GetInt32()}"]));
                continue;
            }
            var (low, high, sigma) = (Numbers(p, "lo"), Numbers(p, "hi"), p.GetProperty("sigma").GetDouble());
            var problem = new FunctionProblem(sigma > 0 ? "noisy" : "cont", name, p.GetProperty("budget").GetInt32(), low, high, sigma, p.GetProperty("fopt").GetDouble(),
                starts[$"d{low.Length}_n{p.GetProperty("n_init").GetInt32()}"], noise) { Targets = [.. Numbers(p, "thr")] };
            foreach (var check in p.GetProperty("check").EnumerateArray())
            {
                var (found, told) = (problem.Value(Numbers(check, "u")), check.GetProperty("f").GetDouble());
                if (Math.Abs(found - told) > 1e-9 * Math.Max(1, Math.Abs(told))) throw new InvalidDataException($"{name}: a check point has {told}, the function gives {found}");
            }

            problems.Add(problem);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "pools"), "*.json").Order(StringComparer.Ordinal)) problems.Add(Pool(file));
        return new ProblemSet(problems, Read<Dictionary<string, Dictionary<string, JsonElement>>>(folder, "peers.json").ToDictionary(
            pair => pair.Key, IReadOnlyList<PeerRuns> (pair) => [.. pair.Value.Select(peer => PeerRuns.Of(peer.Key, peer.Value))]));
    }

    public static PoolProblem Pool(string file)
    {
        var pool = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        var (names, kinds) = (Array<string>(pool, "params"), Array<string>(pool, "kinds"));
        var rows = pool.GetProperty("raw").EnumerateArray().Select(row => row.EnumerateArray().ToArray()).ToArray();
        var axes = names.Select((name, column) => Axis(name, kinds[column], [.. rows.Select(row => row[column])])).ToArray();
        ImmutableArray<Point> points = [.. rows.Select(row => new Point([.. row.Select((cell, column) => Coordinate(axes[column], cell))]))];
        return new PoolProblem(Path.GetFileNameWithoutExtension(file), pool.GetProperty("budget").GetInt32(), new SearchSpace([.. axes], pool: points),
            [.. Numbers(pool, "y")], pool.GetProperty("init").Deserialize<int[][]>()!) { Targets = PoolProblem.TopTargets(Numbers(pool, "y")) };
    }

    private static SearchDimension Axis(string name, string kind, JsonElement[] cells) => kind.StartsWith("cat", StringComparison.Ordinal)
        ? new CategoricalDimension(name, [.. cells.Select(cell => cell.ToString()).Distinct().Order(StringComparer.Ordinal)])
        : new RealDimension(name, cells.Min(cell => cell.GetDouble()), cells.Max(cell => cell.GetDouble()));

    private static double Coordinate(SearchDimension axis, JsonElement cell) => axis is CategoricalDimension choices ? choices.Choices.IndexOf(cell.ToString()) : cell.GetDouble();

    private static double[] Numbers(JsonElement of, string name) => Array<double>(of, name);

    private static T[] Array<T>(JsonElement of, string name) => of.GetProperty(name).Deserialize<T[]>()!;

    private static T Read<T>(string folder, string file) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(folder, file)))!;
}
