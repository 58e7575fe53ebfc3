using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Agents.Analysis;

/// <summary>A quantity that an instrument gave, as the analyst takes it.</summary>
public sealed class ReadingAnalystTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reading-analyst-").FullName;
    private readonly Ledger _ledger;

    public ReadingAnalystTests() => _ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), TimeProvider.System);

    public void Dispose()
    {
        _ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void It_is_taken_as_it_is() => Run("input: scanned.fraction", ("fraction", new Quantity(0.62, Unit.One))).Should().Be(new Quantity(0.62, Unit.One));

    [Fact]
    public void Its_own_deviation_comes_with_it() => Run("input: scanned.fraction", ("fraction", new Quantity(0.62, Unit.One, 0.02))).Should().Be(new Quantity(0.62, Unit.One, 0.02));

    [Fact]
    public void An_error_that_is_named_counts_before_its_own() =>
        Run("input: scanned.fraction, error: scanned.error", ("fraction", new Quantity(0.62, Unit.One, 0.02)), ("error", new Quantity(3, Unit.Parse("%")))).Should().Be(new Quantity(0.62, Unit.One, 0.03));

    [Fact]
    public void It_is_recorded_in_its_unit_and_the_zero_point_of_a_temperature_counts_once()
    {
        var read = Run("input: scanned.peak, error: scanned.error, unit: K", ("peak", Quantity.Of(850, "°C")), ("error", Quantity.Of(2, "K")));

        (read.Value, read.Sd, read.Unit.Symbol).Should().Be((1123.15, 2, "K"));
    }

    [Theory]
    [InlineData("input: scanned.peak", "trial 1 has no 'scanned.peak'*gave no quantity of that name")]
    [InlineData("input: scanned.mass", "'scanned.mass' is in mg, which cannot be converted to 1")]
    [InlineData("input: scanned.fraction, error: scanned.negative", "'scanned.negative' is -1, and a standard deviation is zero or more")]
    public void What_cannot_be_taken_says_why(string analysis, string message) =>
        FluentActions.Invoking(() => Run(analysis, ("fraction", new Quantity(0.62, Unit.One)), ("mass", Quantity.Of(5, "mg")), ("negative", new Quantity(-1, Unit.One))))
            .Should().Throw<AnalysisException>().WithMessage(message);

    private Quantity Run(string analysis, params (string Name, Quantity Value)[] outputs)
    {
        var plan = CampaignTexts.Parse($$"""
            campaign: readings
            goal: { maximise: result, until: { trials: 4 } }
            parameters: { time: { kind: real, low: 1 s, high: 2 s } }
            workflow: [{ step: measure, actions: [{ instrument: eye, command: scan, with: { duration: =time }, as: scanned }] }]
            analysis: [{ analyst: reading, {{analysis}}, gives: result }]
            """);
        var (at, id) = (DateTimeOffset.UnixEpoch, ActionId.Derive("readings-1", 1, "measure", 0, 1));
        var nothing = ImmutableSortedDictionary<string, Quantity>.Empty;
        var given = outputs.ToImmutableSortedDictionary(output => output.Name, output => output.Value, StringComparer.Ordinal);
        var done = new ActionState(new ActionIntended(id, 1, "measure", 0, "eye", "scan", nothing, at), 1, at, new ResultFrame(id, ActionStatus.Succeeded, CauseCode.Success, "", false, given, [], at, at, 1));
        var trial = new TrialState(new TrialProposed(1, plan.ToValues(new LabAutomation.Learning.Point([1.5])), null, null, null, "a test"))
        {
            Actions = ImmutableSortedDictionary<ActionPlace, ActionState>.Empty.Add(new ActionPlace("measure", 0), done),
        };
        var models = new Lazy<ModelRegistry>(() => throw new InvalidOperationException("a reading opened the models"));
        return new Analysts(new TrialData(plan, trial, _ledger), models).Run(plan.Analyses[0])["result"];
    }
}
