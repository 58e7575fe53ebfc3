using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What to do about an action that did not succeed: the first rule that is about it and can act.</summary>
/// <param name="Passed">The rules before it that are about the failure, and why each did not act.</param>
internal sealed record ErrorDecision(ErrorRule Rule, ImmutableArray<string> Passed)
{
    /// <param name="rules">The most specific first; the last ones are <see cref="ErrorPolicy.Default"/>.</param>
    /// <exception cref="InvalidOperationException">No rule can act, which cannot be where the default is among them.</exception>
    public static ErrorDecision Of(FailedAction failed, IEnumerable<ErrorRule> rules, RulesUsed used)
    {
        var passed = ImmutableArray.CreateBuilder<string>();
        foreach (var rule in rules.Where(rule => rule.IsAbout(failed.Words)))
        {
            if (Hindrance(rule, failed, used) is not { } why) return new ErrorDecision(rule, passed.ToImmutable());
            passed.Add($"{rule.Name} ({rule.Do.Word()}): {why}");
        }

        throw new InvalidOperationException($"no rule can act on {string.Join(", ", failed.Words)}: {string.Join("; ", passed)}");
    }

    /// <summary>Lab time before which another attempt does not begin; null for at once.</summary>
    public DateTimeOffset? NotBefore(FailedAction failed) =>
        Rule.Do == Reaction.Retry && Rule.Wait > TimeSpan.Zero ? failed.Now + Rule.WaitAfter(Attempts(Rule, failed)) : null;

    /// <summary>Lab time until which a person may come; null for ever, and where nobody is asked.</summary>
    public DateTimeOffset? Until(FailedAction failed) => Rule.Do == Reaction.Prompt && Rule.Within is { } within ? failed.Now + within : null;

    private static int Attempts(ErrorRule rule, FailedAction failed) => failed.Earlier.Count(one => one.Rule == rule.Name);

    /// <summary>Null where it can act.</summary>
    private static string? Hindrance(ErrorRule rule, FailedAction failed, RulesUsed used)
    {
        if (failed.IsUnknown && rule.Do is not (Reaction.Prompt or Reaction.SafeMode)) return "nobody knows whether it had its effect";
        if (rule.Most is { } most && used.Of(rule) >= most) return string.Create(CultureInfo.InvariantCulture, $"it has acted {most} times in this campaign");
        return rule.Do switch
        {
            Reaction.Retry => Twice(failed) ?? Tried(rule, failed) ?? Cooling(rule, failed, used),
            Reaction.Substitute => Twice(failed) ?? (failed.HasOther ? null : "nothing else in the lab can do it"),
            Reaction.Skip => failed.IsNeededFor,
            Reaction.Prompt or Reaction.CloseOut or Reaction.SafeMode when failed.IsAborting => "the campaign is being aborted",
            Reaction.Replan or Reaction.CloseOut when failed.CleansUp && !failed.IsAborting => "the next trial would find what this one leaves",
            Reaction.Prompt or Reaction.SafeMode when failed.IsSeen => "somebody has looked at it",
            Reaction.Prompt when Attempts(rule, failed) > 0 => "nobody came in time",
            _ => null,
        };
    }

    private static string? Twice(FailedAction failed) => failed.MayBeRepeated ? null : "it may have done something, and doing it again could do it twice";

    private static string? Tried(ErrorRule rule, FailedAction failed) =>
        Attempts(rule, failed) >= rule.Times ? string.Create(CultureInfo.InvariantCulture, $"it was tried again {(rule.Times == 1 ? "once" : $"{rule.Times} times")}") : null;

    private static string? Cooling(ErrorRule rule, FailedAction failed, RulesUsed used) =>
        used.CooledDown(rule, failed.Instrument, failed.Trial) is var until && until > failed.Now ? string.Create(CultureInfo.InvariantCulture, $"it has tried again there for another trial, and leaves {failed.Instrument} alone until {until:u}") : null;
}
