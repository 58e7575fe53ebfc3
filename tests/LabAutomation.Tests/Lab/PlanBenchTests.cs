using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Reasoning;
using LabAutomation.Tests.Campaigns;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Lab;

/// <summary>What campaigns are held against in a conversation that stays open while people change the lab.</summary>
public sealed class PlanBenchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plan-bench-").FullName;
    private readonly CampaignPlan _plan = CampaignTexts.Parse(CampaignTexts.Match.Replace("reached: 2.0", "reached: 90", StringComparison.Ordinal));

    private string File => Path.Combine(_folder, "lab.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_drawn_is_read_from_the_lab_of_that_moment()
    {
        Write(_ => { });
        using var bench = Bench(File);
        var view = bench.View(_folder, (_, _) => throw new InvalidOperationException("nothing is to run"), new Dictionary<string, string>());
        PlanReading.Facts(_plan, view).Draws.Should().BeEmpty();

        Write(lab => lab["Consumables"] = JsonNode.Parse("""[ { "Name": "cyan", "Unit": "mL", "OnHand": 500, "Capacity": 500, "DrawnBy": [ "pump-cyan" ] } ]"""));
        var drawn = PlanReading.Facts(_plan, view).Draws;
        Write(lab => lab["Instruments"]!.AsArray().RemoveAt(0));
        var problems = view.Check(_plan);
        System.IO.File.Delete(File);

        drawn.Should().ContainKey("cyan").WhoseValue.Value.Should().BeApproximately(32, 1e-9);
        problems.Should().Contain(problem => problem.Message.Contains("there is no instrument 'pump-cyan'"));
        FluentActions.Invoking(() => view.Check(_plan)).Should().Throw<LabException>("a lab that nobody can read offers nothing").WithMessage("there is no configuration file*");
    }

    [Fact]
    public async Task A_lab_of_real_instruments_is_forecast_with_simulated_ones_in_their_place_and_nobody_connects()
    {
        Write(lab => lab["Instruments"]![0]!["Connection"] = "tcp://127.0.0.1:9");
        using var bench = Bench(File);
        var view = bench.View(_folder, (_, _) => throw new InvalidOperationException("nothing is to run"), new Dictionary<string, string>());
        using var bed = new Reasoning.GateBed();
        var gate = bed.GateOf([.. LabTools.Of(bed.Record, view, () => bed.Policy)]);

        var forecast = await gate.CallAsync(bed.Account("client"), "a", "forecast_campaign", Text(_plan.Text), default);
        var misfit = await gate.CallAsync(bed.Account("client"), "b", "forecast_campaign", Text(_plan.Text.Replace("instrument: pump-water", "instrument: pump-wader", StringComparison.Ordinal)), default);

        forecast.Result.Failed.Should().BeFalse(forecast.Result.Text);
        forecast.Result.Text.Should().Contain("goal reached").And.Contain("pump-water ");
        misfit.Result.Should().Match<ToolResult>(result => result.Failed && result.Label == Label.Untrusted && result.Text.StartsWith("It is not valid. 1 problems:\nproposal.yaml:"));
    }

    private static PlanBench Bench(string file) => new(
        new CurrentSettings(file, () => System.IO.File.Exists(file)
            ? new Settings(new ConfigurationBuilder().AddJsonFile(file).Build(), InstrumentFamilies.BuiltIn) { File = file }
            : throw new LabException(LabFault.Configuration, $"there is no configuration file '{file}'")),
        _ => throw new InvalidOperationException("somebody connects"));

    private static ImmutableSortedDictionary<string, string> Text(string text) => ImmutableSortedDictionary<string, string>.Empty.Add("text", text);

    private void Write(Action<JsonObject> edit)
    {
        var lab = JsonNode.Parse(System.IO.File.ReadAllText(Repository.At("appsettings.json")))!.AsObject();
        edit(lab);
        System.IO.File.WriteAllText(File, lab.ToJsonString());
    }
}
