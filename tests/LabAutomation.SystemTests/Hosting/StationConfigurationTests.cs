using LabAutomation.Agents.Campaigns;
using LabAutomation.SystemTests.Lab;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>Where instruments stand, and what campaigns call them.</summary>
public sealed class StationConfigurationTests
{
    private const string Key = "Key";

    private static readonly string[] Names = ["pump-cyan", "pump-magenta", "pump-yellow", "pump-water", "pump-waste", "stirrer", "spectrometer"];

    [Fact]
    [Trait(Key, "Instruments:N:Role")]
    [Trait(Key, "Instruments:N:Station")]
    public async Task A_trial_is_made_with_the_instruments_of_one_station_each_on_a_bench_of_its_own()
    {
        await using var lab = await ConfiguredLab.StartAsync([.. At("left", 0), .. At("right", 7)]);
        var plan = CampaignFile.Load(LabProcess.ColourMatch).With(planner: "sobol", trials: 4, parallel: 0);

        await lab.Laboratory.CheckAsync(plan, CancellationToken.None);
        var state = await lab.Laboratory.RunAsync(lab.Laboratory.Begin(plan), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));

        state.Trials.Select(trial => trial.Station).Distinct().Should().BeEquivalentTo("left", "right");
        foreach (var trial in state.Trials) trial.Actions.Values.Should().OnlyContain(action => action.Intent.Instrument.EndsWith("-" + trial.Station, StringComparison.Ordinal));
        Directory.GetDirectories(Path.Combine(lab.Laboratory.DataDirectory, "devices")).Select(Path.GetFileName).Should().BeEquivalentTo("@left", "@right");
        CampaignState.Replay(lab.Laboratory.Ledger.Read(state.Id)).Plan.Parallel.Should().BeNull("the record keeps what was asked for");
    }

    [Fact]
    [Trait(Key, "Instruments:N:Role")]
    public async Task Two_instruments_that_a_trial_could_not_tell_apart_are_refused() =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(("Instruments:5:Name", "plate"), ("Instruments:5:Role", "spectrometer"), ("Instruments:5:Station", "left"), ("Instruments:6:Station", "left")))
            .Should().ThrowAsync<OptionsValidationException>().WithMessage("*'plate' and 'spectrometer' both play the role 'spectrometer' at station 'left'*");

    [Fact]
    [Trait(Key, "Instruments:N:Station")]
    public async Task An_instrument_at_one_of_several_stations_says_what_it_is_there_for() =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(("Instruments:0:Station", "left"), ("Instruments:1:Station", "right")))
            .Should().ThrowAsync<OptionsValidationException>().WithMessage("*'pump-cyan' stands at station 'left' without a Role*");

    [Theory]
    [InlineData("Role", "a role")]
    [InlineData("Station", "left/right")]
    public async Task A_name_that_cannot_be_is_refused(string key, string value) =>
        await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(($"Instruments:5:{key}", value))).Should().ThrowAsync<OptionsValidationException>().WithMessage($"*Instruments:5: the {key} of an instrument*");

    private static IEnumerable<(string, string?)> At(string station, int first) => Names.SelectMany((role, k) => Keys(role, station, $"Instruments:{first + k}"));

    private static IEnumerable<(string, string?)> Keys(string role, string station, string at) =>
    [
        ($"{at}:Name", $"{role}-{station}"), ($"{at}:Role", role), ($"{at}:Station", station), ($"{at}:Connection", "simulated"),
        ($"{at}:Family", role == "stirrer" ? "ika-namur" : role == "spectrometer" ? "scpi-spectrometer" : "new-era-ne1000"),
        .. role.StartsWith("pump", StringComparison.Ordinal) ? [($"{at}:Settings:diameter", "26.59")] : Array.Empty<(string, string?)>(),
    ];
}
