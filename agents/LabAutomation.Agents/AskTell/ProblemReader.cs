using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>The message <c>open</c> to a problem. It reads more than the engine can do; the engine says what it lacks.</summary>
internal static class ProblemReader
{
    private const int MostCandidates = 2_000_000;

    private static readonly string[] Keys = ["parameters", "mixtures", "counts", "constraints", "objectives", "outcomes", "candidates", "repeat", "noise", "planner", "advice", "seed", "threads"];

    public static StudyProblem Read(JsonElement open)
    {
        var message = MessageObject.Of(open, "open", Keys);
        var candidates = message.Find("candidates");
        var dimensions = DimensionReader.Read(message["parameters"]);
        var conditional = RuleReader.Conditional(dimensions, message["parameters"]);
        var constraints = ConstraintReader.Read(message.Find("constraints"), dimensions, conditional);
        var rules = new RuleReader(dimensions, conditional).Read(message, message["parameters"], constraints);
        var pool = candidates is { } rows ? Candidates(rows, new PointReader(dimensions, rules)) : (ImmutableArray<Point>?)null;
        var noise = Noise(message.Find("noise"));
        var space = new SearchSpace(dimensions, constraints.Condition, pool, rules);
        var problem = new StudyProblem
        {
            Space = space,
            Advice = message.Find("advice") is { } advice ? new AdviceReader(space).Read(advice) : null,
            Objectives = [.. MessageValues.List(message["objectives"], "'objectives'").Select(Objective)],
            Outcomes = message.Find("outcomes") is { } outcomes ? [.. MessageValues.List(outcomes, "'outcomes'").Select(Outcome)] : [],
            Noise = noise,
            Seed = message.Find("seed") is { } seed ? MessageValues.Whole(seed, "'seed'", 0, int.MaxValue) : 1,
            Repeats = message.Find("repeat") is { } repeat && MessageValues.Truth(repeat, "'repeat'"),
            Threads = message.Find("threads") is { } threads ? MessageValues.Whole(threads, "'threads'", 1, 1024) : 1,
            Optimiser = Optimiser(message.Find("planner"), noise.Sd),
        };
        if (problem.Objectives.IsEmpty) throw new StudyException("'objectives' wants an objective, such as {\"name\":\"y\",\"goal\":\"minimise\"}");
        return problem.Measured.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new StudyException($"'{twice.Key}' stands among the objectives and outcomes twice; every measured quantity has a name of its own")
            : problem;
    }

    /// <summary>Why a problem that was read has no feasible point; null where its constraints alone do not tell.</summary>
    /// <param name="held">Coordinates that are given, such as a context, by the numbers of the parameters.</param>
    public static string? Contradiction(JsonElement open, ImmutableDictionary<int, double> held)
    {
        var message = MessageObject.Of(open, "open", Keys);
        if (message.Find("candidates") is not null) return null;
        var dimensions = DimensionReader.Read(message["parameters"]);
        var conditional = RuleReader.Conditional(dimensions, message["parameters"]);
        var rules = new RuleReader(dimensions, conditional).Read(message, message["parameters"], ConstraintReader.Read(message.Find("constraints"), dimensions, conditional));
        return ConstraintReader.Contradictory(message.Find("constraints"), rules, dimensions, held);
    }

    private static ImmutableArray<Point> Candidates(JsonElement rows, PointReader points)
    {
        _ = MessageValues.List(rows, "'candidates'");
        return rows.GetArrayLength() is > 0 and <= MostCandidates
            ? [.. rows.EnumerateArray().Select(points.Row)]
            : throw new StudyException($"'candidates' wants 1 to {MostCandidates} rows, not {rows.GetArrayLength()}; leave it out where the bounds alone limit the space");
    }

    private static Objective Objective(JsonElement objective)
    {
        var message = MessageObject.Of(objective, "an objective", "name", "goal", "value", "reference");
        var name = MessageValues.Name(message["name"], "the name of an objective");
        Aim aim = MessageValues.Text(message["goal"], $"'goal' of objective '{name}'") switch
        {
            "minimise" or "minimize" => new Aim.Minimise(),
            "maximise" or "maximize" => new Aim.Maximise(),
            "target" => new Aim.Reach(Value("to be reached")),
            "level" => new Aim.FindLevel(Value("whose sides are to be told apart")),
            "learn" => new Aim.Learn(),
            var other => throw new StudyException($"'goal' of objective '{name}' is minimise, maximise, target, level or learn, not '{Admission.Shortened(other)}'"),
        };
        if (message.Find("value") is not null && aim is not (Aim.Reach or Aim.FindLevel))
            throw new StudyException($"objective '{name}' has a 'value', which a target or a level has; 'goal' is target or level then");
        var reference = message.Find("reference") is { } worst ? MessageValues.Number(worst, $"'reference' of objective '{name}'") : (double?)null;
        return new Objective(name, aim, reference);

        double Value(string what) => MessageValues.Number(message.Find("value")
            ?? throw new StudyException($"objective '{name}' lacks 'value', the number {what}"), $"'value' of objective '{name}'");
    }

    private static OutcomeLimit Outcome(JsonElement outcome)
    {
        var message = MessageObject.Of(outcome, "an outcome", "name", "min", "max");
        var name = MessageValues.Name(message["name"], "the name of an outcome");
        var min = message.Find("min") is { } least ? MessageValues.Number(least, $"'min' of outcome '{name}'") : (double?)null;
        var max = message.Find("max") is { } most ? MessageValues.Number(most, $"'max' of outcome '{name}'") : (double?)null;
        if (min is null && max is null) throw new StudyException($"outcome '{name}' lacks 'min' or 'max': without a limit it need not be told");
        return min > max
            ? throw new StudyException(FormattableString.Invariant($"outcome '{name}' has its limits the wrong way round: 'min' is {min} and 'max' is {max}"))
            : new OutcomeLimit(name, min, max);
    }

    private static MeasurementNoise Noise(JsonElement? noise) => noise switch
    {
        null => MeasurementNoise.Unknown,
        { ValueKind: JsonValueKind.String } text when text.GetString() == "none" => MeasurementNoise.None,
        { ValueKind: JsonValueKind.String } text when text.GetString() == "unknown" => MeasurementNoise.Unknown,
        { ValueKind: JsonValueKind.Number } number when MessageValues.Number(number, "'noise'") is >= 0 and var sd => new MeasurementNoise(sd),
        { } other => throw new StudyException($"'noise' is none, unknown, or one standard deviation of a measurement (0 or more), not {MessageValues.Named(other)}"),
    };

    private static IOptimiser Optimiser(JsonElement? planner, double? noiseSd)
    {
        if (planner is not { } given) return Planners.Create("gaussian-process", initial: null, noiseSd);
        var kind = MessageValues.Text(MessageObject.Of(given, "'planner'", "kind", "initial")["kind"], "'kind' of 'planner'");
        if (!Planners.Kinds.Contains(kind)) throw new StudyException($"there is no planner '{Admission.Shortened(kind)}'; there are {string.Join(", ", Planners.Kinds)}");
        var initial = MessageObject.Of(given, $"a {kind} planner", kind == "gaussian-process" ? ["kind", "initial"] : ["kind"]).Find("initial");
        return Planners.Create(kind, initial is { } count ? MessageValues.Whole(count, "'initial'", 2, 1000) : null, noiseSd);
    }
}
