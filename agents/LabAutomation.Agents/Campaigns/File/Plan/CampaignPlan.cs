using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Learning;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A campaign file that was read and understood. Immutable; <see cref="CampaignFile"/> makes it.</summary>
public sealed record CampaignPlan
{
    /// <summary>Most trials that can be under way at once.</summary>
    public const int MostParallel = 64;

    public const int MostPriority = 9;

    /// <summary>The only label that a file can give itself.</summary>
    public const string UntrustedLabel = "untrusted";

    /// <summary>What other programs and units lose of a number.</summary>
    private const double Rounding = 1e-9;

    /// <summary>What a file says in place of a number for one trial at each station of the lab.</summary>
    public const string OneAtEachStation = "auto";

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required int Seed { get; init; }

    public required Goal Goal { get; init; }

    /// <summary>In the order of the file, which is the order of the dimensions.</summary>
    public required ImmutableArray<ParameterPlan> Parameters { get; init; }

    /// <summary>Named quantities of the file's expressions, with the values that count.</summary>
    public ImmutableSortedDictionary<string, Quantity> Constants { get; init; } = ImmutableSortedDictionary<string, Quantity>.Empty;

    /// <summary>Those of them that were given in place of the file's, as they were written.</summary>
    public ImmutableSortedDictionary<string, string> Given { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What a trial must satisfy beside the bounds of its parameters.</summary>
    public required ImmutableArray<Condition> Constraints { get; init; }

    /// <summary>Parameters that add up.</summary>
    public ImmutableArray<MixturePlan> Mixtures { get; init; } = [];

    /// <summary>How many of some parameters are other than zero.</summary>
    public ImmutableArray<CountPlan> Counts { get; init; } = [];

    /// <summary>The only recipes there are, in the order of the file; null where the parameters span the space.</summary>
    public ImmutableArray<Point>? Candidates { get; init; }

    /// <summary>Whether a recipe may be tried again.</summary>
    public bool Repeats { get; init; }

    /// <summary>The texts of the tables that the file names, by their names in it.</summary>
    public ImmutableSortedDictionary<string, string> Tables { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>One after the other; those that clean up stand last.</summary>
    public required ImmutableArray<StepPlan> Steps { get; init; }

    public required ImmutableArray<AnalysisPlan> Analyses { get; init; }

    /// <summary>One of <see cref="CampaignFile.PlannerKinds"/>.</summary>
    public required string PlannerKind { get; init; }

    /// <summary>Trials that a learning planner spreads over the space before it learns; null for its own default.</summary>
    public int? PlannerInitial { get; init; }

    /// <summary>Threads that work on one proposal at most.</summary>
    public int PlannerThreads { get; init; } = 1;

    /// <summary>Where somebody expects the best; null where the file does not say.</summary>
    public AdvicePlan? Advice { get; init; }

    public required CampaignLimits Limits { get; init; }

    /// <summary>How many trials may be under way at once; null for one at each station of the lab.</summary>
    public int? Parallel { get; init; } = 1;

    /// <summary>Trials of campaigns with a higher one come first in a lab that several campaigns share; 0 to <see cref="MostPriority"/>.</summary>
    public int Priority { get; init; }

    /// <summary>Whether the file says that its names and texts may be those of strangers.</summary>
    public bool IsUntrusted { get; init; }

    /// <summary>What to do about errors, before the lab's own rules are asked.</summary>
    public ImmutableArray<ErrorRule> Errors { get; init; } = [];

    /// <summary>Properties that must be in their bands for the campaign to begin anything.</summary>
    public ImmutableArray<Suspender> Suspend { get; init; } = [];

    /// <summary>Name of the file, as it was given.</summary>
    public required string File { get; init; }

    public required string Text { get; init; }

    /// <summary>Of the text in UTF-8, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The names that the workflow uses, each once, in the order of their appearance.</summary>
    public ImmutableArray<string> Instruments =>
        [.. Steps.SelectMany(step => step.Actions).Select(action => action.Instrument).Distinct(StringComparer.Ordinal)];

    /// <summary>The plan with what the command line overrides.</summary>
    /// <param name="parallel">0 for one trial at each station.</param>
    /// <exception cref="ArgumentException">There is no such planner, or fewer than one trial.</exception>
    public CampaignPlan With(int? seed = null, string? planner = null, int? trials = null, int? parallel = null)
    {
        if (planner is not null && !CampaignFile.PlannerKinds.Contains(planner))
            throw new ArgumentException($"there is no planner '{planner}'; there are {string.Join(", ", CampaignFile.PlannerKinds)}",
                nameof(planner));
        if (trials < 1) throw new ArgumentException("a campaign has at least one trial", nameof(trials));
        return this with
        {
            Seed = seed ?? Seed,
            PlannerKind = planner ?? PlannerKind,
            Parallel = parallel is null ? Parallel : parallel == 0 ? null : parallel,
            Goal = Goal with { Until = Goal.Until with { Trials = trials ?? Goal.Until.Trials } },
        };
    }

    /// <summary>The plan with one version of a model wherever the file leaves open which: a campaign goes on with the version that it began with. One that the file names elsewhere says nothing about that.</summary>
    internal CampaignPlan Pinned(string model, string version) => Analyses.Any(analysis => analysis switch
    {
        ModelAnalysis named => named.Model == model && named.Version == version,
        PeakAnalysis named => named.Model == model && named.Version == version,
        _ => false,
    }) ? this : this with
    {
        Analyses = [.. Analyses.Select(analysis => analysis switch
        {
            ModelAnalysis { Version: null } open when open.Model == model => open with { Version = version },
            PeakAnalysis { Version: null } open when open.Model == model => open with { Version = version },
            _ => analysis,
        })],
    };

    /// <summary>Whether a recipe that is a little different is none: they add up, or are the only ones there are.</summary>
    internal bool HasExactRecipes => Mixtures.Length > 0 || Candidates is not null || Constraints.Any(constraint => Predicate.Alternatives([constraint.Root]).Any(atoms => atoms.OfType<Compared>().Any(atom => atom.Relation == Relation.Equal)));

    /// <summary>What every trial keeps, mixtures and counts included; of a parameter that does not count nothing is asked.</summary>
    internal ImmutableArray<Predicate> Conditions =>
    [
        .. Constraints.Select(condition => Activity.Guarded(condition.Root, Parameters)), .. Mixtures.Select(mixture => PartRules.AsPredicate(mixture.Equation)),
        .. Counts.Select(count => Counted.Of(count.Limit.Dimensions, count.Limit.Fewest, count.Limit.Most)),
    ];

    public SearchSpace ToSearchSpace()
    {
        ImmutableArray<SearchDimension> dimensions = [.. Parameters.Select(parameter => parameter.ToDimension())];
        var conditional = new SpaceRules { Activations = Activity.Of(Parameters) };
        var constraints = Campaigns.Constraints.Of([.. Constraints.Select(condition => condition.Root)], dimensions, conditional);
        return new SearchSpace(dimensions, constraints.Condition, Candidates, conditional with
        {
            Linear = [.. constraints.Linear, .. Mixtures.Select(mixture => mixture.Equation)],
            Nonlinear = constraints.Nonlinear,
            Counts = [.. Counts.Select(count => count.Limit)],
        });
    }

    /// <summary>The parameters alone, without constraints.</summary>
    internal static SearchSpace BareSpace(ImmutableArray<ParameterPlan> parameters) =>
        new([.. parameters.Select(parameter => parameter.ToDimension())], rules: new SpaceRules { Activations = Activity.Of(parameters) });

    /// <summary>The values that expressions can have in trials.</summary>
    /// <param name="further">What else holds in those that count.</param>
    internal ExtentSearch Extents(ImmutableArray<Predicate> further) => new([.. Parameters.Select(parameter => parameter.ToDimension())], [.. Conditions, .. further], Candidates);

    /// <summary>Which of some points break which constraint, mixture or count, as people wrote it.</summary>
    internal IEnumerable<(int Place, string Source)> Broken(IEnumerable<Point> points)
    {
        string[] sources = [.. Constraints.Select(condition => condition.Source), .. Mixtures.Select(mixture => mixture.Source), .. Counts.Select(count => count.Source)];
        var conditions = Conditions;
        return points.SelectMany((point, place) => sources.Where((_, k) => !conditions[k].Holds(point.Coordinates.AsSpan())).Select(source => (place, source)));
    }

    /// <summary>The candidate that is meant by a point whose numbers went through other programs and units; null where it is none, or where there are no candidates.</summary>
    public Point? CandidateAt(Point point) => Candidates?.FirstOrDefault(row => row.Coordinates.Zip(point.Coordinates).All(pair => Math.Abs(pair.First - pair.Second) <= Rounding * Math.Max(Math.Abs(pair.First), Math.Abs(pair.Second))));

    /// <summary>A parameter that does not count there has no value.</summary>
    /// <exception cref="ArgumentException">The point has another number of coordinates than there are parameters, or no such choice.</exception>
    public TrialValues ToValues(Point point)
    {
        if (point.Coordinates.Length != Parameters.Length)
            throw new ArgumentException($"a point of this campaign has {Parameters.Length} coordinates, not {point.Coordinates.Length}",
                nameof(point));
        return new TrialValues(Parameters.Select((parameter, k) => KeyValuePair.Create(parameter.Name, Activity.IsActive(Parameters, point.Coordinates.AsSpan(), k) ? ValueOf(parameter, point[k]) : TrialValue.None)));
    }

    /// <exception cref="KeyNotFoundException">A parameter has no value.</exception>
    /// <exception cref="ArgumentException">A value is not one that the parameter can have.</exception>
    public Point ToPoint(TrialValues values)
    {
        double[] coordinates = [.. Parameters.Select(parameter => CoordinateOf(parameter, values[parameter.Name]))];
        for (var k = 0; k < coordinates.Length; k++)
        {
            if (!Activity.IsActive(Parameters, coordinates, k)) coordinates[k] = SettledPoint.AtRest(Parameters[k].ToDimension());
            else if (values[Parameters[k].Name] == TrialValue.None) throw new ArgumentException($"'{Parameters[k].Name}' counts there, and has no value");
        }

        return new Point([.. coordinates]);
    }

    /// <summary>The action with the values of a trial; null where its <c>when</c> does not hold.</summary>
    public BoundAction? Bind(ActionPlan action, TrialValues values)
    {
        var coordinates = ToPoint(values).Coordinates.AsSpan();
        if (action.When is { } when && !when.Holds(coordinates)) return null;
        var arguments = ImmutableSortedDictionary.CreateBuilder<string, Quantity>(StringComparer.Ordinal);
        foreach (var (name, formula) in action.Arguments) arguments.Add(name, formula.Evaluate(coordinates));
        return new BoundAction(action.Instrument, action.Command, arguments.ToImmutable());
    }

    /// <summary>The action that an output comes from.</summary>
    public ActionPlace PlaceOf(OutputReference output)
    {
        foreach (var step in Steps)
            for (var index = 0; index < step.Actions.Length; index++)
                if (step.Actions[index].Name == output.Action) return new ActionPlace(step.Name, index);
        throw new ArgumentException($"'{output}' is not of this campaign", nameof(output));
    }

    /// <summary>The place of a step among all; -1 where there is none of that name.</summary>
    internal int IndexOf(string step)
    {
        for (var index = 0; index < Steps.Length; index++)
            if (Steps[index].Name == step) return index;
        return -1;
    }

    /// <summary>What stands in the way of running this campaign on these instruments with these models; empty where nothing does.</summary>
    /// <param name="instruments">The births of those there are.</param>
    /// <param name="models">Opened only where the campaign names a model.</param>
    /// <param name="stations">Where they stand; one place where null.</param>
    public IReadOnlyList<Problem> Check(IReadOnlyCollection<Birth> instruments, Lazy<ModelRegistry> models, LabStations? stations = null)
    {
        var places = (stations ?? LabStations.OnePlace).For(this);
        if (places.Stations.IsEmpty) return [.. StationCheck.Of(this, places)];
        var seen = places.Seen(instruments).ToArray();
        return
        [
            .. LocationCheck.Of(this, places, instruments), .. SuspenderCheck.Of(this, places.Lab, instruments), .. PlanDraws.Check(this, places.Lab, instruments),
            .. seen.SelectMany(births => InstrumentCheck.Of(this, births)).Distinct(), .. ModelCheck.Of(this, seen[0], models),
        ];
    }

    private static TrialValue ValueOf(ParameterPlan parameter, double coordinate) => parameter switch
    {
        ChoiceParameter choice when coordinate >= 0 && coordinate < choice.Choices.Length => TrialValue.Of(choice.Choices[(int)coordinate]),
        ChoiceParameter choice =>
            throw new ArgumentException($"'{parameter.Name}' has {choice.Choices.Length} choices; there is none at {coordinate}"),
        _ => TrialValue.Of(new Quantity(coordinate, parameter.Unit)),
    };

    private static double CoordinateOf(ParameterPlan parameter, TrialValue value) => parameter switch
    {
        { When: not null } when value == TrialValue.None => SettledPoint.AtRest(parameter.ToDimension()),
        ChoiceParameter choice when value.Choice is { } text && choice.Choices.IndexOf(text) is >= 0 and var place => place,
        not ChoiceParameter when value.Quantity is { } quantity && quantity.Unit.Fits(parameter.Unit) => quantity.In(parameter.Unit),
        _ => throw new ArgumentException($"'{parameter.Name}' cannot be {value}"),
    };
}
