using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Tests.Campaigns;
using LabAutomation.Tests.Models;

namespace LabAutomation.Tests.Agents.Analysis;

/// <summary>A trial's data through models, as the analyst does it.</summary>
public sealed class ModelAnalystTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model-analyst-").FullName;
    private readonly ModelShelf _shelf = new();
    private readonly Ledger _ledger;
    private readonly Lazy<ModelRegistry> _models;

    public ModelAnalystTests()
    {
        _ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        _models = new Lazy<ModelRegistry>(() => ModelRegistry.Open(_shelf.Path, new ModelOptions()));
    }

    [Fact]
    public void A_spectrum_becomes_what_the_tables_say_of_it()
    {
        _shelf.Put("xyz", File.ReadAllBytes(Path.Combine(ArtifactFolder.Shipped, "model.onnx")), File.ReadAllText(Path.Combine(ArtifactFolder.Shipped, "card.yaml")));
        var (wavelengths, absorbances) = (Enumerable.Range(0, 161).Select(k => 390.0 + (2 * k)).ToArray(), Enumerable.Range(0, 161).Select(k => 0.5 + (0.4 * Math.Sin(k / 20.0))).ToArray());
        var wanted = ColourScience.Transmitted(SpectrumGrid.Resample(wavelengths, absorbances));

        var (outputs, call) = Run("model: spectrum-to-xyz, inputs: { absorbance: reading.spectrum }, gives: { difference: 'xyz[1]', x: 'xyz[0]' }", Spectrum(wavelengths, absorbances));

        outputs["difference"].Value.Should().BeApproximately(wanted.Y, 1e-3);
        outputs["x"].Value.Should().BeApproximately(wanted.X, 1e-3);
        (call.Model, call.Version, call.Device, call.Flag, call.Sha256.Length).Should().Be(("spectrum-to-xyz", "1.0", "cpu", null, 64));
    }

    [Fact]
    public void Quantities_and_parameters_fill_an_input_in_its_unit()
    {
        _shelf.Doubling(unit: "mL");

        var (outputs, _) = Run("model: doubling, inputs: { x: [dosing.volume, dose] }, gives: { difference: 'y[0] in L', twice: 'y[1] in mL' }", Moved("0.003 L"));

        outputs["difference"].Value.Should().BeApproximately(0.006, 1e-9);
        outputs["twice"].Value.Should().BeApproximately(1.0, 1e-6, "the dose of the trial is 0.5 mL");
    }

    [Fact]
    public void One_standard_deviation_comes_with_the_quantity_and_in_its_unit()
    {
        _shelf.Put("measure", new OnnxGraph().Input("x", OnnxGraph.Float, 1, 2).Output("y", OnnxGraph.Float, 1, 2).Output("s", OnnxGraph.Float, 1, 2)
            .Node("Add", ["x", "x"], "y").Node("Abs", ["x"], "s").ToBytes(), """
            name: measure
            version: "1.0"
            licence: none
            description: two times, and how sure
            sensitivity: Public
            provenance: { source: a test, data: none }
            inputs: [{ name: x, shape: [1, 2], unit: mL, range: [-10, 10] }]
            outputs: [{ name: y, shape: [1, 2], unit: mL, range: [-50, 50], deviation: s }, { name: s, shape: [1, 2], unit: mL, range: [0, 50] }]
            golden: [{ name: one, tolerance: 0.001, inputs: { x: [1, 2] }, outputs: { y: [2, 4], s: [1, 2] } }]
            """);

        var (outputs, _) = Run("model: measure, inputs: { x: [dosing.volume, dose] }, gives: { difference: 'y[0] in µL' }", Moved("3 mL"));

        (outputs["difference"].Value, outputs["difference"].Sd).Should().Be((6000, 3000));
    }

    [Fact]
    public void The_version_that_the_file_names_is_used()
    {
        _shelf.Doubling("1.0");
        _shelf.Doubling("2.0");

        Run("model: doubling, inputs: { x: [dose, dose] }, gives: { difference: 'y[0] in mL' }").Call.Version.Should().Be("2.0");
        Run("model: 'doubling@1.0', inputs: { x: [dose, dose] }, gives: { difference: 'y[0] in mL' }").Call.Version.Should().Be("1.0");
    }

    [Fact]
    public void What_is_outside_the_range_is_refused_or_flagged_as_the_card_says()
    {
        _shelf.Doubling();
        _shelf.Doubling(name: "lenient", more: ", outside: flag");
        var far = Moved("11 mL");

        FluentActions.Invoking(() => Run("model: doubling, inputs: { x: [dosing.volume, dose] }, gives: { difference: 'y[0] in mL' }", far))
            .Should().Throw<ModelException>().WithMessage("*'x'[0] is 11 mL; the card allows -10 to 10 mL*");
        Run("model: lenient, inputs: { x: [dosing.volume, dose] }, gives: { difference: 'y[0] in mL' }", far).Call.Flag.Should().Be("'x'[0] is 11 mL; the card allows -10 to 10 mL");
    }

    [Fact]
    public void A_series_without_the_column_is_refused_by_name()
    {
        _shelf.Put("xyz", File.ReadAllBytes(Path.Combine(ArtifactFolder.Shipped, "model.onnx")), File.ReadAllText(Path.Combine(ArtifactFolder.Shipped, "card.yaml")));
        double[] wavelengths = [390, 710];

        FluentActions.Invoking(() => Run("model: spectrum-to-xyz, inputs: { absorbance: reading.spectrum.transmittance }, gives: { difference: 'xyz[1]' }", Spectrum(wavelengths, [1, 1])))
            .Should().Throw<AnalysisException>().WithMessage("'reading.spectrum' has no column 'transmittance'; it has wavelength, absorbance");
        FluentActions.Invoking(() => Run("model: spectrum-to-xyz, inputs: { absorbance: reading.spectrum }, gives: { difference: 'xyz[1]' }", Spectrum(wavelengths, [1, 1])))
            .Should().Throw<AnalysisException>().WithMessage("'reading.spectrum' is not fit for spectrum-to-xyz: there is nothing between 390 and 710 nm; the model needs a point every 20 nm");
    }

    public void Dispose()
    {
        if (_models.IsValueCreated) _models.Value.Dispose();
        _ledger.Dispose();
        _shelf.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Series Spectrum(double[] wavelengths, double[] absorbances) =>
        new([new ColumnDescription("wavelength", Unit.Parse("nm")), new ColumnDescription("absorbance", Unit.Parse("AU"))], [[.. wavelengths], [.. absorbances]]);

    private static Quantity Moved(string volume) => Quantity.TryParse(volume, out var quantity) ? quantity.Value : throw new ArgumentException(volume);

    private (ImmutableSortedDictionary<string, Quantity> Outputs, ModelUse Call) Run(string analysis, Series? spectrum = null) => Run(analysis, spectrum, Moved("1 mL"));

    private (ImmutableSortedDictionary<string, Quantity> Outputs, ModelUse Call) Run(string analysis, Quantity moved) => Run(analysis, null, moved);

    private (ImmutableSortedDictionary<string, Quantity> Outputs, ModelUse Call) Run(string analysis, Series? spectrum, Quantity moved)
    {
        var unit = analysis.Contains(" in L", StringComparison.Ordinal) ? " L" : analysis.Contains(" in µL", StringComparison.Ordinal) ? " µL" : analysis.Contains(" in mL", StringComparison.Ordinal) ? " mL" : "";
        var plan = CampaignTexts.Parse($$"""
            campaign: models
            goal: { minimise: difference, until: { reached: 1{{unit}}, trials: 4 } }
            parameters: { dose: { kind: real, low: 0.1 mL, high: 1 mL } }
            workflow:
              - step: dose
                actions: [{ instrument: pump, command: dispense, with: { volume: =dose, rate: 1 mL/min }, as: dosing }]
              - step: measure
                actions: [{ instrument: eye, command: acquire, with: { integration: 50 ms }, as: reading }]
            analysis: [{ analyst: model, {{analysis}} }]
            """);
        var at = DateTimeOffset.UnixEpoch;
        var nothing = ImmutableSortedDictionary<string, Quantity>.Empty;
        ActionState Done(string instrument, string command, ImmutableSortedDictionary<string, Quantity> outputs, ImmutableArray<DataReference> data)
        {
            var id = ActionId.Derive("models-1", 1, command, 0, 1);
            var intent = new ActionIntended(id, 1, command, 0, instrument, command, nothing, at);
            return new ActionState(intent, 1, at, new ResultFrame(id, ActionStatus.Succeeded, CauseCode.Success, "", false, outputs, data, at, at, 1));
        }

        var actions = ImmutableSortedDictionary<ActionPlace, ActionState>.Empty
            .Add(new ActionPlace("dose", 0), Done("pump", "dispense", nothing.Add("volume", moved), []))
            .Add(new ActionPlace("measure", 0), Done("eye", "acquire", nothing, spectrum is null ? [] : [spectrum.Refer("spectrum", "a/b")]));
        if (spectrum is not null) _ledger.Append("models-1", [new CampaignPaused("a test")], spectrum);
        var values = plan.ToValues(new LabAutomation.Learning.Point([0.5]));
        var trial = new TrialState(new TrialProposed(1, values, null, null, null, "a test")) { Actions = actions };
        var analysts = new Analysts(new TrialData(plan, trial, _ledger), _models);
        return (analysts.Run(plan.Analyses[0]), analysts.Uses[0]);
    }
}
