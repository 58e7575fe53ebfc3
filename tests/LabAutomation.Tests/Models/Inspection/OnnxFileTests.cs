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
