using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How often the rules of a campaign have acted.</summary>
internal sealed record RulesUsed
{
    public static readonly RulesUsed None = new();

    private ImmutableDictionary<string, int> Acts { get; init; } = ImmutableDictionary<string, int>.Empty;

    private ImmutableDictionary<(string Rule, string Instrument), (int Trial, DateTimeOffset At)> Retries { get; init; } = ImmutableDictionary<(string, string), (int, DateTimeOffset)>.Empty;

    public int Of(ErrorRule rule) => Acts.GetValueOrDefault(rule.Name);

    /// <summary>Until when a rule leaves an instrument alone after another attempt there for another trial.</summary>
    public DateTimeOffset CooledDown(ErrorRule rule, string instrument, int trial) =>
        Retries.TryGetValue((rule.Name, instrument), out var last) && last.Trial != trial ? last.At + rule.CoolDown : DateTimeOffset.MinValue;

    public RulesUsed With(ReactionChosen chosen, DateTimeOffset at) => this with
    {
        Acts = Acts.SetItem(chosen.Rule, Acts.GetValueOrDefault(chosen.Rule) + 1),
        Retries = chosen.Reaction == Reaction.Retry ? Retries.SetItem((chosen.Rule, chosen.Instrument), (chosen.Trial, at)) : Retries,
    };
}
