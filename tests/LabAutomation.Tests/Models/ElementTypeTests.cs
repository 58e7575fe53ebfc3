using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

/// <summary>Graphs whose tensors are no 32-bit floats, from the file to a run.</summary>
public sealed class ElementTypeTests : IDisposable
{
    private readonly ModelShelf _shelf = new();

    public void Dispose() => _shelf.Dispose();

    [Fact]
    public void Truth_values_are_drafted_checked_and_run()
    {
        var graph = new OnnxGraph().Input("a", OnnxGraph.Bool, "n", 2).Input("b", OnnxGraph.Bool, "n", 2).Output("both", OnnxGraph.Bool, "n", 2).Node("And", ["a", "b"], "both");
        using var model = Drafted(graph, "type: bool");

        var binding = model.Bind(2);
        new float[] { 0, 1, 0.4f, 1 }.CopyTo(binding.Input("a"));
        new float[] { 1, 1, 1, 0.6f }.CopyTo(binding.Input("b"));
        binding.Run();

        binding.Output("both").ToArray().Should().Equal(0, 1, 0, 1);
    }

    [Fact]
    public void Sixteen_bit_floats_are_drafted_checked_and_run()
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Half, "n", 2).Output("y", OnnxGraph.Half, "n", 2).Node("Add", ["x", "x"], "y");
        using var model = Drafted(graph, "type: float16");

        var binding = model.Bind(3);
        new float[] { 0.5f, 0.1f, 0.25f, 0, 1, 0.75f }.CopyTo(binding.Input("x"));
        binding.Run();

        binding.Output("y").ToArray().Should().Equal(1, (float)(Half)(2 * (float)(Half)0.1f), 0.5f, 0, 2, 1.5f);
    }

    [Theory]
    [InlineData(1e9f, 65504)]
    [InlineData(-1e9f, -65504)]
    [InlineData(1.5f, 1.5f)]
    public void What_sixteen_bits_do_not_hold_becomes_the_nearest_that_they_do(float value, float held) => HalfFraction.Value(HalfFraction.Of(value)).Should().Be(held);

    [Fact]
    public void A_type_that_is_not_run_is_refused_with_what_would_be_right()
    {
        var draft = () => CardDraft.Write(new OnnxGraph().Input("words", OnnxGraph.String, "n").Output("y", OnnxGraph.String, "n").Node("Identity", ["words"], "y").ToBytes(), "words", new Dictionary<string, int>(), seed: 1);

        draft.Should().Throw<ModelException>().WithMessage("input 'words' holds String, and tensors of float32, *float16, *bool are run; convert it in the graph, with a Cast node beside it");
    }

    [Theory]
    [InlineData("range: [-10, 10]", "type: uint8, range: [-10, 10]", "*card.yaml:9:52: the range of 'x' is -10 to 10 in the graph, and its type, uint8, holds 0 to 255.")]
    [InlineData("range: [-10, 10]", "type: uint8, range: [0, 2], normalisation: { scale: [200], offset: [0] }", "*the range of 'x' is 0 to 400 in the graph, and its type, uint8, holds 0 to 255.")]
    [InlineData("range: [-10, 10]", "type: float16, range: [0, 70000]", "*the range of 'x' is 0 to 70000 in the graph, and its type, float16, holds -65504 to 65504.")]
    public void A_range_that_the_type_does_not_hold_is_refused(string text, string replacement, string message)
    {
        var card = Path.Combine(_shelf.Doubling(), ModelArtifact.CardFile);
        File.WriteAllText(card, File.ReadAllText(card).Replace(text, replacement, StringComparison.Ordinal));

        FluentActions.Invoking(() => ModelCard.Read(card)).Should().Throw<ModelException>().WithMessage(message);
    }

    private OnnxModel Drafted(OnnxGraph graph, string says)
    {
        var content = graph.ToBytes();
        var draft = CardDraft.Write(content, "drafted", new Dictionary<string, int>(), seed: 1);
        draft.Should().Contain(says);
        return ModelArtifact.Open(_shelf.Put("drafted", content, draft.Replace("sensitivity: \"?\"", "sensitivity: Public", StringComparison.Ordinal).Replace("\"?\"", "mL", StringComparison.Ordinal)));
    }
}
