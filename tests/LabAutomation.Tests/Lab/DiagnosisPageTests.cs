using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LabAutomation.Lab.Reports;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;
using LabAutomation.Tests.Learning.Diagnosis;

namespace LabAutomation.Tests.Lab;

/// <summary>What the report draws of a diagnosis.</summary>
public sealed class DiagnosisPageTests
{
    private static readonly ImmutableArray<SearchDimension> Dimensions = [new RealDimension("temperature", 20, 90), new CategoricalDimension("solvent<", ["MeCN", "H2O & EtOH"]), new RealDimension("time", 1, 10)];

    [Fact]
    public void A_report_has_all_sections_and_well_formed_drawings()
    {
        var html = Page(Studies.Spread(new SearchSpace(Dimensions), 24, point => point[0] / 10 + (point[1] == 1 ? 6 : 0) + 0.2 * point[2]));

        foreach (var title in new[] { "Whether to go on", "Health of the campaign", "How far the model of y can be trusted", "Which parameters matter", "What the model says of y" }) html.Should().Contain($"<h2>{title}</h2>");
        var drawings = Regex.Matches(html, "<svg.*?</svg>", RegexOptions.Singleline).Select(match => XElement.Parse(match.Value)).ToArray();
        // Predicted, calibration, importance, three curves, two maps.
        drawings.Should().HaveCount(8);
        drawings.SelectMany(svg => svg.DescendantsAndSelf()).Attributes().Select(attribute => attribute.Value).Should().NotContain(value => value.Contains("NaN", StringComparison.Ordinal) || value.Contains('∞'));
        drawings[0].Descendants("circle").Should().HaveCount(24);
        drawings[2].Descendants("g").Should().HaveCount(3);
        html.Should().Contain("H2O &amp; EtOH").And.Contain("solvent&lt;").And.NotContain("solvent<");
    }

    [Fact]
    public void A_value_outside_its_interval_is_marked()
    {
        var trials = Studies.Spread(new SearchSpace(Dimensions), 30, point => point[0] / 10).ToBuilder();
        trials[7] = Studies.Measured(trials[7].Point, 40);

        Page(trials.ToImmutable()).Should().Contain("class=\"outside\"").And.Contain("<span class=\"tag warning\">warning</span> <b>trial 8, &#39;y&#39;</b>");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_few_trials_make_a_page_all_the_same(int count)
    {
        var html = Page(Studies.Spread(new SearchSpace(Dimensions), count, point => point[0]));

        html.Should().Contain("Health of the campaign").And.NotContain("NaN");
        foreach (Match svg in Regex.Matches(html, "<svg.*?</svg>", RegexOptions.Singleline)) XElement.Parse(svg.Value);
    }

    [Fact]
    public void Nothing_to_diagnose_leaves_no_trace() => DiagnosisSection.Write(null).Should().BeEmpty();

    private static string Page(ImmutableArray<StudyTrial> trials)
    {
        var problem = Studies.Problem(Dimensions);
        return DiagnosisSection.Write(new ReportDiagnosis(Studies.Of(problem, trials).Diagnose(), problem.Space, Dimensions.ToDictionary(dimension => dimension.Name, dimension => dimension.Name)));
    }
}
