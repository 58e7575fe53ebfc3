using System.Globalization;
using System.Xml.Linq;

namespace LabAutomation.Lab.Reports;

/// <summary>The form in which build servers take the results of tests.</summary>
/// <remarks>Schema: github.com/testmoapp/junitxml, which writes down what the servers agree on.</remarks>
internal static class JUnitReport
{
    public static void Write(string path, ChaosReport report)
    {
        var promise = new XElement("testcase", new XAttribute("classname", "lab.chaos"), new XAttribute("name", $"{string.Join(' ', report.Asked.Campaigns)}: no promise is broken in {report.Episodes} seeds"));
        if (report.Violation is { } end)
        {
            promise.Add(new XElement("failure", new XAttribute("message", end.Violations[0].Message), new XAttribute("type", end.Violations[0].Oracle),
                string.Join('\n', [.. end.Faults.Select(fault => fault.Fault.ToString()), report.Asked.Replays(end)])));
        }

        var coverage = new XElement("testcase", new XAttribute("classname", "lab.chaos"), new XAttribute("name", $"{string.Join(' ', report.Asked.Campaigns)}: every fault has happened"));
        if (report.NeverHappened.Length > 0) coverage.Add(new XElement("failure", new XAttribute("message", $"never happened: {string.Join(", ", report.NeverHappened)}"), new XAttribute("type", "coverage")));
        var failures = (report.Violation is null ? 0 : 1) + (report.NeverHappened.Length > 0 ? 1 : 0);
        var suite = new XElement("testsuite", new XAttribute("name", "lab chaos"), new XAttribute("tests", 2), new XAttribute("failures", failures.ToString(CultureInfo.InvariantCulture)), promise, coverage);
        new XDocument(new XElement("testsuites", suite)).Save(path);
    }
}
