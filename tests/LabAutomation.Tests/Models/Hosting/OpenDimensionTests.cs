using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Hosting;

public sealed class OpenDimensionTests : IDisposable
{
    private readonly ModelShelf _shelf = new();

    public void Dispose() => _shelf.Dispose();

    [Fact]
    public void A_model_runs_at_every_number_of_rows_its_card_allows()
    {
        using var model = ModelArtifact.Open(_shelf.Doubling());

        for (var rows = 1; rows <= 8; rows++)
        {
            var binding = model.Bind(rows);
            for (var i = 0; i < 2 * rows; i++) binding.Input("x")[i] = i / 2f;
            binding.Run();
            binding.Output("y").ToArray().Should().Equal(Enumerable.Range(0, 2 * rows).Select(i => (float)i));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void More_or_fewer_rows_are_refused_with_the_limits(int rows)
    {
        using var model = ModelArtifact.Open(_shelf.Doubling());

        var bind = () => model.Bind(rows);

        bind.Should().Throw<ModelException>().WithMessage($"Model 'doubling' 1.0: 'n' cannot be {rows}; the card allows 1 to 8.");
    }

    [Fact]
    public void An_unknown_dimension_is_refused()
    {
        using var model = ModelArtifact.Open(_shelf.Doubling());

        var bind = () => model.Bind(new Dictionary<string, int> { ["m"] = 1 });

        bind.Should().Throw<ModelException>().WithMessage("*no open dimension 'm'*");
    }

    [Fact]
    public void A_model_without_a_batch_dimension_takes_one_row()
    {
        using var model = ModelArtifact.Open(ArtifactFolder.Shipped);

        var bind = () => model.Bind(2);

        model.Bind(1).Should().BeSameAs(model.Usual);
        bind.Should().Throw<ModelException>().WithMessage("*no batch dimension*");
    }

    [Fact]
    public void A_value_outside_its_range_is_flagged_where_the_card_says_so()
    {
        using var model = ModelArtifact.Open(_shelf.Doubling(more: ", outside: flag"));

        var outside = model.Run([1, 11]).ToArray();
        var flag = model.Usual.Flag;
        model.Run([1, 2]);

        outside.Should().Equal(2, 22);
        flag.Should().Be("'x'[1] is 11 mL; the card allows -10 to 10 mL");
        model.Usual.Flag.Should().BeNull();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_finite_number_is_refused_even_where_values_outside_are_flagged(float value)
    {
        using var model = ModelArtifact.Open(_shelf.Doubling(more: ", outside: flag"));

        var run = () => { model.Run([11, value]); };

        run.Should().Throw<ModelException>().WithMessage($"*'x'[1] is {value} mL*");
    }

    [Fact]
    public void Normalisation_goes_in_with_the_inputs_and_out_with_the_outputs()
    {
        // In the graph: (5 - 1) / 2 = 2 and (4 - 2) / 4 = 0.5, doubled to 4 and 1.
        using var model = ModelArtifact.Open(Normalised("normalisation: { axis: 1, mean: [1, 2], sd: [2, 4] }", "normalisation: { axis: 1, scale: [10, 100], offset: [1, 2] }", "[5, 4]", "[0.3, -0.01]"));

        model.Run([5, 4]).ToArray()[0].Should().BeApproximately(0.3f, 1e-6f);
        model.Run([1, 2]).ToArray()[1].Should().BeApproximately(-0.02f, 1e-6f);
    }

    [Fact]
    public void Processing_is_done_to_each_row()
    {
        using var model = ModelArtifact.Open(Normalised("processing: [instance-norm]", "processing: [softmax]", "[3, 7]", "[0.0179862, 0.9820138]"));

        var binding = model.Bind(2);
        float[] rows = [3, 7, 9, 1];
        rows.CopyTo(binding.Input("x"));
        binding.Run();

        binding.Output("y").ToArray()[2].Should().BeApproximately(0.982f, 1e-3f);
        binding.Input("x").ToArray().Should().Equal(rows, "the caller's values are not changed");
    }

    [Fact]
    public void Whole_numbers_go_into_the_graph_as_such()
    {
        var graph = new OnnxGraph().Input("token", OnnxGraph.Int64, "n", 1).Output("next", OnnxGraph.Int64, "n", 1).Node("Add", ["token", "token"], "next");
        using var model = ModelArtifact.Open(_shelf.Put("whole", graph.ToBytes(), """
            name: whole
            version: "1"
            licence: none
            description: tokens
            sensitivity: Public
            provenance: { source: a test, data: none }
            dimensions: { n: { max: 4 } }
            inputs: [{ name: x, tensor: token, type: int64, shape: [n, 1], unit: "1", range: [0, 1000] }]
            outputs: [{ name: y, tensor: next, type: int64, shape: [n, 1], unit: "1", range: [0, 2000] }]
            golden: [{ name: one, tolerance: 0.5, inputs: { x: [21] }, outputs: { y: [42] } }]
            """));

        model.Run([400]).ToArray().Should().Equal(800);
    }

    [Fact]
    public void A_single_number_is_a_tensor_without_dimensions_and_each_output_has_its_own_tolerance()
    {
        var graph = new OnnxGraph().Input("x", OnnxGraph.Float).Output("twice", OnnxGraph.Float).Output("half", OnnxGraph.Float).Table("h", 0.5f)
            .Node("Add", ["x", "x"], "twice").Node("Squeeze", ["h"], "one").Node("Mul", ["x", "one"], "half").ToBytes();
        string Card(string expected) => $$"""
            name: number
            version: "1"
            licence: none
            description: two times, and half
            sensitivity: Public
            provenance: { source: a test, data: none }
            inputs: [{ name: x, shape: [], unit: "1", range: [0, 1000] }]
            outputs: [{ name: twice, shape: [], unit: "1", range: [0, 2000] }, { name: half, shape: [], unit: "1", range: [0, 1] }]
            golden: [{ name: one, tolerance: 0.05, tolerances: { half: 0.001 }, inputs: { x: [1] }, outputs: { twice: [2.04], half: [{{expected}}] } }]
            """;
        using var model = ModelArtifact.Open(_shelf.Put("number", graph, Card("0.5")));
        model.Input("x")[0] = 2;
        model.Run();

        (model.Output("twice")[0], model.Output("half")[0]).Should().Be((4, 1));
        FluentActions.Invoking(() => ModelArtifact.Open(_shelf.Put("wrong", graph, Card("0.51")))).Should().Throw<ModelException>().WithMessage("*golden vector 'one' gives half[0] = 0.5; the card says 0.51 ± 0.001 (card.yaml:9:*).");
    }

    [Fact]
    public void A_model_that_throws_says_which_and_why_and_goes_on()
    {
        using var model = ModelArtifact.Open(_shelf.Throwing());

        var run = () => { model.Run([7]); };

        run.Should().Throw<ModelException>().WithMessage("Model 'throwing' 1.0 failed on cpu: *");
        model.Run([1]).ToArray().Should().Equal(20);
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using var model = ModelArtifact.Open(_shelf.Doubling());
        var binding = model.Bind(4);
        binding.Run();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var k = 0; k < 1000; k++) model.Bind(4).Run();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private string Normalised(string input, string output, string given, string expected) => _shelf.Put("n", OnnxGraph.Doubling().ToBytes(), $$"""
        name: n
        version: "1"
        licence: none
        description: two times, in other units
        sensitivity: Public
        provenance: { source: a test, data: none }
        dimensions: { n: { max: 8 } }
        batch: n
        inputs: [{ name: x, shape: [n, 2], unit: K, range: [-100, 100], {{input}} }]
        outputs: [{ name: y, shape: [n, 2], unit: bar, range: [-100, 100], {{output}} }]
        golden: [{ name: one, tolerance: 0.00001, inputs: { x: {{given}} }, outputs: { y: {{expected}} } }]
        """);
}
