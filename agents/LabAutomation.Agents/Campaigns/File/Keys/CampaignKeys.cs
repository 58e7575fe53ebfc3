namespace LabAutomation.Agents.Campaigns;

/// <summary>Every key of a campaign file: the one table behind the reader, the JSON Schema and its descriptions.</summary>
internal static class CampaignKeys
{
    /// <summary>How many parameters a campaign has at most.</summary>
    public const int MostParameters = 20;

    /// <summary>How many threads may work on one proposal at most.</summary>
    public const int MostThreads = 1024;

    private static readonly NameShape Name = new("^[A-Za-z][A-Za-z0-9_-]{0,47}$", "a letter and up to 47 letters, digits, '-' or '_'");
    private static readonly NameShape Identifier = new("^[A-Za-z_][A-Za-z0-9_]{0,47}$", "a letter and up to 47 letters, digits or '_'");
    private static readonly NameShape Topic = new("^[A-Za-z0-9_.-]{1,64}$", "up to 64 letters, digits, '-', '_' or '.'");
    private static readonly NameShape Output = new(@"^[A-Za-z][A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$",
        "the name of an action and of its output, such as spectrum.spectrum");

    private static readonly NameShape Model = new("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}(@[A-Za-z0-9][A-Za-z0-9_.+-]{0,31})?$", "the name of a model, with @ and its version where it matters");
    private static readonly NameShape Tensor = new("^[A-Za-z_][A-Za-z0-9_.-]{0,63}$", "the name of an input of the model");
    private static readonly NameShape Source = new(@"^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+){0,2}$",
        "a parameter, or the name of an action, of its output and, of a series, the column: spectrum.spectrum.absorbance");

    private static readonly NameShape Choice = new("^[^']{1,200}$", "a choice of the parameter");
    private static readonly NameShape Table = new(@"^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_ ./-]*\.(csv|CSV)$", "the name of a CSV file beside the campaign file, such as solvents.csv");

    private static readonly KeyShape When = new("when",
        "Where the parameter counts at all: a parameter that stands before it, and the values of that one for which this one counts: { method: [light] }.",
        new NamesShape(Identifier, new ListShape(new ParameterValueShape(), Least: 1), Least: 1));

    public static readonly VariantShape Parameter = new("a parameter", "kind",
        "What values it can have: any number (real), whole numbers (integer), listed numbers (discrete), listed words in their order (ordinal) or without one (categorical).",
        ("real", new MapShape("a real parameter",
            new("low", "Smallest value, with its unit. The parameter is shown in this unit.", new QuantityShape(), Required: true),
            new("high", "Largest value, with its unit.", new QuantityShape(), Required: true),
            new("scale", "linear (default), or log where equal ratios matter rather than equal differences; low is then above zero.",
                new ChoiceShape("linear", "log")), When)),
        ("integer", new MapShape("an integer parameter",
            new("low", "Smallest value, a whole number.", new QuantityShape(), Required: true),
            new("high", "Largest value, a whole number.", new QuantityShape(), Required: true), When)),
        ("discrete", new MapShape("a discrete parameter",
            new KeyShape("values", "The values it can have, with their units: [1 mL, 2 mL, 5 mL].",
                new ListShape(new QuantityShape(), Least: 2), Required: true), When)),
        ("ordinal", new MapShape("an ordinal parameter",
            new KeyShape("choices", "The words it can be, in their order: [technical, pure, dry].", new ListShape(new TextShape(), Least: 2), Required: true), When)),
        ("categorical", new MapShape("a categorical parameter",
            new("choices", "The words it can be: [water, ethanol].", new ListShape(new TextShape(), Least: 2), Required: true),
            new("descriptors", "Numbers for each choice, by which choices are alike: { water: [100, 10.2], ethanol: [78, 5.2] }, or a CSV file with a column called like the parameter.",
                new TableShape(Table, new NamesShape(Choice, new ListShape(new NumberShape(), Least: 1), Least: 2))),
            When)));

    public static readonly MapShape Mixture = new("a mixture",
        new("of", "The parameters that add up: [water, ethanol, acetone].", new ListShape(Identifier, Least: 2), Required: true),
        new("total", "What they add up to, with its unit.", new QuantityShape(), Required: true));

