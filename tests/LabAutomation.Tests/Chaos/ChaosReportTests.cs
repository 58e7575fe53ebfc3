using System.Collections.Immutable;
using System.Xml.Linq;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Lab;
using LabAutomation.Lab.Reports;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Tests.Chaos;

/// <summary>What <c>lab chaos</c> tells people and build servers.</summary>
public sealed class ChaosReportTests
{
    private static readonly ChaosRequest Asked = new(["colour match.yaml"], 4, null);

    [Fact]
    public void The_command_that_shows_a_violation_again_survives_a_shell()
    {
        var asked = Asked with { Config = "it's mine.json", Set = ["Lab:Site=bench one"], With = ["target=3"] };

        asked.Replays(End()).Should().Be(@"lab chaos 'colour match.yaml' --seed 7 --faults chaos-7.yaml --trials 4 --with target=3 --config 'it'\''s mine.json' --set 'Lab:Site=bench one'");
    }

    [Fact]
    public void A_violation_of_a_file_is_shown_again_with_that_file() =>
        (Asked with { Faults = "my faults.yaml" }).Replays(End()).Should().Contain("--faults 'my faults.yaml' ");

    [Fact]
    public void A_kind_that_was_drawn_often_and_never_struck_fails_the_run()
    {
        var report = Report(Asked, (FaultKind.Silence, 3, 9), (FaultKind.Echo, FaultCoverage.OftenEnough, 0), (FaultKind.Late, 2, 0));

        (report.Exit, string.Join(' ', report.NeverHappened)).Should().Be((ExitCode.PromiseBroken, "echo"));
        JUnit(report).Should().Contain("failures=\"1\" skipped=\"0\"").And.Contain("never happened: echo").And.Contain("every kind of fault that was drawn 20 times has struck");
    }

    [Fact]
    public void Too_few_seeds_fail_nothing_and_say_what_they_did_not_try()
    {
        var report = Report(Asked, (FaultKind.Silence, 3, 9), (FaultKind.Echo, 0, 0), (FaultKind.Late, 2, 0));

        report.Exit.Should().Be(ExitCode.Success);
        Printed(report).Should().Contain("silence                 9  (3 drawn)").And.Contain("1 of 3 kinds of fault struck; not echo, late (more seeds try more; --require-all asks for each)").And.Contain("no promise was broken");
        JUnit(report).Should().Contain("failures=\"0\" skipped=\"1\"").And.Contain("no kind was drawn 20 times").And.Contain("1 of 3 kinds of fault struck; not echo, late");
    }

    [Fact]
    public void Each_kind_is_to_strike_where_that_is_asked_for()
    {
        var report = Report(Asked with { AllKinds = true }, (FaultKind.Silence, 3, 9), (FaultKind.Echo, 0, 0), (FaultKind.Late, 2, 0));

        (report.Exit, string.Join(' ', report.NeverHappened)).Should().Be((ExitCode.PromiseBroken, "echo late"));
        JUnit(report).Should().Contain("every kind of fault has struck").And.Contain("never happened: echo, late");
    }

    [Fact]
    public void A_fault_of_a_file_that_did_not_happen_fails_the_run()
    {
        var report = Report(Asked with { Faults = "late.yaml" }, (FaultKind.Silence, 1, 0)) with { Missed = ["silence on stirrer at 9 s for 1 s"] };

        report.Exit.Should().Be(ExitCode.PromiseBroken);
        Printed(report).Should().Contain("never happened: silence on stirrer at 9 s for 1 s").And.NotContain("kinds of fault");
        JUnit(report).Should().Contain("every fault of late.yaml has happened").And.Contain("failures=\"1\"");
    }

    [Fact]
    public void A_run_in_which_another_thread_took_part_says_so()
    {
        var report = Report(Asked, (FaultKind.Silence, 3, 9)) with { FirstFromOutside = "   at System.Environment.get_StackTrace()\n   at LabAutomation.Simulators.Time.VirtualLoop.Post(x)\n   at Acme.Pump.RunAsync(Int32 n)\n" };

        Printed(report).Should().Contain("not repeatable: another thread took part, first at Acme.Pump.RunAsync; the same seed may go another way").And.Contain("no promise was broken, but a run that does not repeat shows nothing");
        report.Exit.Should().Be(ExitCode.PromiseBroken);
        JUnit(report).Should().Contain("tests=\"3\" failures=\"1\"").And.Contain("type=\"repeatable\"").And.Contain("first at Acme.Pump.RunAsync");
    }

    [Fact]
    public void A_promise_that_is_broken_without_any_fault_has_a_seed_a_file_and_a_test_that_failed()
    {
        var report = new ChaosReport(Asked, 1, 2, [], End() with { Violations = [new Violation("liveness", "it waits for ever")] });

        (report.Exit, report.NeverHappened.Length).Should().Be((ExitCode.PromiseBroken, 0));
        Printed(report).Should().Contain("BROKEN liveness: it waits for ever").And.Contain("seed 7, without any fault").And.Contain("again: lab chaos 'colour match.yaml' --seed 7 --faults chaos-7.yaml --trials 4");
        JUnit(report).Should().Contain("failures=\"1\"").And.Contain("type=\"liveness\"").And.Contain("--faults chaos-7.yaml");
    }

    private static ChaosReport Report(ChaosRequest asked, params (FaultKind Kind, int Drawn, int Struck)[] kinds) =>
        new(asked, 3, 12, [.. kinds.Select(kind => new FaultCoverage(FaultTraits.Of(kind.Kind), kind.Drawn, kind.Struck))], null);

    private static EpisodeEnd End() => new(7, [], [], [], "", TimeSpan.Zero, 1) { Traffic = (0, 0) };

    private static string Printed(ChaosReport report)
    {
        using var page = new StringWriter();
        ChaosWording.Print(report, page);
        return page.ToString();
    }

    private static string JUnit(ChaosReport report)
    {
        var path = Path.GetTempFileName();
        try
        {
            JUnitReport.Write(path, report);
            return XDocument.Load(path).ToString();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
