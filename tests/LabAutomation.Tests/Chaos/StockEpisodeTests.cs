using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Protocol;
using LabAutomation.Testing;
using LabAutomation.Tests.Consumables;
using Microsoft.Extensions.Configuration;
using DeviceEffect = LabAutomation.Simulators.Worlds.Effect;

namespace LabAutomation.Tests.Chaos;

/// <summary>Consumables that run out while everything else goes wrong, and the oracle that counts what was drawn.</summary>
public sealed class StockEpisodeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void No_fault_makes_a_lab_draw_what_is_not_there()
    {
        var chaos = ChaosBench.Setup(trials: 6);
        var setup = new EpisodeSetup(chaos.Plans, new ConfigurationBuilder().AddInMemoryCollection([.. ColourBenchConfiguration.Keys,
            new("Consumables:0:Name", "cyan"), new("Consumables:0:Unit", "mL"), new("Consumables:0:OnHand", "1"), new("Consumables:0:Capacity", "1.5"), new("Consumables:0:DrawnBy:0", "pump-cyan"),
            new("Consumables:1:Name", "water"), new("Consumables:1:Unit", "mL"), new("Consumables:1:OnHand", "3"), new("Consumables:1:Capacity", "3"), new("Consumables:1:Low", "1"), new("Consumables:1:DrawnBy:0", "pump-water")]).Build());
        var run = new ChaosRun(setup, threads: 1);
        run.Calm(1).Violations.Should().BeEmpty();

        for (var seed = 1; seed <= 12; seed++) Episode.Run(setup, seed, run.Draw!.Draw(seed)).Violations.Should().BeEmpty($"seed {seed}");

        Episode.Run(setup, 12, run.Draw!.Draw(12)).Hash.Should().Be(Episode.Run(setup, 12, run.Draw!.Draw(12)).Hash);
    }

    [Theory]
    [InlineData(new[] { 2.0, 3.0 }, 0, null)]
    [InlineData(new[] { 2.0, 3.5 }, 0, "0.5 mL of cyan were drawn that were not there, the last by pump at 2026-01-01 08:02:00Z (effect 2)")]
    [InlineData(new[] { 2.0, 3.5 }, 1, null)]
    public void What_was_drawn_beyond_what_was_there_is_seen(double[] effects, double refilled, string? said)
    {
        var violations = StockOracle.Judge(Evidence(effects, refilled, refilledAt: 1.5)).ToArray();

        if (said is null) violations.Should().BeEmpty();
        else violations.Should().ContainSingle().Which.Message.Should().Be(said);
    }

    [Fact]
    public void A_refill_that_came_too_late_is_no_excuse() =>
        StockOracle.Judge(Evidence([2.0, 3.5], refilled: 1, refilledAt: 3)).Should().ContainSingle();

    [Fact]
    public void What_reports_that_it_drew_less_drew_less_and_what_reports_nothing_is_no_excuse()
    {
        var evidence = Evidence([2.0, 3.5], 0, 0);
        var failed = StockBookTests.Dose(2, 3.5) with { Instrument = "pump" };
        Evidence With(ImmutableSortedDictionary<string, Quantity> outputs)
        {
            var ended = new ActionEnded(failed.Action, 2, failed.Step, failed.Index, new ResultFrame(failed.Action, ActionStatus.Failed, CauseCode.HardwareFault, "", true, outputs, [], Start, Start, 1));
            return new Evidence(evidence.States, [.. evidence.Entries, new LedgerEntry(9, "c-1", Start, failed, ""), new LedgerEntry(10, "c-1", Start, ended, "")], evidence.Verdict, evidence.Effects, [], evidence.Bus, false) { Stations = evidence.Stations };
        }

        StockOracle.Judge(With(ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(3, "mL")))).Should().BeEmpty();
        StockOracle.Judge(With(ImmutableSortedDictionary<string, Quantity>.Empty)).Should().ContainSingle();
    }

    private static Evidence Evidence(double[] effects, double refilled, double refilledAt)
    {
        Quantity Millilitres(double value) => Quantity.Of(value, "mL");
        List<LedgerEntry> entries = [new(1, Ledger.OfTheLab, Start, new ConsumableDeclared("cyan", Millilitres(5), Millilitres(10), Millilitres(0)), "")];
        if (refilled > 0) entries.Add(new LedgerEntry(2, Ledger.OfTheLab, Start.AddMinutes(refilledAt), new ConsumableRefilled("cyan", Millilitres(refilled), "ada"), ""));
        return new Evidence([], entries, new LedgerVerdict(entries.Count, "", null), [.. effects.Select((amount, k) => new DeviceEffect(k + 1, Start.AddMinutes(k + 1), "pump", "dispense", amount))], [], new BusRecord(), false)
        {
            Stations = LabStations.OnePlace with { Consumables = [new Consumable("cyan", Unit.Parse("mL"), 5, 10, 0, [new DrawPoint("pump")])] },
        };
    }
}