    public static readonly MapShape Count = new("a count",
        new("of", "The parameters that are counted: [water, ethanol, acetone].", new ListShape(Identifier, Least: 2), Required: true),
        new("least", "How many of them are other than zero at least. Default: 0.", new IntegerShape(0, MostParameters)),
        new("most", "How many of them are other than zero at most. Default: all.", new IntegerShape(0, MostParameters)));

    public static readonly MapShape Action = new("an action",
        new("instrument", "The instrument, as the lab calls it.", Topic, Required: true),
        new("command", "The command, as the instrument offers it.", Topic, Required: true),
        new("with", "Arguments of the command: quantities with units, or expressions after an equals sign (=2 mL - cyan).",
            new NamesShape(Topic, new ArgumentShape())),
        new("when", "The action is left out of a trial for which this does not hold: cyan >= 0.01 mL.", new ConditionShape()),
        new("as", "Names the action, so that an analysis can read its outputs.", Identifier));

    private static readonly ChoiceShape ErrorWord = new([.. ErrorWords.All]);

    private static readonly KeyShape On = new("on",
        "What the rule is about: causes (hardware_fault, link_lost, …), ends (expired, cancelled, unknown_outcome), cleaning_up for what fails in a step that cleans up, analysis for an analysis that fails, or any. One, or a list.",
        new EitherShape(ErrorWord, new ListShape(ErrorWord, Least: 1)), Required: true);

    private static readonly KeyShape Most = new("most", "How often the rule acts in one campaign; the next rule follows then. Default: as often as needed.", new IntegerShape(1, ErrorRule.MostActs));

    public static readonly VariantShape ErrorRules = new("an error rule", "do",
        "retry: the same again. substitute: another instrument of the same role. skip: the trial goes on without. replan: the trial ends as failed, and the planner proposes another. prompt: a person is asked. "
        + "close_out: the campaign ends in order. safe_mode: the whole lab rests, with its instruments in their safe state.",
        (Reaction.Retry.Word(), new MapShape("a retry", On,
            new("times", "How often it is tried again, 1 to 20. Default: 1.", new IntegerShape(1, ErrorRule.MostTimes)),
            new("wait", "Lab time before it is tried again, such as 30 s. Default: none.", new TimeShape()),
            new("factor", "How many times as long as the wait before each wait is, 1 to 10. Default: 1.", new NumberShape(1, 10)),
            new("cool_down", "Lab time that must have passed before the rule tries again on the same instrument for another trial. Default: none.", new TimeShape()),
            Most)),
        (Reaction.Substitute.Word(), new MapShape("a substitution", On, Most)),
        (Reaction.Skip.Word(), new MapShape("a rule that skips", On, Most)),
        (Reaction.Replan.Word(), new MapShape("a rule that replans", On, Most)),
        (Reaction.Prompt.Word(), new MapShape("a prompt", On,
            new("within", "Lab time within which a person must have come; the next rule follows then. Default: for ever.", new TimeShape()),
            Most)),
        (Reaction.CloseOut.Word(), new MapShape("a rule that closes out", On, Most)),
        (Reaction.SafeMode.Word(), new MapShape("a rule for the safe mode", On, Most)));

    private static readonly ListShape Errors = new(ErrorRules, Least: 1);

    public static readonly MapShape Step = new("a step",
        new("step", "Name of the step.", Name, Required: true),
        new("always",
            "true for steps that clean up: they run also when a step before them failed or the trial is aborted. They stand last. Default: false.",
            new BooleanShape()),
        new("at", "The location of the lab to which the sample is carried before. Left out where the instruments of the step say so by where they stand.", Topic),
        new("uninterrupted", "true for a step that follows the one before it whatever suspends the campaign. Default: false.", new BooleanShape()),
        new("late", "What becomes of a step that could not begin within its time, or by it: begin (default) as early as it can, or lose, which gives the sample up.", new ChoiceShape("begin", "lose")),
        new("within", "The longest time that may pass between the end of the step before and the beginning of this one: 10 min.", new TimeShape()),
        new("since", "The earlier step from whose end the time of 'within' counts, such as the one that made what does not keep. Default: the step before.", Name),
        new("start_by", "When it must begin at the latest: a time after the trial was proposed, such as 30 min, or a moment with its offset from UTC, such as 2026-12-01T08:00+01:00. Default: any time.", new StartByShape()),
        new("errors", "What to do about errors in this step; the first rule that can act does. The rules of the campaign and of the lab follow.", Errors),
        new("actions", "What is done, all side by side; the next step waits for all. May be left out in a step that has 'at'.", new ListShape(Action, Least: 1)));

