using System.Text.RegularExpressions;
using LabAutomation.Agents.AskTell;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Learning.Diagnosis;

/// <summary>docs/reference/diagnosis.md knows every finding, decision and judgement.</summary>
public sealed partial class DiagnosisReferenceTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("docs", "reference", "diagnosis.md"));

    [Fact]
    public void Every_finding_is_on_the_page_and_no_other()
    {
        var found = Directory.EnumerateFiles(Repository.At("agents", "LabAutomation.Learning", "Diagnosis"), "*Health*.cs")
            .SelectMany(file => Finding().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal);

        var section = Page[Page.IndexOf("## Health", StringComparison.Ordinal)..Page.IndexOf("## Calibration", StringComparison.Ordinal)];

        Row().Matches(section).Select(match => match.Groups[1].Value).Where(name => name is not ("error" or "warning" or "note")).Order(StringComparer.Ordinal).Should().Equal(found);
    }

    [Fact]
    public void Every_decision_and_judgement_is_on_the_page()
    {
        foreach (var decision in Enum.GetValues<StoppingDecision>()) Page.Should().Contain($"`{DiagnosisReply.Named(decision)}`");
        foreach (var judgement in new[] { "overconfident", "overcautious", "sound", "too-few" }) Page.Should().Contain($"`{judgement}`");
    }

    [GeneratedRegex("findings\\.(?:Note|Warning|Error)\\(\"([a-z-]+)\"")]
    private static partial Regex Finding();

    [GeneratedRegex("^\\| `([a-z-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
