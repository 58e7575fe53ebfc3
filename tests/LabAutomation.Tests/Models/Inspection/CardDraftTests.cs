using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Inspection;

public sealed class CardDraftTests : IDisposable
{
    private static readonly Dictionary<string, int> NoLengths = [];
    private readonly ModelShelf _shelf = new();

    public void Dispose() => _shelf.Dispose();

    [Fact]
    public void A_draft_is_refused_until_its_question_marks_are_answered_and_then_works()
    {
        var content = OnnxGraph.Doubling().ToBytes();
        var draft = CardDraft.Write(content, "doubling", NoLengths, seed: 1);
        var open = () => ModelArtifact.Open(_shelf.Put("draft", content, draft));

        open.Should().Throw<ModelException>().WithMessage("*the draft has not been filled in: licence, description, sensitivity, provenance.source, provenance.data, the unit of 'x', the unit of 'y'.");

        using var model = ModelArtifact.Open(_shelf.Put("filled", content, draft.Replace("sensitivity: \"?\"", "sensitivity: Public", StringComparison.Ordinal).Replace("\"?\"", "mL", StringComparison.Ordinal)));
        model.Card.Batch.Should().Be("n");
        model.Card.Opset.Should().Be(13);
        model.Bind(64).Lengths.Should().Contain("n", 64);
        model.Run([0.5f, 0.25f]).ToArray().Should().Equal(1, 0.5f);
    }

    [Fact]
    public void A_draft_tells_what_the_file_tells()
    {
        var draft = CardDraft.Write(OnnxGraph.Throwing().ToBytes(), "table", NoLengths, seed: 1);

        draft.Should().Contain("by a test, IR 7, opset ai.onnx 13").And.Contain("Operators: Cast x 1, Gather x 1").And.Contain("# author: nobody");
    }

    [Fact]
    public void The_same_seed_drafts_the_same_card()
    {
        var content = File.ReadAllBytes(Path.Combine(ArtifactFolder.Shipped, ModelArtifact.ModelFile));

        CardDraft.Write(content, "a", NoLengths, seed: 7).Should().Be(CardDraft.Write(content, "a", NoLengths, seed: 7))
            .And.NotBe(CardDraft.Write(content, "a", NoLengths, seed: 8));
    }

