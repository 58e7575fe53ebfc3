using LabAutomation.Agents.Campaigns;
using LabAutomation.Models;
using LabAutomation.Protocol;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>An analysis by a model, against the file and against the models there are. The cursor ▸ marks the place that the problem is reported at.</summary>
public sealed class ModelCheckTests : IDisposable
{
    private const string Colour = "{ analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }";
    private const string ByModel = "{ analyst: model, model: spectrum-to-xyz, inputs: { absorbance: spectrum.spectrum }, gives: { colour_difference: 'xyz[1]' } }";

    private readonly Models.ModelShelf _shelf = new();
    private readonly Lazy<ModelRegistry> _models;

    public ModelCheckTests()
    {
        _shelf.Doubling();
        var shipped = Models.ArtifactFolder.Shipped;
        _shelf.Put("xyz", File.ReadAllBytes(Path.Combine(shipped, "model.onnx")), File.ReadAllText(Path.Combine(shipped, "card.yaml")));
        _models = new Lazy<ModelRegistry>(() => ModelRegistry.Open(_shelf.Path, new ModelOptions()));
    }

    [Theory]
    [InlineData("model: spectrum-to-xyz", "model: ▸spectrum_to_xyz", "There is no model 'spectrum_to_xyz'; there are doubling, spectrum-to-xyz (did you mean 'spectrum-to-xyz'?)")]
    [InlineData("model: spectrum-to-xyz", "model: ▸spectrum-to-xyz@9.0", "Model 'spectrum-to-xyz' 9.0 is not loaded; there are 1.0")]
    [InlineData("inputs: { absorbance:", "inputs: { ▸absorbence:", "spectrum-to-xyz has no input 'absorbence' (did you mean 'absorbance'?)", true)]
    [InlineData("inputs: { absorbance: spectrum.spectrum }", "inputs: { ▸absorbance: [cyan, magenta] }", "'absorbance' is filled with 2 quantities (absorbance[1, 71] takes 71)", true)]
    [InlineData("absorbance: spectrum.spectrum", "absorbance: ▸spectrum.spectrum.absorbence", "'spectrum.spectrum' has no column 'absorbence', which spectrum-to-xyz reads (did you mean 'absorbance'?)")]
    [InlineData("absorbance: spectrum.spectrum", "absorbance: ▸spectrum.spectrum.wavelength", "column 'wavelength' of 'spectrum.spectrum' is in nm, and spectrum-to-xyz reads it in AU (name a column that can be converted to it)")]
    [InlineData("absorbance: spectrum.spectrum", "absorbance: ▸spectrum.trace.time", "column 'wavelength' of 'spectrum.trace' is in s, and spectrum-to-xyz reads it in nm", true)]
    [InlineData("'xyz[1]'", "▸'xzy[1]'", "spectrum-to-xyz has no output 'xzy' (did you mean 'xyz'?)")]
    [InlineData("'xyz[1]'", "▸'xyz[3]'", "xyz[1, 3] has no element 3 (its elements are 0 to 2)")]
    [InlineData("'xyz[1]'", "▸xyz", "xyz[1, 3] has several elements (say which: xyz[0])")]
    [InlineData("'xyz[1]'", "▸'xyz[1] in mL'", "'xyz' is in 1, and 'colour_difference' is to be in mL (leave the unit out)", false, "reached: 2.0", "reached: 2.0 mL")]
    [InlineData("model: spectrum-to-xyz, inputs: { absorbance: spectrum.spectrum }", "model: doubling, inputs: { x: [▸averages, cyan] }", "no parameter is called 'averages' (parameters are: cyan, magenta, yellow)", false, null, null, true)]
    [InlineData("absorbance: spectrum.spectrum", "absorbance: ▸spectra.spectrum", "no action is called 'spectra' (did you mean 'spectrum'?)", false, null, null, true)]
    [InlineData("absorbance: spectrum.spectrum", "absorbance: ▸spectrum.absorbance", "spectrometer.acquire gives no 'absorbance' (it gives: spectrum, raw, trace)")]
    [InlineData("model: spectrum-to-xyz, inputs: { absorbance: spectrum.spectrum }, gives: { colour_difference: 'xyz[1]' }", "model: doubling, inputs: { x: [▸spectrum.spectrum, cyan] }, gives: { colour_difference: 'y[0] in mL' }", "'spectrum.spectrum' is a series (a list holds single quantities and parameters; a series stands alone)", true, "reached: 2.0", "reached: 2.0 mL")]
    [InlineData("colour_difference: 'xyz[1]'", "colour_difference: ▸'xyz 1'", "'colour_difference' cannot be 'xyz 1' (it is an output of the model, such as xyz[1], c[0] in mg/L or activity)", true, null, null, true)]
    public void What_does_not_fit_is_reported_where_it_is(string part, string by, string message, bool amongOthers = false, string? also = null, string? alsoBy = null, bool inFile = false)
    {
        var marked = Replace(Replace(Match, Colour, ByModel), part, by);
        if (also is not null) marked = Replace(marked, also, alsoBy!);
        var text = Unmark(marked, out var place);

        var problems = inFile ? Refuse(text) : Parse(text).Check(Births.Bench, _models);

        problems.Select(problem => problem.ToString()).Should().Contain(line => line.StartsWith($"test.yaml:{place}: {message}"), string.Join('\n', problems));
        if (!amongOthers) problems.Should().ContainSingle();
    }

    [Fact]
    public void A_model_that_was_refused_is_named_with_what_is_wrong_with_it()
    {
        _shelf.Put("broken", [1, 2, 3], "name: broken");

        var problems = Parse(Replace(Replace(Match, Colour, ByModel), "model: spectrum-to-xyz", "model: broken")).Check(Births.Bench, _models);

        problems.Should().ContainSingle().Which.Message.Should().StartWith("Model 'broken' was not loaded").And.Contain("card.yaml");
    }

    [Fact]
    public void Of_a_series_whose_columns_the_instrument_does_not_tell_only_the_trial_can_tell() =>
        Parse(Replace(Replace(Match, Colour, ByModel), "absorbance: spectrum.spectrum", "absorbance: spectrum.raw.anything")).Check(Births.Bench, _models).Should().BeEmpty();

    [Fact]
    public void What_fits_passes_and_says_what_it_gives()
    {
        var plan = Parse(Replace(Match, Colour, ByModel));

        plan.Check(Births.Bench, _models).Should().BeEmpty();
        var analysis = plan.Analyses.Should().ContainSingle().Which;
        analysis.Outputs.Should().Equal(new AnalysisOutput("colour_difference", Unit.One));
        analysis.Inputs.Select(input => (input.Output, input.IsSeries)).Should().Equal((new OutputReference("spectrum", "spectrum"), true));
    }

    [Fact]
    public void Two_analyses_cannot_give_one_name()
    {
        var twice = Replace(Match, Colour, $"{Colour}\n  - {ByModel}");

        Refuse(twice).Should().ContainSingle().Which.Message.Should().Be("'colour_difference' is given by an analysis before");
    }

    public void Dispose()
    {
        if (_models.IsValueCreated) _models.Value.Dispose();
        _shelf.Dispose();
    }
}
