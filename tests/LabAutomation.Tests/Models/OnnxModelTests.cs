using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

public sealed class OnnxModelTests : IDisposable
{
    private readonly OnnxModel _model = ModelArtifact.Open(ArtifactFolder.Shipped);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_clear_sample_has_the_white_of_D65()
    {
        var xyz = _model.Run(new float[71]).ToArray();

        // CIE 15:2004 gives 95.04, 100, 108.88 for the whole visible range; the tables end at 730 nm.
        xyz[0].Should().BeApproximately(95.04f, 0.01f);
        xyz[1].Should().BeApproximately(100f, 1e-4f);
        xyz[2].Should().BeApproximately(108.88f, 0.01f);
    }

    [Fact]
    public void One_unit_of_absorbance_everywhere_leaves_a_tenth_of_the_light()
    {
        var clear = _model.Run(new float[71]).ToArray();
        var grey = new float[71];
        Array.Fill(grey, 1f);

        var xyz = _model.Run(grey).ToArray();

        for (var i = 0; i < 3; i++)
            xyz[i].Should().BeApproximately(clear[i] / 10, 1e-5f);
    }

    [Fact]
    public void The_same_input_gives_the_same_bits_again()
    {
        var spectrum = Enumerable.Range(0, 71).Select(i => MathF.Abs(MathF.Sin(i))).ToArray();

        var first = _model.Run(spectrum).ToArray();
        _model.Run(new float[71]);
        var again = _model.Run(spectrum).ToArray();

        again.Should().Equal(first);
    }

    [Fact]
    public void Named_buffers_give_what_the_short_form_gives()
    {
        var spectrum = Enumerable.Range(0, 71).Select(i => i / 100f).ToArray();
        var expected = _model.Run(spectrum).ToArray();
        _model.Run(new float[71]);

        spectrum.CopyTo(_model.Input("absorbance"));
        _model.Run();

        _model.Output("xyz").ToArray().Should().Equal(expected);
    }

    [Fact]
    public void An_input_of_the_wrong_length_is_refused()
    {
        var run = () => { _model.Run(new float[70]); };

        run.Should().Throw<ModelException>().WithMessage("Model 'spectrum-to-xyz' 1.0: 'absorbance' has 70 values; absorbance[1, 71] takes 71.");
    }

    [Theory]
    [InlineData(7f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void A_value_outside_the_range_of_the_card_is_refused_with_its_place(float value)
    {
        var spectrum = new float[71];
        spectrum[12] = value;

        var run = () => { _model.Run(spectrum); };

        run.Should().Throw<ModelException>().WithMessage($"*'absorbance'[12] is {value} AU; the card allows -0.3 to 6 AU.");
    }

    [Fact]
    public void An_unknown_tensor_is_refused_with_those_there_are()
    {
        var ask = () => { _model.Output("lab"); };

        ask.Should().Throw<ArgumentException>().WithMessage("*'lab'*xyz[1, 3]*");
    }
}