    public static readonly MapShape Suspender = new("a suspender",
        new("instrument", "The instrument, as the lab calls it; one that the workflow does not use is as good.", Topic, Required: true),
        new("property", "The property that must be in its band.", Topic, Required: true),
        new("low", "The lowest value of the band, with its unit.", new QuantityShape()),
        new("high", "The highest value of the band, with its unit.", new QuantityShape()),
        new("for", "How long it must have been back before the campaign goes on. Default: 5 min.", new TimeShape()));

    private static readonly KeyShape IfItFails = new("errors", "What to do when this analysis fails; the first rule that can act does. The rules of the campaign and of the lab follow.", Errors);

    public static readonly VariantShape Analysis = new("an analysis", "analyst",
        "Who turns raw data into quantities. colour: a spectrum to CIELAB, and its CIEDE2000 difference from the target. model: an ONNX model of the lab. peaks: frames of a detector to the share of them that are hits. following: how well a value followed its set-point. reading: a quantity that an instrument gives, as it is.",
        (ColourAnalysis.Name, new MapShape("a colour analysis",
            new("input", "The series to analyse: name of the action, a dot, name of its output.", Output, Required: true),
            new("target", "The colour wanted, in CIELAB under D65.", new MapShape("a target",
                new("L", "Lightness, 0 to 100.", new NumberShape(0, 100), Required: true),
                new("a", "Green (negative) to red (positive), -128 to 127.", new NumberShape(-128, 127), Required: true),
                new("b", "Blue (negative) to yellow (positive), -128 to 127.", new NumberShape(-128, 127), Required: true)), Required: true),
            new("gives", "Name of the result: the colour difference, 0 for a perfect match.", Identifier, Required: true), IfItFails)),
        (ModelAnalysis.Name, new MapShape("an analysis by a model",
            new("model", "Name of the model, as 'lab model check' lists it; NAME@VERSION for a version other than the current one.", Model, Required: true),
            new("inputs", "What each input of the model is filled with, by the name that its card has: a series (spectrum.spectrum, or spectrum.spectrum.COLUMN), "
                + "or a list of single quantities (stir.temperature) and parameters, one for each element.", new NamesShape(Tensor, new EitherShape(Source, new ListShape(Source, Least: 1)), Least: 1), Required: true),
            new("gives", "Names of results, and the outputs that they are: { brightness: 'xyz[1]', dose: 'c[0] in mg/L' }. Without a unit they are plain numbers.",
                new NamesShape(Identifier, new ModelOutputShape(), Least: 1), Required: true), IfItFails)),
        (PeakAnalysis.Name, new MapShape("an analysis of peaks",
            new("input", "The frames to analyse: name of the action, a dot, name of its output.", Output, Required: true),
            new("model", "The model that labels peaks, as 'lab model check' lists it, such as bragg-peaks; NAME@VERSION for a version other than the current one.", Model, Required: true),
            new("hit", "Peaks that make a frame a hit, 1 to 10000. Default: 10.", new IntegerShape(1, 10_000)),
            new("gives", "Name of the result: the share of frames that are hits. The peaks of a frame are recorded as peaks_per_frame.", Identifier, Required: true), IfItFails)),
        (FollowingAnalysis.Name, new MapShape("a following analysis",
            new("input", "The series to analyse, with set-point, power and verdict: name of the action, a dot, name of its output.", Output, Required: true),
            new("gives", "Name of the result: the mean deviation in % of the set-point.", Identifier, Required: true), IfItFails)),
        (ReadingAnalysis.Name, new MapShape("a reading",
            new("input", "The quantity: name of the action, a dot, name of its output.", Output, Required: true),
            new("error", "The output that is one standard deviation of it. Default: what the quantity says of itself, if it does.", Output),
            new("unit", "In which it is recorded. Default: it is a plain number.", new UnitShape()),
            new("gives", "Name of the result.", Identifier, Required: true), IfItFails)));