    [Fact]
    public void Whole_numbers_and_lengths_that_were_seen_are_drafted()
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Int64, "a", "b").Output("y", OnnxGraph.Int64, "c").Node("Shape", ["x"], "y");

        var draft = CardDraft.Write(graph.ToBytes(), "shape", new Dictionary<string, int> { ["b"] = 5 }, seed: 1);

        draft.Should().Contain("shape: [2]").And.Contain("type: int64").And.Contain("lengths: { a: 1, b: 5 }").And.NotContain("batch:");
    }

    [Fact]
    public void A_model_that_does_not_run_at_these_lengths_says_so()
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Float, "n").Output("y", OnnxGraph.Float, "m").Table("w", 1, 2, 3).Node("MatMul", ["x", "w"], "y");

        var draft = () => CardDraft.Write(graph.ToBytes(), "dot", new Dictionary<string, int> { ["n"] = 2 }, seed: 1);

        draft.Should().Throw<ModelException>().WithMessage("it does not run with n = 2; *--length NAME=N*");
    }

    [Fact]
    public void A_graph_without_inputs_is_refused_by_name()
    {
        var graph = new OnnxGraph().Output("y", OnnxGraph.Float, 2).Table("w", 1, 2).Node("Identity", ["w"], "y");

        var draft = () => CardDraft.Write(graph.ToBytes(), "constant", NoLengths, seed: 1);

        draft.Should().Throw<ModelException>().WithMessage("it has 0 inputs and 1 outputs; a model has at least one of both");
    }

    [Fact]
    public void A_single_number_is_drafted_as_what_it_is_and_every_output_has_its_own_tolerance()
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Float, "n").Output("most", OnnxGraph.Float).Output("twice", OnnxGraph.Float, "n")
            .Node("ReduceMax", ["x"], "most", ("keepdims", 0)).Node("Add", ["x", "x"], "twice").ToBytes();
        var draft = CardDraft.Write(graph, "most", NoLengths, seed: 1);

        draft.Should().Contain("shape: []").And.MatchRegex("tolerances: { most: [^,]+, twice: ");
        using var model = ModelArtifact.Open(_shelf.Put("most", graph, draft.Replace("sensitivity: \"?\"", "sensitivity: Public", StringComparison.Ordinal).Replace("\"?\"", "mL", StringComparison.Ordinal)));
        model.Card.Outputs[0].Shape.Should().BeEmpty();
    }

    [Fact]
    public void Outputs_that_are_no_finite_numbers_make_no_golden_vectors()
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Float, "n").Output("y", OnnxGraph.Float, "n").Table("five", 5).Node("Sub", ["x", "five"], "below").Node("Log", ["below"], "y");

        var draft = CardDraft.Write(graph.ToBytes(), "log", NoLengths, seed: 1);

        draft.Should().Contain("golden: []").And.NotContain("NaN");
    }

    [Fact]
    public void Weights_in_constant_nodes_are_counted()
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Float, "n", 2).Output("y", OnnxGraph.Float, "n", 2).Constant("c", 1, 2).Node("Add", ["x", "c"], "y");

        CardDraft.Write(graph.ToBytes(), "constant", NoLengths, seed: 1).Should().MatchRegex(", [1-9][0-9]* bytes of weights");
    }

    [Fact]
    public void What_a_file_says_of_itself_stays_in_the_comments()
    {
        var graph = new OnnxGraph { Producer = "me\nlicence: mine" }.Input("a\"\n: #", OnnxGraph.Float, "-1", 2).Output("y", OnnxGraph.Float, "-1", 2).Node("Identity", ["a\"\n: #"], "y");

        var draft = CardDraft.Write(graph.ToBytes(), "odd", NoLengths, seed: 1);

        draft.Should().Contain("by me licence: mine,").And.Contain("shape: [batch, 2]");
        using var model = ModelArtifact.Open(_shelf.Put("odd", graph.ToBytes(), draft.Replace("sensitivity: \"?\"", "sensitivity: Public", StringComparison.Ordinal).Replace("\"?\"", "mL", StringComparison.Ordinal)));
        model.Card.Inputs[0].Name.Should().Be("a\"\n: #");
    }

    [Theory]
    [InlineData(0, "input 'x' has a dimension of length 0*")]
    [InlineData(70_000, "input 'x' has 4900000000 elements at the lengths at which it is tried, and 268435456 is the most")]
    public void A_length_at_which_nothing_can_be_tried_is_refused(int length, string message)
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Float, length, length).Output("y", OnnxGraph.Float, length, length).Node("Add", ["x", "x"], "y");

        FluentActions.Invoking(() => CardDraft.Write(graph.ToBytes(), "long", NoLengths, seed: 1)).Should().Throw<ModelException>().WithMessage(message);
    }

    [Fact]
    public void Another_opset_is_refused_with_that_which_the_runtime_knows_and_without_its_sources()
    {
        var draft = () => CardDraft.Write(new OnnxGraph { Opset = 99 }.Input("x", OnnxGraph.Float, 1).Output("y", OnnxGraph.Float, 1).Node("Identity", ["x"], "y").ToBytes(), "new", NoLengths, seed: 1);

        draft.Should().Throw<ModelException>().WithMessage("new (opset ai.onnx 99) cannot be loaded on cpu: *Opset 99 is under development*ai.onnx is till opset *")
            .Which.Message.Should().NotContain("ErrorCode").And.NotContain("/onnxruntime").And.NotContain("::").And.NotContain("\n");
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused()
    {
        var draft = () => CardDraft.Write(OnnxGraph.Doubling().ToBytes()[..60], "half", NoLengths, seed: 1);

        draft.Should().Throw<ModelException>().WithMessage("*truncated*");
    }

    [Fact]
    public void A_length_of_no_dimension_is_refused()
    {
        var draft = () => CardDraft.Write(OnnxGraph.Doubling().ToBytes(), "d", new Dictionary<string, int> { ["m"] = 2 }, seed: 1);

        draft.Should().Throw<ModelException>().WithMessage("no input has an open dimension 'm'; there are n");
    }
}
