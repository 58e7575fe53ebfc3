using System.ComponentModel.DataAnnotations;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting;

/// <summary>Whether the lab's rules for errors say something that can be done.</summary>
internal static class ErrorRuleValidation
{
    public static IEnumerable<string> Of(IReadOnlyList<ErrorRuleOptions> rules)
    {
        var sound = true;
        for (var k = 0; k < rules.Count; k++)
        {
            foreach (var failure in Of(rules[k]))
            {
                sound = false;
                yield return $"{ErrorRuleOptions.Section}:{k}: {failure}";
            }
        }

        if (!sound) yield break;
        foreach (var (rule, complaint) in ErrorRuleReader.Complaints(ErrorPolicy.Named("lab", rules.Select(rule => rule.ToRule())), mayCleanUp: true))
            yield return $"{ErrorRuleOptions.Section}: {complaint.Message}; {complaint.Hint}";
    }

    private static IEnumerable<string> Of(ErrorRuleOptions rule)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(rule, new ValidationContext(rule), results, validateAllProperties: true);
        foreach (var result in results) yield return result.ErrorMessage!;
        if (rule.On.Count == 0) yield return $"On says what the rule is about: {string.Join(", ", ErrorWords.All)}";
        foreach (var stranger in rule.On.Where(word => !ErrorWords.All.Contains(word))) yield return $"On cannot be '{stranger}'; there are {string.Join(", ", ErrorWords.All)}";
        if (rule.Do.Length > 0 && !Reactions.Words.Contains(rule.Do)) yield return $"Do cannot be '{rule.Do}'; there are {string.Join(", ", Reactions.Words)}";
        (string Key, bool IsGiven, string Of)[] keys = [("Times", rule.Times is not null, "retry"), ("Wait", rule.Wait is not null, "retry"), ("Factor", rule.Factor is not null, "retry"), ("CoolDown", rule.CoolDown is not null, "retry"), ("Within", rule.Within is not null, "prompt")];
        foreach (var (key, _, of) in keys.Where(key => key.IsGiven && key.Of != rule.Do)) yield return $"{key} belongs to {of}, and the rule is to {rule.Do}";
    }
}