    public static readonly VariantShape Planner = new("a planner", "kind",
        "How trials are chosen: gaussian-process learns from results, sobol spreads evenly, grid goes through a grid, random draws.",
        ("gaussian-process", new MapShape("a gaussian-process planner",
            new KeyShape("initial",
                "Trials spread evenly before the first model, 2 to 1000. Default: one more than there are parameters, at least 5.",
                new IntegerShape(2, 1000)),
            new KeyShape("threads", "How many threads may work on one proposal, 1 to 1024; the proposal is the same with any number. Default: 1.", new IntegerShape(1, MostThreads)))),
        ("sobol", new MapShape("a sobol planner")),
        ("grid", new MapShape("a grid planner")),
        ("random", new MapShape("a random planner")));

    public static readonly MapShape Limits = new("the limits",
        new("instruments", "The only instruments that the campaign may use. Default: all.", new ListShape(Topic, Least: 1)),
        new("failed_trials", "The campaign ends after so many failed trials in a row, 1 to 1000. Default: 5.", new IntegerShape(1, 1000)),
        new("trial", "Lab time that one trial may take. Default: 1 h.", new TimeShape()));

    public static readonly MapShape Goal = new("the goal",
        new("minimise", "The result that should become small.", Identifier),
        new("maximise", "The result that should become large.", Identifier),
        new("reach", "The result that should come to a value, and the value.", Valued("'reach'", "The value wanted, in the unit of the result.")),
        new("level", "The result of which is to be known where it is above a value and where below, and the value.",
            Valued("'level'", "The value that divides the space, in the unit of the result.")),
        new("learn", "The result that should become known over the whole space.", Identifier),
        new("objectives", "Two to four results of which the best trade-offs are looked for: [{ minimise: cost }, { maximise: yield }].",
            new ListShape(new MapShape("an objective",
                new KeyShape("minimise", "A result that should become small.", Identifier),
                new KeyShape("maximise", "A result that should become large.", Identifier)) { ExactlyOne = ["minimise", "maximise"] }, Least: 2)),
        new("keep", "Limits on results: [colour_L >= 40]. A trial that breaks one does not count. Default: none.", new ListShape(new ConditionShape())),
        new("noise", "none where equal trials give equal results, or one standard deviation of the result. Default: it is learnt.", new NoiseShape()),
        new("until", "What ends the campaign, whichever comes first.", new MapShape("'until'",
            new("reached", "The goal is met when the result that is minimised or maximised is at least this good.", new QuantityShape()),
            new("within", "The goal is met when the result is this near to the value that it should reach.", new QuantityShape()),
            new("stalled", "So many measured trials in a row, 2 to 100000, with which nothing became better.", new IntegerShape(2, 100_000)),
            new("trials", "Most trials, 1 to 100000.", new IntegerShape(1, 100_000), Required: true),
            new("duration", "Most lab time, such as 12 h.", new TimeShape())), Required: true))
    {
        ExactlyOne = ["minimise", "maximise", "reach", "level", "learn", "objectives"],
    };

    public static readonly MapShape Preference = new("a preference",
        new("from", "The lower end of the preferred range. Default: that of the parameter.", new QuantityShape()),
        new("to", "The upper end of the preferred range. Default: that of the parameter.", new QuantityShape()),
        new("near", "In place of a range: a value about which it is best.", new QuantityShape()),
        new("within", "With 'near': how far about it, as one standard deviation. Default: a tenth of the parameter's range.", new QuantityShape()));

