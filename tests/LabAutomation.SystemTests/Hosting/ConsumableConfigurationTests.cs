using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Simulators.Worlds;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>What is used up, who is asked for more, and what waits for it; in virtual time.</summary>
public sealed class ConsumableConfigurationTests
{
    private const string Key = "Key";

    private static readonly (string Key, string? Value)[] Cyan =
    [
        ("Consumables:0:Name", "cyan"), ("Consumables:0:Unit", "mL"), ("Consumables:0:OnHand", "2"), ("Consumables:0:Capacity", "3"), ("Consumables:0:Low", "1"), ("Consumables:0:DrawnBy:0", "pump-cyan"),
    ];

    [Fact]
    [Trait(Key, "Consumables:N:Name")]
    [Trait(Key, "Consumables:N:Unit")]
    [Trait(Key, "Consumables:N:OnHand")]
    [Trait(Key, "Consumables:N:DrawnBy")]
    public void A_campaign_waits_for_what_has_run_out_and_goes_on_when_a_person_has_refilled_it()
    {
        var (state, entries, effects) = Run(20, Cyan);

        state.End!.End.Should().Be(CampaignEnd.TrialsSpent);
        state.Trials.Should().OnlyContain(trial => trial.Outcome is TrialOutcome.Measured);
        var drawn = effects.Where(effect => effect.Device == "pump-cyan" && effect.Kind == EffectKind.Dispense).Sum(effect => effect.Amount);
        drawn.Should().BeGreaterThan(5, "much more than there was room for was drawn in all");
        entries.Select(entry => entry.Event).OfType<ConsumableDeclared>().Should().ContainSingle().Which.Consumable.Should().Be("cyan");
        entries.Select(entry => entry.Event).OfType<ConsumableRefilled>().Should().NotBeEmpty();
        var waits = entries.Select(entry => entry.Event).OfType<TrialWaits>().ToArray();
        waits.Should().NotBeEmpty().And.OnlyContain(one => one.For == "cyan");
        waits[0].Reason.Should().Match("out of cyan: it is to draw * mL, and * mL are left for it");
        entries.Where(entry => entry.Event is ActionIntended { Instrument: "pump-cyan" }).Should().OnlyContain(entry => ((ActionIntended)entry.Event).Draws != null);
        var left = 0.0;
        foreach (var (_, amount) in entries.SelectMany(Supplies).Concat(effects.Where(effect => effect is { Device: "pump-cyan", Kind: EffectKind.Dispense }).Select(effect => (effect.At, Amount: -effect.Amount))).OrderBy(one => one.At))
            (left += amount).Should().BeGreaterThanOrEqualTo(-0.02, "no more is drawn than is there, by the pump's own list and its half steps");
    }

    [Fact]
    [Trait(Key, "Consumables:N:Low")]
    [Trait(Key, "Consumables:N:Capacity")]
    public void A_person_is_asked_below_the_low_mark_for_as_much_as_there_is_room_for()
    {
        var (_, entries, _) = Run(3, Cyan);

        var asked = entries.Select(entry => entry.Event).OfType<RefillRequested>().First();
        asked.IsWaitedFor.Should().BeFalse();
        asked.Reason.Should().Match("* mL are left, and its low mark is 1 mL");
        asked.Amount.Value.Should().BeInRange(2, 3);
        var (_, never, _) = Run(3, [.. Cyan, ("Consumables:0:Low", "0"), ("Consumables:0:OnHand", "3")]);
        never.Should().NotContain(entry => entry.Event is RefillRequested);
    }

    [Fact]
    [Trait(Key, "Consumables:N:Capacity")]
    public void A_trial_that_could_need_more_than_there_is_room_for_is_refused() =>
        FluentActions.Invoking(() => Run(1, [.. Cyan, ("Consumables:0:Capacity", "0.5"), ("Consumables:0:OnHand", "0.5"), ("Consumables:0:Low", "0")])).Should().Throw<CampaignFileException>()
            .Which.Problems.Should().ContainSingle().Which.ToString().Should().Match("*colour-match.yaml:2*: a trial may draw 0.8 mL of cyan in all, and the lab has room for 0.5 mL*");

    [Theory]
    [InlineData("Consumables:0:Name", "a b", "Consumables:0: the Name of a consumable*")]
    [InlineData("Consumables:0:Name", "pump-cyan", "Consumables:0: 'pump-cyan' is what an instrument is called*")]
    [InlineData("Consumables:0:Unit", "mls", "Consumables:0: Unit: unit 'mls' is not known*")]
    [InlineData("Consumables:0:OnHand", "4", "Consumables:0: OnHand is 4, and there is room for 3*")]
    [InlineData("Consumables:0:Capacity", "0", "Consumables:0: Capacity is 0.001 to*")]
    [InlineData("Consumables:0:Low", "3", "Consumables:0: Low is 3, which a refill*")]
    [InlineData("Consumables:0:DrawnBy:0", "pump-cyam", "Consumables:0: DrawnBy names 'pump-cyam', which is no instrument*")]
    [InlineData("Consumables:0:DrawnBy:0", "pump-cyan volume", "Consumables:0: DrawnBy 'pump-cyan volume' is not INSTRUMENT*")]
    public void What_cannot_be_counted_is_refused(string key, string value, string complaint) =>
        FluentActions.Invoking(() => Run(1, [.. Cyan, (key, value)])).Should().Throw<OptionsValidationException>().WithMessage($"*{complaint}");

    [Fact]
    [Trait(Key, "Consumables:N:DrawnBy")]
    public void An_instrument_that_uses_nothing_up_is_refused_and_told_how_it_could() =>
        FluentActions.Invoking(() => Run(1, [.. Cyan, ("Consumables:0:DrawnBy:0", "stirrer")])).Should().Throw<LabException>().WithMessage("*'stirrer' declares nothing that it uses up in a unit of mL*");

    private static IEnumerable<(DateTimeOffset At, double Amount)> Supplies(LedgerEntry entry) => entry.Event switch
    {
        ConsumableDeclared declared => [(entry.At, declared.OnHand.Value)],
        ConsumableRefilled refilled => [(entry.At, refilled.Amount.Value)],
        _ => [],
    };

    private static (CampaignState State, IReadOnlyList<LedgerEntry> Entries, IReadOnlyList<LabAutomation.Simulators.Worlds.Effect> Effects) Run(int trials, params (string Key, string? Value)[] keys)
    {
        using var folder = new TemporaryFolder();
        var last = keys.GroupBy(key => key.Key).Select(group => KeyValuePair.Create(group.Key, group.Last().Value));
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(LabProcess.Root, "appsettings.json")).AddInMemoryCollection([new("Lab:DataDirectory", folder.At("record")), .. last]).Build();
        using var lab = VirtualLaboratory.Of(configuration);
        var state = lab.Run(CampaignFile.Load(LabProcess.ColourMatch).With(planner: "sobol", trials: trials));
        var entries = lab.Laboratory.Ledger.Read();
        lab.Dispose();
        return (state, entries, EffectLedger.ReadAll(folder.At("record/devices")));
    }
}
