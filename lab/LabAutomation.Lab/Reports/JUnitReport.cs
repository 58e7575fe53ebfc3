using System.Globalization;
using System.Xml.Linq;
using LabAutomation.Hosting.Chaos;

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

        var coverage = new XElement("testcase", new XAttribute("classname", "lab.chaos"), new XAttribute("name", $"{string.Join(' ', report.Asked.Campaigns)}: {Wanted(report)}"));
        var tellsNothing = report.NeverHappened.IsEmpty && report.Asked is { Faults: null, AllKinds: false } && report.Coverage.All(kind => kind.Drawn < FaultCoverage.OftenEnough);
        if (tellsNothing) coverage.Add(new XElement("skipped", new XAttribute("message", $"no kind was drawn {FaultCoverage.OftenEnough} times; more seeds, or --require-all")));
        if (ChaosWording.Unstruck(report) is { } unstruck) coverage.Add(new XElement("system-out", unstruck));
        if (report.NeverHappened.Length > 0) coverage.AddFirst(new XElement("failure", new XAttribute("message", $"never happened: {string.Join(", ", report.NeverHappened)}"), new XAttribute("type", "coverage")));
        var same = new XElement("testcase", new XAttribute("classname", "lab.chaos"), new XAttribute("name", $"{string.Join(' ', report.Asked.Campaigns)}: the same seed goes the same way each time"));
        if (report.FirstFromOutside is { } outside) same.Add(new XElement("failure", new XAttribute("message", ChaosWording.Unrepeatable(outside)), new XAttribute("type", "repeatable"), outside));
        var failures = new[] { report.Violation is not null, report.NeverHappened.Length > 0, report.FirstFromOutside is not null }.Count(fell => fell);
        var suite = new XElement("testsuite", new XAttribute("name", "lab chaos"), new XAttribute("tests", 3), new XAttribute("failures", failures.ToString(CultureInfo.InvariantCulture)), new XAttribute("skipped", tellsNothing ? 1 : 0), promise, coverage, same);
        new XDocument(new XElement("testsuites", suite)).Save(path);
    }

    private static string Wanted(ChaosReport report) =>
        report.Asked.Faults is { } file ? $"every fault of {file} has happened"
        : report.Asked.AllKinds ? "every kind of fault has struck"
        : $"every kind of fault that was drawn {FaultCoverage.OftenEnough} times has struck";
}
