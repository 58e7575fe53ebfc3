using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The goal of a campaign, its quantities looked up among what the analyses give.</summary>
/// <param name="analyses">Null where some could not be read, so that nobody can say what they give.</param>
internal sealed class GoalReader(ImmutableArray<AnalysisPlan>? analyses, ImmutableArray<ParameterPlan> parameters, ProblemList problems)
{
    private const int MostObjectives = 4;

    private readonly QuantityReader _quantities = new(analyses, parameters, problems);

    /// <summary>Null where it is not whole; what is wrong is reported.</summary>
    public Goal? Read(MapNode? goal)
    {
        if (goal is null) return null;
        var objectives = Objectives(goal).ToImmutableArray();
        var keep = new LimitReader(_quantities, problems).Read(goal["keep"] as ListNode);
        if (!CampaignKeys.Goal.Accepts(goal) || objectives.Any(objective => objective is null)) return null;
        CheckTogether(goal, objectives!);
        var first = _quantities.Find(objectives[0]!.Name)!;
        var until = (MapNode)goal["until"]!;
        CheckMeaning(until, objectives!);
        return new Goal(objectives!, keep, Noise(goal["noise"] as TextNode, first, objectives.Length), new StopConditions(
            _quantities.Amount(until["reached"], first), Whole(until, "trials")!.Value, until["duration"] is TextNode time ? TimeShape.Read(time) : null,
            Nearness(until["within"], first), Whole(until, "stalled")));
    }

    private IEnumerable<Objective?> Objectives(MapNode goal)
    {
        foreach (var (key, value) in goal.Entries)
        {
            switch (key.Text, value)
            {
                case ("minimise", TextNode text):
                    yield return Named(text, new Aim.Minimise());
                    break;
                case ("maximise", TextNode text):
                    yield return Named(text, new Aim.Maximise());
                    break;
                case ("learn", TextNode text):
                    yield return Named(text, new Aim.Learn());
                    break;
                case ("reach", MapNode map):
                    yield return Valued(map, value => new Aim.Reach(value));
                    break;
                case ("level", MapNode map):
                    yield return Valued(map, value => new Aim.FindLevel(value));
                    break;
                case ("objectives", ListNode list):
                    foreach (var one in list.Items.OfType<MapNode>().SelectMany(Objectives)) yield return one;
                    break;
            }
        }
    }

    private Objective? Named(TextNode name, Aim aim) => _quantities.Read(name) is { } found ? new Objective(found.Name, aim) : null;

    private Objective? Valued(MapNode map, Func<double, Aim> aim) =>
        map["quantity"] is TextNode name && _quantities.Read(name) is { } found && _quantities.Amount(map["value"], found) is { } value ? new Objective(found.Name, aim(value)) : null;

    private void CheckTogether(MapNode goal, ImmutableArray<Objective> objectives)
    {
        if (goal["objectives"] is not ListNode list) return;
        for (var k = 0; k < objectives.Length; k++)
        {
            if (objectives.Take(k).Any(earlier => earlier.Name == objectives[k].Name))
                problems.Add(list.Items[k].At, $"'{objectives[k].Name}' is an objective already", "each objective is another result");
        }

        if (objectives.Length > MostObjectives)
            problems.Add(list.Items[MostObjectives].At, $"this is objective {MostObjectives + 1}", $"trade-offs are weighed among {MostObjectives} at most; keep the others within limits, with 'keep'");
    }

    /// <summary>Each goal has its own way of being good enough.</summary>
    private void CheckMeaning(MapNode until, ImmutableArray<Objective> objectives)
    {
        var (isBest, isReached) = (objectives is [{ Aim: Aim.Minimise or Aim.Maximise }], objectives is [{ Aim: Aim.Reach }]);
        var isKnown = objectives is [{ Aim: Aim.Learn or Aim.FindLevel }];
        var others = isKnown ? "it ends by trials or duration" : "it ends by trials, duration or stalled";
        if (until["reached"] is not null && !isBest)
            problems.Add(until.MarkOf("reached"), "'reached' is for a result that is minimised or maximised", isReached ? "how near is near enough is said with 'within'" : others);
        if (until["within"] is not null && !isReached)
            problems.Add(until.MarkOf("within"), "'within' is for a result that should reach a value", isBest ? "how good is good enough is said with 'reached'" : others);
        if (until["stalled"] is not null && isKnown)
            problems.Add(until.MarkOf("stalled"), "'stalled' is for goals by which one trial is better than another", others);
    }

    private double? Nearness(YamlNode? node, AnalysisOutput of)
    {
        var near = _quantities.Difference(node, of);
        if (near <= 0) problems.Add(node!.At, "'within' is a distance above zero", "no measurement meets a value exactly");
        return near;
    }

    private MeasurementNoise Noise(TextNode? noise, AnalysisOutput first, int objectives)
    {
        if (noise is null) return MeasurementNoise.Unknown;
        if (noise.Text == NoiseShape.None) return MeasurementNoise.None;
        var sd = _quantities.Difference(noise, first);
        if (sd > 0 && objectives > 1) problems.Add(noise.At, "one standard deviation cannot be that of several objectives", "say none, or leave it out: it is learnt");
        return sd is null ? MeasurementNoise.Unknown : new MeasurementNoise(sd);
    }

    private static int? Whole(MapNode map, string key) => (int?)(map[key] as TextNode)?.AsNumber();
}
