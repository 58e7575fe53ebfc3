using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Hosting;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>The lab's rules for errors, with a diffractometer that does not answer, and the breakers of its instruments, with a furnace that always fails; in virtual time.</summary>
public sealed class ErrorConfigurationTests
{
    private const string Key = "Key";

    private static readonly (string, string?)[] Retry = [("Errors:0:On:0", "hardware_fault"), ("Errors:0:On:1", "link_lost"), ("Errors:0:Do", "retry"), ("Errors:0:Times", "2"), ("Errors:0:Wait", "60"), ("Errors:0:Factor", "3")];

    [Fact]
    [Trait(Key, "Errors:N:On")]
    [Trait(Key, "Errors:N:Do")]
    [Trait(Key, "Errors:N:Times")]
    [Trait(Key, "Errors:N:Wait")]
    [Trait(Key, "Errors:N:Factor")]
    public void A_rule_of_the_lab_acts_where_the_campaign_has_none()
    {
        var record = Run(trials: 1, Retry, isMute: true);

        var chosen = record.Where(entry => entry.Event is ReactionChosen { Step: "measure" }).Select(entry => (entry.At, Chosen: (ReactionChosen)entry.Event)).ToArray();
        chosen.Select(one => one.Chosen.Rule).Should().Equal("lab rule 1", "lab rule 1", "default rule 4");
        chosen.Take(2).Select(one => (int)Math.Round((one.Chosen.NotBefore!.Value - one.At).TotalSeconds)).Should().Equal(60, 180);
        var begun = record.Where(entry => entry.Event is ActionIntended { Step: "measure", Index: 0 }).Select(entry => entry.At).ToArray();
        begun.Should().HaveCount(3);
        begun[1].Should().BeOnOrAfter(chosen[0].Chosen.NotBefore!.Value);
        begun[2].Should().BeOnOrAfter(chosen[1].Chosen.NotBefore!.Value);
    }

    [Fact]
    [Trait(Key, "Errors:N:CoolDown")]
    public void After_a_retry_for_one_trial_the_instrument_is_left_alone_by_the_rule() =>
        PassedOver(Run(trials: 2, [.. Retry, ("Errors:0:CoolDown", "604800")], isMute: true)).Should().Contain("lab rule 1 (retry): it has tried again there for another trial, and leaves diffractometer-1 alone until");

    [Fact]
    [Trait(Key, "Errors:N:Most")]
    public void A_rule_acts_no_more_often_than_it_may() => PassedOver(Run(trials: 2, [.. Retry, ("Errors:0:Most", "2")], isMute: true)).Should().Contain("lab rule 1 (retry): it has acted 2 times in this campaign");

    [Fact]
    [Trait(Key, "Errors:N:Within")]
    public void Where_nobody_comes_in_time_the_campaign_goes_on()
    {
        var record = Run(trials: 1, [("Errors:0:On:0", "any"), ("Errors:0:Do", "prompt"), ("Errors:0:Within", "7200")]);

        var paused = record.Single(entry => entry.Event is CampaignPaused);
        ((CampaignPaused)paused.Event).Until.Should().BeCloseTo(paused.At.AddHours(2), TimeSpan.FromSeconds(1));
        record.Single(entry => entry.Event is PromptLapsed).At.Should().BeOnOrAfter(paused.At.AddHours(2)).And.BeBefore(paused.At.AddHours(2.1));
        record[^1].Event.Should().BeOfType<CampaignEnded>();
    }

    [Fact]
    [Trait(Key, "Instruments:N:BreakerFailures")]
    [Trait(Key, "Instruments:N:BreakerCoolDown")]
    public void An_instrument_that_fails_is_given_nothing_for_the_cool_down_and_then_tried()
    {
        var record = Run(trials: 3, [("Instruments:2:BreakerFailures", "2"), ("Instruments:2:BreakerWindow", "86400"), ("Instruments:2:BreakerCoolDown", "7200")]);

        var changes = record.Where(entry => entry.Event is BreakerChanged).ToArray();
        changes.Take(3).Select(entry => ((BreakerChanged)entry.Event).Phase).Should().Equal(BreakerPhase.Open, BreakerPhase.HalfOpen, BreakerPhase.Open);
        changes[1].At.Should().BeOnOrAfter(changes[0].At.AddHours(2));
        record.Where(entry => entry.Event is ActionIntended { Instrument: "furnace-1" }).Should().NotContain(entry => entry.At > changes[0].At && entry.At < changes[0].At.AddHours(2));
    }

    [Fact]
    [Trait(Key, "Instruments:N:BreakerWindow")]
    public void Failures_that_are_far_apart_open_no_breaker() => Run(trials: 3, [("Instruments:2:BreakerFailures", "2"), ("Instruments:2:BreakerWindow", "1")]).Should().NotContain(entry => entry.Event is BreakerChanged);

    [Theory]
    [InlineData("Errors:0:On:0", "never", "Errors:0: On cannot be 'never'*")]
    [InlineData("Errors:0:Do", "panic", "Errors:0: Do cannot be 'panic'*")]
    [InlineData("Errors:0:Times", "21", "Errors:0: Times is 1 to 20*")]
    [InlineData("Errors:0:Within", "60", "Errors:0: Within belongs to prompt, and the rule is to retry*")]
    [InlineData("Errors:0:Wait", null, "Errors: lab rule 1 has a 'factor' and no 'wait'*")]
    [InlineData("Instruments:2:BreakerFailures", "1001", "Instruments:2: BreakerFailures is 0 to 1000*")]
    public void What_cannot_be_is_refused(string key, string? value, string complaint) =>
        FluentActions.Invoking(() => Run(1, [.. Retry.Where(one => one.Item1 != key), .. value is null ? Array.Empty<(string, string?)>() : [(key, value)]])).Should().Throw<OptionsValidationException>().WithMessage($"*{complaint}");

    private static string PassedOver(IEnumerable<LedgerEntry> record) => string.Join("\n", record.Select(entry => entry.Event).OfType<ReactionChosen>().Where(chosen => chosen.Trial == 2).SelectMany(chosen => chosen.Passed ?? []));

    private static IReadOnlyList<LedgerEntry> Run(int trials, (string Key, string? Value)[] keys, bool isMute = false)
    {
        using var folder = new TemporaryFolder();
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(LabProcess.Root, "campaigns", "a-lab.lab.json")).AddInMemoryCollection(
        [
            new("Lab:DataDirectory", folder.At("record")), new("Simulation:Seed", "1"), new("Instruments:3:Role", "spare"), new("Instruments:4:Role", "spare"), new("Instruments:5:Role", "spare"), new("Instruments:7:Role", "spare"), new("Instruments:2:FillFor", "0"),
            .. keys.Select(key => KeyValuePair.Create(key.Key, key.Value)),
        ]).Build();
        using var lab = VirtualLaboratory.Of(configuration);
        var plan = CampaignFile.Load(Path.Combine(LabProcess.Root, "campaigns", "a-lab.yaml")).With(planner: "sobol", trials: trials);
        lab.Run(async laboratory =>
        {
            await laboratory.CheckAsync(plan, CancellationToken.None);
            var id = laboratory.Begin(plan);
            if (isMute) laboratory.FaultsOf("diffractometer-1").Silent = true;
            else laboratory.Floor!.BreakSensor("furnace-1", broken: true);
            return await laboratory.RunAsync(id, CancellationToken.None);
        });
        return lab.Laboratory.Ledger.Read();
    }
}
