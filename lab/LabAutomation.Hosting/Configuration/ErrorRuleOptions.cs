using System.ComponentModel.DataAnnotations;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting;

/// <summary>One entry of the list <c>Errors</c>: a rule for what to do about errors, where campaigns say nothing.</summary>
public sealed class ErrorRuleOptions
{
    public const string Section = "Errors";

    /// <summary>What the rule is about, of <see cref="ErrorWords.All"/>.</summary>
    public List<string> On { get; set; } = [];

    /// <summary>What is done, of <see cref="Reactions.Words"/>.</summary>
    [Required(ErrorMessage = "Do says what is done")]
    public string Do { get; set; } = "";

    /// <summary>Of a retry: how often it is tried again.</summary>
    [Range(1, ErrorRule.MostTimes, ErrorMessage = "Times is 1 to 20")]
    public int? Times { get; set; }

    /// <summary>Of a retry: seconds of lab time before it is tried again.</summary>
    [Range(0.0, 86_400.0, ErrorMessage = "Wait is 0 to 86400 s")]
    public double? Wait { get; set; }

    /// <summary>Of a retry: how many times as long as the wait before each wait is.</summary>
    [Range(1.0, 10.0, ErrorMessage = "Factor is 1 to 10")]
    public double? Factor { get; set; }

    /// <summary>Of a retry: seconds of lab time before the rule tries again on the same instrument for another trial.</summary>
    [Range(0.0, 604_800.0, ErrorMessage = "CoolDown is 0 to 604800 s")]
    public double? CoolDown { get; set; }

    /// <summary>Of a prompt: seconds of lab time within which a person must have come.</summary>
    [Range(1.0, 31_536_000.0, ErrorMessage = "Within is 1 to 31536000 s")]
    public double? Within { get; set; }

    /// <summary>How often the rule acts in one campaign.</summary>
    [Range(1, ErrorRule.MostActs, ErrorMessage = "Most is 1 to 100000")]
    public int? Most { get; set; }

    internal ErrorRule ToRule() => new([.. On], Reactions.Parse(Do))
    {
        Times = Times ?? 1,
        Wait = TimeSpan.FromSeconds(Wait ?? 0),
        Factor = Factor ?? 1,
        CoolDown = TimeSpan.FromSeconds(CoolDown ?? 0),
        Within = Within is { } within ? TimeSpan.FromSeconds(within) : null,
        Most = Most,
    };
}
