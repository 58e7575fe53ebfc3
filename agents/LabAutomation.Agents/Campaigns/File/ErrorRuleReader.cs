using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Error rules of a campaign file.</summary>
internal sealed class ErrorRuleReader(ProblemList problems)
{
    /// <param name="level">Whose they are, as the record speaks of them.</param>
    /// <param name="mayCleanUp">Whether they can be asked about what fails in a step that cleans up.</param>
    public ImmutableArray<ErrorRule> Read(ListNode? rules, string level, bool mayCleanUp)
    {
        if (rules is null) return [];
        var read = ErrorPolicy.Named(level, rules.Items.OfType<MapNode>().Where(CampaignKeys.ErrorRules.Accepts).Select(Rule));
        foreach (var (rule, complaint) in Complaints(read, mayCleanUp)) problems.Add(rule.Mark, complaint.Message, complaint.Hint);
        return read;
    }

    /// <summary>What is wrong with rules as such: those that never act.</summary>
    public static IEnumerable<(ErrorRule Rule, (string Message, string Hint) Complaint)> Complaints(ImmutableArray<ErrorRule> rules, bool mayCleanUp)
    {
        for (var k = 0; k < rules.Length; k++)
        {
            var rule = rules[k];
            if (rule.On is [ErrorWords.UnknownOutcome] && rule.Do is not (Reaction.Prompt or Reaction.SafeMode))
                yield return (rule, ($"{rule.Name} cannot {rule.Do.Word()} what nobody knows the outcome of", "only prompt and safe_mode are for unknown_outcome: nothing is done twice"));
            if (rule.On is [ErrorWords.CleaningUp] && rule.Do is Reaction.Replan or Reaction.CloseOut)
                yield return (rule, ($"{rule.Name} would leave what cleaning up did not take away to the next trial", "for cleaning_up there are retry, substitute, skip, prompt and safe_mode"));
            if (rule is { On: [ErrorWords.Analysis], Do: Reaction.Substitute }) yield return (rule, ($"{rule.Name} would have another instrument make an analysis", "for analysis there are retry, skip, replan, prompt, close_out and safe_mode"));
            if (rule.Factor > 1 && rule.Wait == TimeSpan.Zero) yield return (rule, ($"{rule.Name} has a 'factor' and no 'wait' that it could make longer", "give it a 'wait', such as 10 s"));
            if (rules.Take(k).FirstOrDefault(earlier => Ends(earlier, rule, mayCleanUp)) is { } before)
                yield return (rule, ($"{rule.Name} never acts: {before.Name} does before it, whatever happens", "put it first, or give the other one a 'most'"));
        }
    }

    /// <summary>Whether a rule leaves nothing to another.</summary>
    private static bool Ends(ErrorRule earlier, ErrorRule rule, bool mayCleanUp)
    {
        if (earlier.Most is not null || !rule.On.All(word => earlier.On.Contains(word) || earlier.On.Contains(ErrorWords.Any))) return false;

        // It leaves what somebody has looked at to others, of which these two leave it, too.
        if (earlier.Do == Reaction.SafeMode) return rule.Do is Reaction.Prompt or Reaction.SafeMode;

        // These two leave what nobody knows and what fails in cleaning up to others.
        var leavesUnknown = rule.Do is Reaction.Prompt or Reaction.SafeMode && rule.On.Any(word => word is ErrorWords.Any or ErrorWords.UnknownOutcome);
        return earlier.Do is Reaction.Replan or Reaction.CloseOut && !mayCleanUp && !leavesUnknown;
    }

    private static ErrorRule Rule(MapNode rule) => new(
        rule["on"] is ListNode list ? [.. list.Items.OfType<TextNode>().Select(word => word.Text)] : [((TextNode)rule["on"]!).Text], Reactions.Parse(((TextNode)rule["do"]!).Text))
    {
        Times = (int?)Number(rule, "times") ?? 1,
        Wait = Time(rule, "wait") ?? TimeSpan.Zero,
        Factor = Number(rule, "factor") ?? 1,
        CoolDown = Time(rule, "cool_down") ?? TimeSpan.Zero,
        Within = Time(rule, "within"),
        Most = (int?)Number(rule, "most"),
        Mark = rule.At,
    };

    private static double? Number(MapNode rule, string key) => (rule[key] as TextNode)?.AsNumber();

    private static TimeSpan? Time(MapNode rule, string key) => rule[key] is TextNode text ? TimeShape.Read(text) : null;
}
