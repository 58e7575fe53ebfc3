using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Inspection;

public sealed class OnnxFileTests
{
    [Fact]
    public void A_file_says_what_it_is_made_of()
    {
        var file = OnnxFile.Read(OnnxGraph.Throwing().ToBytes());

        file.Opset.Should().Be(13);
        file.Producer.Should().Be("a test");
        file.Graph.Should().Be("graph");
        file.Operators.Should().Equal(new Dictionary<string, int> { ["Cast"] = 1, ["Gather"] = 1 });
        file.Metadata.Should().Equal(new Dictionary<string, string> { ["author"] = "nobody" });
        file.WeightBytes.Should().BeGreaterThan(16).And.BeLessThan(64);
        file.HasExternalData.Should().BeFalse();
    }

    [Fact]
    public void Weights_elsewhere_are_noticed()
    {
        OnnxFile.Read(OnnxGraph.Doubling().ElsewhereTable("w").ToBytes()).HasExternalData.Should().BeTrue();
    }

    [Fact]
    public void Weights_elsewhere_are_noticed_in_branches_functions_and_whatever_a_node_holds()
    {
        var inner = OnnxGraph.Doubling().ElsewhereTable("w");

        OnnxFile.Read(OnnxGraph.Doubling().Branch("b", inner).ToBytes()).HasExternalData.Should().BeTrue();
        OnnxFile.Read(OnnxGraph.Doubling().Branch("b", OnnxGraph.Doubling().Branch("c", inner), field: 11).ToBytes()).HasExternalData.Should().BeTrue();
        foreach (var field in new[] { 5, 10, 22, 23 }) OnnxFile.Read(OnnxGraph.Doubling().ElsewhereAttribute("a", field).ToBytes()).HasExternalData.Should().BeTrue($"field {field}");
        OnnxFile.Read(OnnxGraph.Doubling().ToBytesWithFunction(new OnnxGraph().ElsewhereAttribute("a", 5))).HasExternalData.Should().BeTrue();
        OnnxFile.Read(OnnxGraph.Doubling().Branch("b", OnnxGraph.Doubling().Table("t", 1)).ToBytes()).HasExternalData.Should().BeFalse();
    }

    [Fact]
    public void Weights_of_branches_count_and_their_nodes_do_not()
    {
        var (plain, branched) = (OnnxFile.Read(OnnxGraph.Doubling().ToBytes()), OnnxFile.Read(OnnxGraph.Doubling().Branch("b", OnnxGraph.Doubling().Table("t", new float[100])).ToBytes()));

        plain.WeightBytes.Should().Be(0);
        branched.WeightBytes.Should().BeGreaterThan(400);
        branched.Operators.Should().Equal(new Dictionary<string, int> { ["Add"] = 1, ["If"] = 1 });
    }

    [Fact]
    public void Graphs_that_are_nested_without_end_are_refused()
    {
        var graph = OnnxGraph.Doubling();
        for (var depth = 0; depth < 200; depth++) graph = new OnnxGraph().Branch("b", graph);

        FluentActions.Invoking(() => OnnxFile.Read(graph.ToBytes())).Should().Throw<ModelException>().WithMessage("its graphs are nested more than 32 deep");
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused_with_words()
    {
        var whole = File.ReadAllBytes(Path.Combine(ArtifactFolder.Shipped, ModelArtifact.ModelFile));

        for (var length = 0; length < whole.Length; length++)
        {
            var read = () => OnnxFile.Read(whole.AsSpan(0, length));
            read.Should().Throw<ModelException>($"{length} of {whole.Length} bytes are no model").WithMessage("*truncated*");
        }
    }

    [Fact]
    public void Any_other_bytes_are_refused_or_read_without_another_exception()
    {
        var random = new Random(1);
        var refused = 0;
        for (var k = 0; k < 4_000; k++)
        {
            var bytes = OnnxGraph.Throwing().ToBytes();
            for (var change = random.Next(1, 5); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                OnnxFile.Read(bytes);
            }
            catch (ModelException)
            {
                refused++;
            }
        }

        refused.Should().BeGreaterThan(200);
    }
}
