using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LabAutomation.SystemTests.Lab;

/// <summary>The program <c>lab ask-tell</c>, from outside.</summary>
public sealed partial class AskTellTests
{
    private const string Open = """{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1},{"name":"base","kind":"categorical","choices":["K2CO3","NaOtBu"]}],"objectives":[{"name":"y","goal":"minimise"}],"seed":3,"planner":{"kind":"gaussian-process","initial":4}}}""";

    [Fact]
    public async Task A_conversation_is_one_answer_a_message_and_ends_with_the_input()
    {
        using var lab = new PipedLab("ask-tell");
        await lab.SayAsync(Open, "opened");
        for (var k = 0; k < 7; k++) await TryAsync(lab);
        (await lab.SayAsync("""{"tell":[{"x":{"a":0.5,"b":0.5,"base":"KOH"},"y":1}]}""")).Should().Be("""{"error":"line 16: parameter 'base' has no choice 'KOH'; choices are K2CO3, NaOtBu"}""");
        (await lab.SayAsync("""{"best":true}""", "best")).GetProperty("observed").GetProperty("y").GetDouble().Should().BeLessThan(0.5);
        await lab.SayAsync(Open, "opened");
        (await lab.SayAsync("""{"ask":1}""")).Should().Contain("\"trial\":1").And.MatchRegex("\"seconds\":[0-9]");

        var (code, rest, error) = await lab.EndAsync();

        (code, rest, error).Should().Be((0, "", ""));
    }

    [Fact]
    public async Task Killed_and_resumed_from_its_state_it_asks_the_same_to_the_last_bit()
    {
        using var first = new PipedLab("ask-tell");
        await first.SayAsync(Open, "opened");
        for (var k = 0; k < 7; k++) await TryAsync(first);
        await first.SayAsync("""{"ask":2}""", "asked");
        await first.SayAsync("""{"tell":{"trial":8,"failed":"clogged"}}""", "told");
        var state = await first.SayAsync("""{"state":true}""", "state");
        var expected = await GoOnAsync(first);
        first.Kill();

        using var second = new PipedLab("ask-tell");
        await second.SayAsync($$$"""{"resume":{{{state.GetRawText()}}}}""", "resumed");

        (await GoOnAsync(second)).Should().Equal(expected);
    }

    [Fact]
    public async Task A_line_of_50_megabytes_is_answered_and_not_kept()
    {
        using var lab = new PipedLab("ask-tell", "--longest-line", "8");
        await lab.SayAsync(Open, "opened");

        var answer = await lab.SayAsync($$$"""{"tell":"{{{new string('x', 50_000_000)}}}"}""");

        answer.Should().Be("""{"error":"line 2: the line is longer than 8388608 bytes and was not read; 'lab ask-tell --longest-line MIB' allows more"}""");
        await lab.SayAsync("""{"ask":1}""", "asked");
        (await lab.EndAsync()).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_line_within_the_limit_is_read_however_long()
    {
        using var lab = new PipedLab("ask-tell");
        var rows = string.Join(',', Enumerable.Range(0, 100_000).Select(k => FormattableString.Invariant($"[{k / 100_000.0},0.5,\"K2CO3\"]")));

        await lab.SayAsync(Open.Replace("\"seed\":3", $"\"candidates\":[{rows}]"), "opened");

        await lab.SayAsync("""{"ask":1}""", "asked");
        (await lab.EndAsync()).ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("""{"ask":1""", """{"error":"line 2: column 9: this is not JSON""")]
    [InlineData("""{"ask":1}""", """{"asked":[{"trial":1""")]
    public async Task Input_that_ends_in_mid_line_is_answered_for_what_it_is(string last, string answer)
    {
        using var lab = new PipedLab("ask-tell");
        await lab.SayAsync(Open, "opened");
        await lab.SendAsync(last);

        var (code, rest, error) = await lab.EndAsync();

        rest.Should().StartWith(answer).And.EndWith("}\n");
        (code, error).Should().Be((0, ""));
    }

    [Fact]
    public async Task Where_nobody_reads_its_answers_it_ends()
    {
        using var lab = new PipedLab("ask-tell");
        await lab.SayAsync(Open, "opened");
        lab.StopReading();
        await lab.SendAsync("{\"ask\":1}\n");

        (await lab.ExitAsync()).Should().Be(9);
        (await lab.ErrorAsync()).Should().StartWith("lab: ").And.NotContain("   at ");
    }

    [Fact]
    public async Task Ten_thousand_measurements_told_one_by_one_do_not_slow_it_down()
    {
        using var lab = new PipedLab("ask-tell");
        await lab.SayAsync(Open, "opened");
        var watch = Stopwatch.StartNew();

        var reading = Task.Run(async () =>
        {
            for (var k = 0; k < 10_000; k++) (await lab.ReadAsync()).Should().Be("{\"told\":1}");
        });
        for (var k = 0; k < 10_000; k++) await lab.SendAsync(FormattableString.Invariant($$$"""{"tell":[{"x":{"a":0.5,"b":0.25,"base":"K2CO3"},"y":{"y":{{{k % 5}}}}}]}""") + "\n");
        await reading;
        await lab.SayAsync("""{"ask":1}""", "asked");

        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2000")]
    public async Task A_limit_that_makes_no_sense_is_refused(string limit)
    {
        using var folder = new TemporaryFolder();

        BadInputTests.Refused(await LabProcess.RunAsync(folder.Path, "ask-tell", "--longest-line", limit), 2, "--longest-line", limit);
    }

    private static async Task TryAsync(PipedLab lab)
    {
        var asked = (await lab.SayAsync("""{"ask":1}""", "asked"))[0];
        var x = asked.GetProperty("x");
        var y = Math.Pow(x.GetProperty("a").GetDouble() - 0.4, 2) + x.GetProperty("b").GetDouble() / 3 + (x.GetProperty("base").GetString() == "K2CO3" ? 0 : 0.1);
        await lab.SayAsync(FormattableString.Invariant($$$"""{"tell":[{"x":{{{x.GetRawText()}}},"y":{"y":{{{y}}}}}]}"""), "told");
    }

    /// <summary>What it answers from here on, but for the time it took.</summary>
    private static async Task<IReadOnlyList<string>> GoOnAsync(PipedLab lab)
    {
        var answers = new List<string>();
        for (var k = 0; k < 3; k++)
        {
            var answer = await lab.SayAsync("""{"ask":2}""");
            answers.Add(Seconds().Replace(answer, ""));
            foreach (var asked in JsonDocument.Parse(answer).RootElement.GetProperty("asked").EnumerateArray())
                await lab.SayAsync(FormattableString.Invariant($$$"""{"tell":[{"trial":{{{asked.GetProperty("trial")}}},"y":{"y":{{{1.0 / (3 + k)}}}}}]}"""), "told");
        }
        answers.Add(await lab.SayAsync("""{"best":true}"""));
        return answers;
    }

    [GeneratedRegex("\"seconds\":[^,}]*")]
    private static partial Regex Seconds();
}
