using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>Every assertion bites: a driver, host or broker that breaks it is found, and told apart from those that break others.</summary>
public sealed class BrokenDriverTests
{
    /// <summary>Quick ones that a driver which breaks another assertion must pass all the same.</summary>
    private static readonly int[] Others = [1, 4, 8, 16, 24];

    /// <summary>The one about the whole suite has a test of its own.</summary>
    private const int Suite = 51;

    public static TheoryData<int, string> Broken() => BrokenIn(1, 25);

    /// <summary>The drivers that break one of these assertions.</summary>
    internal static TheoryData<int, string> BrokenIn(int first, int last)
    {
        var data = new TheoryData<int, string>();
        foreach (var driver in BrokenDrivers.All().Where(driver => driver.Breaks >= first && driver.Breaks <= last)) data.Add(driver.Breaks, driver.How);
        return data;
    }

    [Fact]
    public void Every_assertion_has_a_broken_driver()
    {
        var ids = ConformanceKit.Ids.Select(assertion => assertion.Id).ToArray();

        ids.Should().Equal(Enumerable.Range(1, 52));
        BrokenDrivers.All().Select(driver => driver.Breaks).Append(Suite).Distinct().Order().Should().Equal(ids);
    }

    [Fact]
    public async Task A_simulator_that_fails_one_assertion_fails_the_suite()
    {
        var driver = BrokenDrivers.All().Single(driver => driver.Breaks == 8);
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(driver.Setup), ConformingFamilies.SampleOf(driver.Family));

        var verdicts = await kit.CheckAsync();

        verdicts.Single(verdict => verdict.Id == Suite).Should().Match<ConformanceVerdict>(verdict => verdict.Failed && verdict.Detail.EndsWith("seen: 8 failed"));
    }

    [Fact]
    public async Task What_is_asked_of_commands_that_wait_does_not_apply_to_a_driver_that_lets_none_wait()
    {
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(BrokenDrivers.LetsNoneWait()), ConformingFamilies.SampleOf(BrokenDrivers.Pump));

        var verdicts = await kit.CheckAsync([25, 31]);

        verdicts.Should().OnlyContain(verdict => verdict.Outcome == ConformanceOutcome.DoesNotApply && verdict.Detail.StartsWith("the driver lets no command wait: "));
    }

    [Theory]
    [InlineData("making it safe does nothing", "s of the abort of a unit that a fault had aborted in Execute")]
    [InlineData("making it safe does nothing, and its heater is on", "s of the abort in Idle after heat")]
    [InlineData("it says that it has cancelled, and lets the device go on", "s of the cancel")]
    public async Task A_device_that_goes_on_is_seen_by_its_own_state(string how, string when)
    {
        var driver = BrokenDrivers.All().Single(driver => driver.How == how);
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(driver.Setup), ConformingFamilies.SampleOf(driver.Family));

        var verdict = (await kit.CheckAsync([driver.Breaks])).Single();

        verdict.Detail.Should().Contain("expected a device at rest within").And.Contain(when).And.EndWith("and a device that goes on");
    }

    [Theory]
    [InlineData("after a restart it knows nothing of anything", "an unknown outcome after each of 4 kills")]
    [InlineData("what another pump counts is to it what its own had counted", "1 effect and no more; seen: Succeeded ('done') with 2 effects, killed at boundary 7 of its journal, with another device in the place of the one that had begun it")]
    public async Task A_driver_that_does_not_find_out_or_takes_another_device_s_word_is_told_apart(string how, string seen)
    {
        var driver = BrokenDrivers.All().Single(driver => driver.How == how);
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(driver.Setup), ConformingFamilies.SampleOf(driver.Family));

        var verdict = (await kit.CheckAsync([driver.Breaks])).Single();

        verdict.Failed.Should().BeTrue();
        verdict.Detail.Should().Contain(seen);
    }

    [Fact]
    public async Task How_often_a_person_had_to_look_is_told_where_the_driver_passes()
    {
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(ConformingFamilies.Setup(BrokenDrivers.Stirrer)), ConformingFamilies.SampleOf(BrokenDrivers.Stirrer));

        var verdict = (await kit.CheckAsync([38])).Single();

        verdict.Outcome.Should().Be(ConformanceOutcome.Passed);
        verdict.Detail.Should().MatchRegex("^a person had to look at the device after [1-6] of [4-7] kills$");
    }

    [Fact]
    public async Task Where_nobody_can_see_the_device_the_verdict_says_that_it_was_not_looked_at()
    {
        var (seen, unseen) = (BrokenDrivers.Unbroken(isSeen: true), BrokenDrivers.Unbroken(isSeen: false));
        int[] looking = [18, 32];

        var verdicts = await KitOf(seen).CheckAsync(looking);
        var blind = await KitOf(unseen).CheckAsync(looking);

        verdicts.Should().OnlyContain(verdict => verdict.Outcome == ConformanceOutcome.Passed && verdict.Detail == "");
        blind.Should().OnlyContain(verdict => verdict.Outcome == ConformanceOutcome.Passed && verdict.ToString().EndsWith("the device itself was not looked at, since nobody can say whether it is at rest"));

        static ConformanceKit KitOf(InProcessSetup setup) => new(() => InProcessHarness.OpenAsync(setup), ConformingFamilies.SampleOf(BrokenDrivers.Pump));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public Task A_broken_driver_fails_its_assertion_and_no_other_that_could_hold(int id, string how) => FailsAsync(id, how);

    internal static async Task FailsAsync(int id, string how)
    {
        var driver = BrokenDrivers.All().Single(driver => driver.Breaks == id && driver.How == how);
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(driver.Setup with { Patience = TimeSpan.FromSeconds(2) }), ConformingFamilies.SampleOf(driver.Family));

        var verdicts = await kit.CheckAsync([.. Others, id]);

        verdicts.Single(verdict => verdict.Id == id).Failed.Should().BeTrue($"{driver.How}, but {verdicts.Single(verdict => verdict.Id == id)}");
        verdicts.Where(verdict => verdict.Failed).Select(verdict => verdict.Id).Should().BeSubsetOf([id, .. driver.Along], driver.How);
        verdicts.Should().NotContain(verdict => verdict.Detail.Contains("Exception:"), "the kit itself must not fail");
    }
}
