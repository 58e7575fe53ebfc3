using LabAutomation.Agents.Campaigns;
using LabAutomation.Models;
using LabAutomation.Tests.House;
using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>An analysis of peaks, against the file, the instrument and the models there are. The cursor ▸ marks the place that the problem is reported at.</summary>
public sealed class PeakAnalysisTests : IDisposable
{
    private static readonly string HitRate = System.IO.File.ReadAllText(Repository.At("campaigns", "hit-rate.yaml"));

    private readonly Lazy<ModelRegistry> _models = new(() => ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models"), new ModelOptions()));

    public void Dispose()
    {
        if (_models.IsValueCreated) _models.Value.Dispose();
    }

    [Fact]
    public void The_example_fits_its_beamline()
    {
        var plan = Parse(HitRate);

        plan.Check(Births.Beamline, _models).Should().BeEmpty();
        plan.Analyses.Should().ContainSingle().Which.Should().BeOfType<PeakAnalysis>().Which.Should().BeEquivalentTo(new { Model = "bragg-peaks", Hit = 8, Gives = "hit_rate" });
        plan.Analyses[0].Outputs.Select(output => output.Name).Should().Equal("hit_rate", "peaks_per_frame");
    }

    [Fact]
    public void Ten_peaks_make_a_hit_unless_the_file_says_otherwise() =>
        ((PeakAnalysis)Parse(Replace(HitRate, "    hit: 8 ", "    # ")).Analyses[0]).Hit.Should().Be(PeakAnalysis.DefaultHit).And.Be(10);

    [Theory]
    [InlineData("model: bragg-peaks", "model: ▸brag-peaks", "There is no model 'brag-peaks'*did you mean 'bragg-peaks'?*")]
    [InlineData("model: bragg-peaks", "model: ▸yardstick", "model 'yardstick' does not label peaks*")]
    [InlineData("input: exposure.frames", "input: ▸exposure.taken", "'exposure.taken' is a single quantity in numbers without unit (the analyst 'peaks' reads frames, which are media)")]
    [InlineData("input: exposure.frames", "input: ▸exposure.pictures", "beamline.expose gives no 'pictures'*")]
    public void What_does_not_fit_is_reported_where_it_is(string part, string by, string message)
    {
        var text = Unmark(Replace(HitRate, part, by), out var place);

        var problems = Parse(text).Check(Births.Beamline, _models);

        problems.Should().ContainSingle().Which.ToString().Should().Match($"test.yaml:{place}: {message}");
    }

    [Fact]
    public void A_campaign_goes_on_with_the_version_that_it_began_with_where_the_file_names_none()
    {
        var (open, named) = (Parse(HitRate), Parse(Replace(HitRate, "model: bragg-peaks", "model: bragg-peaks@1.0")));

        ((PeakAnalysis)open.Pinned("bragg-peaks", "1.7").Analyses[0]).Version.Should().Be("1.7");
        ((PeakAnalysis)open.Pinned("yardstick", "1.7").Analyses[0]).Version.Should().BeNull();
        ((PeakAnalysis)named.Pinned("bragg-peaks", "1.7").Analyses[0]).Version.Should().Be("1.0");
        open.Pinned("bragg-peaks", "1.7").Check(Births.Beamline, _models).Should().ContainSingle().Which.Message.Should().Be("Model 'bragg-peaks' 1.7 is not loaded; there are 1.0");
        named.Check(Births.Beamline, _models).Should().BeEmpty();
    }

    [Fact]
    public void Zero_peaks_make_no_hit()
    {
        var text = Unmark(Replace(HitRate, "hit: 8", "hit: ▸0"), out var place);

        Refuse(text).Should().Contain(problem => problem.ToString().StartsWith($"test.yaml:{place}: "));
    }
}