    public static readonly MapShape Advice = new("the advice",
        new("because", "For people: where it comes from.", new TextShape()),
        new("trust", "The probability, before any trial, that it is right, 0.01 to 0.95. Default: 0.8.", new NumberShape(0.01, Learning.Advising.Advice.MostTrust)),
        new("regions", "Parts of the space where the best is expected.", new ListShape(new MapShape("a region",
            new("weight", "How much it counts beside other regions, 0.001 to 1000. Default: 1.", new NumberShape(0.001, 1000)),
            new("where", "What is preferred of each parameter that is spoken of: a range { from: 0.1 mL, to: 0.3 mL }, a place { near: 0.2 mL, within: 0.05 mL }, or a list of values [water].",
                new NamesShape(Identifier, new EitherShape(Preference, new ListShape(new ParameterValueShape(), Least: 1)), Least: 1), Required: true)), Least: 1)),
        new("points", "Trials about which the best is expected, by their values: [{ cyan: 0.3 mL, yellow: 0.5 mL }].", new ListShape(new NamesShape(Identifier, new ParameterValueShape(), Least: 1), Least: 1)));

    public static readonly TableShape Candidates = new(Table, new ListShape(new NamesShape(Identifier, new ParameterValueShape(), Least: 1), Least: 1));

    public static readonly MapShape Campaign = new("a campaign file",
        new("campaign", "Name of the campaign; its records are called NAME-1, NAME-2, …", Name, Required: true),
        new("description", "For people: what the campaign is about.", new TextShape()),
        new("seed", "Of all that is random, 0 to 2147483647; the same seed gives the same campaign. Default: 1.", new IntegerShape(0, int.MaxValue)),
        new("parallel", "Trials under way at once, 1 to 64, or auto for one at each station of the lab. Default: 1.", new ParallelShape()),
        new("priority", "0 to 9. Where several campaigns share a lab, trials of those with a higher one come first. Default: 0.", new IntegerShape(0, CampaignPlan.MostPriority)),
        new("label", "untrusted where names and texts of this file may be those of strangers, as 'lab plan' says of what rests on documents; agents act on nothing of it without a person.", new ChoiceShape(CampaignPlan.UntrustedLabel)),
        new("goal", "What the campaign is about, and when it ends.", Goal, Required: true),
        new("parameters", "What the planner may vary, by name.", new NamesShape(Identifier, Parameter, Least: 1), Required: true),
        new("constants", "Named quantities that expressions may use beside the parameters: { target: 1 }. 'lab run --with target=7' gives another value.", new NamesShape(Identifier, new QuantityShape())),
        new("constraints", "What every trial must satisfy: cyan + magenta <= 1.6 mL.", new ListShape(new ConditionShape())),
        new("mixtures", "Parameters that add up to a total: [{ of: [water, ethanol], total: 2 mL }].", new ListShape(Mixture, Least: 1)),
        new("counts", "How many of some parameters may be other than zero: [{ of: [a, b, c], most: 2 }].", new ListShape(Count, Least: 1)),
        new("candidates", "The only recipes there are: a CSV file with a column for each parameter, or a list of them: [{ dose: 1 mL, solvent: water }].",
            Candidates),
        new("repeat", "true where a recipe may be tried again, if measuring it again promises more than any other. Default: false.", new BooleanShape()),
        new("workflow", "The steps of one trial, one after the other.", new ListShape(Step, Least: 1), Required: true),
        new("analysis", "How raw data becomes the result that the goal is about.", new ListShape(Analysis, Least: 1), Required: true),
        new("planner", "How trials are chosen. Default: gaussian-process.", Planner),
        new("advice", "Where a person or a language model expects the best. A preference, not a limit: it is dropped where trials speak against it.", Advice),
        new("errors", "What to do about errors; the first rule that can act does. The rules of a step come before, those of the lab after.", Errors),
        new("suspend", "Properties that must be in their bands: while one is not, the campaign begins nothing.", new ListShape(Suspender, Least: 1)),
        new("limits", "What stops a trial or the campaign.", Limits));

    private static MapShape Valued(string what, string meaning) => new(what,
        new KeyShape("quantity", "The result.", Identifier, Required: true),
        new KeyShape("value", meaning, new QuantityShape(), Required: true));
}
