using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Nodes to a plan. What does not have its shape is reported once and left out, so that the rest is still looked at.</summary>
internal sealed class CampaignReader
{
    private readonly MapNode _root;
    private readonly ProblemList _problems;

    private CampaignReader(MapNode root, ProblemList problems) => (_root, _problems) = (root, problems);

    /// <summary>Null where there are problems that leave no plan.</summary>
    public static CampaignPlan? Read(MapNode root, string text, string file, IReadOnlyDictionary<string, string> given, TableReader tables, ProblemList problems)
    {
        CampaignKeys.Campaign.Check(root, "campaign", problems);
        return new CampaignReader(root, problems).Plan(text, file, given, tables);
    }

    private CampaignPlan? Plan(string text, string file, IReadOnlyDictionary<string, string> given, TableReader tables)
    {
        var parameters = new ParameterReader(tables, _problems).Read(_root["parameters"] as MapNode);
        var constants = new ConstantReader(parameters, _problems).Read(_root["constants"] as MapNode, given);
        var expressions = new ExpressionReader(parameters, constants, _problems);
        var constraints = Texts(_root["constraints"]).Select(expressions.Condition).OfType<Condition>().ToImmutableArray();
        var parts = new PartReader(parameters, _problems);
        var (mixtures, counts) = (parts.Mixtures(_root["mixtures"] as ListNode), parts.Counts(_root["counts"] as ListNode));
        var candidates = _root["candidates"] is { } rows && CampaignKeys.Candidates.Accepts(rows) ? new CandidateReader(parameters, tables, _problems).Read(rows) : null;
        var suspend = new SuspenderReader(_problems).Read(_root["suspend"] as ListNode);
        var errors = new ErrorRuleReader(_problems).Read(_root["errors"] as ListNode, "campaign", mayCleanUp: true);
        var steps = new WorkflowReader(expressions, _problems).Read(_root["workflow"] as ListNode);
        var analyses = Items(_root["analysis"]).OfType<MapNode>().Select(Analysis).OfType<AnalysisPlan>().ToImmutableArray();
        var limits = Limits(_root["limits"] as MapNode);
        var allRead = _root["analysis"] is ListNode list && list.Items.Length == analyses.Length;
        var goal = new GoalReader(allRead ? analyses : null, parameters, _problems).Read(_root["goal"] as MapNode);
        var planner = _root["planner"] as MapNode;
        var kind = planner is null ? CampaignFile.PlannerKinds[0] : Text(planner, "kind");
        var advice = new AdvicePlanReader(parameters, _problems).Read(_root["advice"], kind, goal);
        PlanCheck.OfNames(analyses, _problems);
        PlanCheck.OfAnalyses(analyses, steps, parameters, _problems);
        PlanCheck.OfSkips(analyses, steps, _problems);
        if (goal is not null) PlanCheck.OfSkips(analyses, goal, _problems);
        PlanCheck.OfInstruments(limits, steps, _problems);
        if (_problems.Count > 0 || goal is null) return null;

        var plan = new CampaignPlan
        {
            Name = Text(_root, "campaign")!,
            Description = Text(_root, "description") ?? "",
            Seed = Integer(_root, "seed") ?? 1,
            Goal = goal,
            Parameters = parameters,
            Constants = constants,
            Given = given.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Constraints = constraints,
            Mixtures = mixtures,
            Counts = counts,
            Candidates = candidates,
            Repeats = _root["repeat"] is TextNode { Text: "true" },
            Tables = tables.Read,
            Steps = steps,
            Analyses = analyses,
            PlannerKind = kind!,
            PlannerInitial = planner is null ? null : Integer(planner, "initial"),
            PlannerThreads = planner is null ? 1 : Integer(planner, "threads") ?? 1,
            Advice = advice,
            Limits = limits,
            Errors = errors,
            Suspend = suspend,
            Parallel = _root["parallel"] is TextNode { Text: CampaignPlan.OneAtEachStation } ? null : Integer(_root, "parallel") ?? 1,
            Priority = Integer(_root, "priority") ?? 0,
            IsUntrusted = Text(_root, "label") is not null,
            File = file,
            Text = text,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
        };
        PlanCheck.OfActivity(plan, _problems);
        PlanCheck.OfFeasibility(plan, _root, _problems);
        return plan;
    }

    private AnalysisPlan? Analysis(MapNode node, int index) => AnalysisReader.Read(node) is not { } analysis ? null
        : analysis with { Errors = new ErrorRuleReader(_problems).Read(node["errors"] as ListNode, FormattableString.Invariant($"analysis {index + 1}"), mayCleanUp: false) };

    private static CampaignLimits Limits(MapNode? limits)
    {
        if (limits is null) return new CampaignLimits(null, CampaignLimits.DefaultFailedTrials, CampaignLimits.DefaultTrial);
        ImmutableArray<string>? instruments = limits["instruments"] is ListNode list ? [.. Texts(list).Select(text => text.Text)] : null;
        return new CampaignLimits(
            instruments,
            Integer(limits, "failed_trials") ?? CampaignLimits.DefaultFailedTrials,
            Time(limits, "trial") ?? CampaignLimits.DefaultTrial);
    }

    private static ImmutableArray<YamlNode> Items(YamlNode? node) => node is ListNode list ? list.Items : [];

    private static IEnumerable<TextNode> Texts(YamlNode? node) => Items(node).OfType<TextNode>().Where(text => !text.IsOtherThanText);

    private static string? Text(MapNode map, string key) => map[key] is TextNode { IsEmpty: false } text ? text.Text : null;

    private static double? Number(MapNode map, string key) => (map[key] as TextNode)?.AsNumber();

    private static int? Integer(MapNode map, string key) =>
        Number(map, key) is { } number && number is >= int.MinValue and <= int.MaxValue ? (int)number : null;

    private static TimeSpan? Time(MapNode map, string key) => map[key] is TextNode text ? TimeShape.Read(text) : null;
}
