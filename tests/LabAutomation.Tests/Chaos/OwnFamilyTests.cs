using LabAutomation.Hosting;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Testing;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Chaos;

/// <summary>Drivers and constants of one's own in a virtual lab.</summary>
public sealed class OwnFamilyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("own-family-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_campaign_runs_with_drivers_of_ones_own()
    {
        var made = 0;
        await using var lab = VirtualLab.From(Repository.At("campaigns", "colour-match.yaml"), planner: "sobol", trials: 1, families: Counting(() => made++));

        (await lab.RunAsync()).Trials.Should().ContainSingle();

        made.Should().Be(5, "the bench has five pumps");
    }

    [Fact]
    public void So_it_does_under_faults()
    {
        var made = 0;
        var faults = Path.Combine(_folder, "faults.yaml");
        File.WriteAllText(faults, "faults:\n  - { kind: crash, at: 5 s, for: 1 min }\n");

        var end = VirtualLab.RunUnder(faults, Repository.At("campaigns", "colour-match.yaml"), planner: "sobol", trials: 1, families: Counting(() => made++));

        (end.Violations.Length, end.Starts, made).Should().Be((0, 2, 10));
    }

    [Fact]
    public async Task A_constant_has_the_value_that_is_given()
    {
        var campaign = Path.Combine(_folder, "given.yaml");
        File.WriteAllText(campaign, File.ReadAllText(Repository.At("campaigns", "colour-match.yaml")).Replace("speed: 600 rpm", "speed: =speed", StringComparison.Ordinal) + "\nconstants:\n  speed: 600 rpm\n");
        await using var lab = VirtualLab.From(campaign, planner: "sobol", trials: 1, constants: new Dictionary<string, string> { ["speed"] = "400 rpm" });

        await lab.RunAsync();

        lab.Effects.Where(effect => effect.Kind == "stir").Should().OnlyContain(effect => effect.Amount == 400).And.NotBeEmpty();
    }

    [Fact]
    public async Task How_instruments_stand_can_be_asked_and_the_record_stays_the_same()
    {
        await using var watched = Lab();
        await using var alone = Lab();
        await alone.RunAsync();
        await watched.RunAsync();

        var stirrer = watched.Instruments["stirrer"];

        (stirrer.Online, stirrer.State).Should().Be((true, UnitState.Idle));
        stirrer.Properties["speed"].Value.Value.Should().BeLessThan(5);
        watched.Instruments.Should().HaveCount(7);
        watched.LedgerHash.Should().Be(alone.LedgerHash);

        static VirtualLab Lab() => VirtualLab.From(Repository.At("campaigns", "colour-match.yaml"), seed: 5, planner: "sobol", trials: 1);
    }

    private static InstrumentFamilies Counting(Action made) => InstrumentFamilies.BuiltIn with
    {
        Drivers = DriverFamilies.BuiltIn.With(NewEraPumpDriver.FamilyName, (settings, connect, lab, link) =>
        {
            made();
            return new NewEraPumpDriver(NewEraPumpOptions.From(settings), connect, lab, link);
        }),
    };
}
