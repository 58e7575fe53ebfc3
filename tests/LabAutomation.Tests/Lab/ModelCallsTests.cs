using System.Text.Json;
using LabAutomation.Lab.Commands;
using LabAutomation.Models;
using LabAutomation.Tests.Models;

namespace LabAutomation.Tests.Lab;

/// <summary>Calls of a model, a line of JSON each.</summary>
public sealed class ModelCallsTests : IDisposable
{
    private readonly ModelShelf _shelf = new();

    public void Dispose() => _shelf.Dispose();

    [Fact]
    public async Task Every_call_is_answered_once_with_its_own_rows()
    {
        _shelf.Doubling();
        string[] lines = [.. Enumerable.Range(0, 600).Select(k => $$$"""{"id":"call {{{k}}}","inputs":{"x":[{{{k % 9}}},1{{{(k % 3 == 0 ? ",2,3" : "")}}}]}}""")];

        var (answers, figures) = await RunAsync("doubling", lines);

        answers.Should().HaveCount(600);
        answers.Select(answer => answer.GetProperty("id").GetString()).Should().BeEquivalentTo(Enumerable.Range(0, 600).Select(k => $"call {k}"));
        answers.Should().OnlyContain(answer => answer.GetProperty("outcome").GetString() == "answered" && answer.GetProperty("outputs").GetProperty("y")[0].GetSingle() == 2 * ((answer.GetProperty("line").GetInt32() - 1) % 9));
        answers.Single(answer => answer.GetProperty("line").GetInt32() == 1).GetProperty("outputs").GetProperty("y").EnumerateArray().Select(y => y.GetSingle()).Should().Equal(0, 2, 4, 6);
        figures.Calls[CallOutcome.Answered].Should().Be(600);
        figures.Rows.Should().Be(800);
    }

    [Theory]
    [InlineData("{", "refused", "this line is no JSON object: at byte 2 it ends before what was opened is closed")]
    [InlineData("""{"inputs":{"x":[1,NaN]}}""", "refused", "this line is no JSON object: at byte 19 there is no value; NaN and infinity are none in JSON, and no model takes them")]
    [InlineData("""{"inputs":{"x":[1,2]}} {}""", "refused", "this line is no JSON object: at byte 24 more comes after its end; each call has a line of its own")]
    [InlineData("""{"inputs":{"x":[1,+2]}}""", "refused", "this line is no JSON object: at byte 19 '+' stands where a value is wanted")]
    [InlineData("""{"inputs":{"x":[1,2],"x":[3,4]}}""", "refused", "'x' stands for the second time, and each name stands once")]
    [InlineData("""{"inputs":{"x":[1,2]},"id":1,"id":2}""", "refused", "'id' stands for the second time, and each name stands once")]
    [InlineData("[1]", "refused", "a call is an object with 'inputs'*")]
    [InlineData("""{"inputs":{}}""", "refused", "input 'x' is wanted: a list of numbers in mL, row by row")]
    [InlineData("""{"inputs":{"x":[1,2],"z":[1]}}""", "refused", "there is no input 'z'; the model has x[n, 2]")]
    [InlineData("""{"inputs":{"x":[1,2,3]}}""", "refused", "'x' has 3 values, and x[n, 2] takes 2 a row*")]
    [InlineData("""{"inputs":{"x":[]}}""", "refused", "'x' has 0 values*")]
    [InlineData("""{"inputs":{"x":[1,2]},"withn":1}""", "refused", "'withn' is not known; a call has id, inputs, within and priority")]
    [InlineData("""{"inputs":{"x":[1,2]},"within":0}""", "refused", "within is more than 0 s and at most 3600 s, not 0")]
    [InlineData("""{"inputs":{"x":[1,2]},"priority":"urgent"}""", "refused", "priority is low, normal or high, not 'urgent'")]
    [InlineData("""{"inputs":{"x":[1,"a"]}}""", "refused", "'x'[1] is \"a\", and a number is wanted")]
    [InlineData("""{"inputs":{"x":[null,1]}}""", "refused", "'x'[0] is null, and a number is wanted")]
    [InlineData("""{"inputs":{"x":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8]}}""", "refused", "'x' has 9 rows, and a call of 'doubling' has at most 8")]
    [InlineData("""{"inputs":{"x":[1,2]},"within":"soon"}""", "refused", "within is \"soon\", and a number is wanted")]
    [InlineData("""{"inputs":{"x":[1,2]},"priority":1}""", "refused", "priority is low, normal or high, not '1'")]
    [InlineData("""{"inputs":{"x":[1,11]}}""", "refused", "'x'[1] is 11 mL; the card allows -10 to 10 mL")]
    [InlineData("""{"inputs":{"x":[1,1e999]}}""", "refused", "*")]
    public async Task A_bad_call_is_refused_with_the_reason_and_the_next_is_answered(string line, string outcome, string reason)
    {
        _shelf.Doubling();

        var (answers, _) = await RunAsync("doubling", [line, "", """{"id":7,"inputs":{"x":[1,2]},"priority":"high"}"""]);

        answers.Should().HaveCount(2);
        var (bad, good) = (answers.Single(answer => answer.GetProperty("line").GetInt32() == 1), answers.Single(answer => answer.GetProperty("line").GetInt32() == 3));
        bad.GetProperty("outcome").GetString().Should().Be(outcome);
        bad.GetProperty("reason").GetString().Should().Match(reason);
        (good.GetProperty("id").GetInt32(), good.GetProperty("outcome").GetString()).Should().Be((7, "answered"));
    }

    [Fact]
    public async Task A_call_on_which_the_model_throws_fails_alone()
    {
        _shelf.Throwing();

        var (answers, figures) = await RunAsync("throwing", [.. Enumerable.Range(0, 20).Select(k => $$$"""{"id":{{{k}}},"inputs":{"x":[{{{(k == 13 ? 7 : k % 4)}}}]}}""")]);

        answers.Single(answer => answer.GetProperty("id").GetInt32() == 13).GetProperty("outcome").GetString().Should().Be("failed");
        (figures.Calls[CallOutcome.Answered], figures.Calls[CallOutcome.Failed]).Should().Be((19, 1));
    }

    [Fact]
    public async Task Lines_that_are_no_calls_are_counted_and_told()
    {
        _shelf.Doubling();
        using var registry = ModelRegistry.OpenOnly("doubling", _shelf.Path, new ModelOptions());
        using var output = new StringWriter();
        var calls = new ModelCalls(registry, registry.Find("doubling"), _shelf.Path, output, _ => { });

        var figures = await calls.RunAsync(new StringReader("{\n[1]\n{\"inputs\":{\"x\":[1,2]}}\n"), CancellationToken.None);

        calls.Unread.Should().Be(2);
        ModelReport.Calls(figures, calls.Unread).Should().StartWith("lab: calls: 1 answered, 2 refused as no calls of this model; 1 run of 1 rows");
    }

    [Fact]
    public async Task An_answer_that_cannot_be_written_ends_the_run_with_an_error_also_where_it_was_the_last()
    {
        _shelf.Doubling();
        using var registry = ModelRegistry.OpenOnly("doubling", _shelf.Path, new ModelOptions());
        var calls = new ModelCalls(registry, registry.Find("doubling"), _shelf.Path, new Full(), _ => { });

        await calls.Invoking(one => one.RunAsync(new StringReader("""{"inputs":{"x":[1,2]}}"""), CancellationToken.None)).Should().ThrowAsync<IOException>().WithMessage("No space left on device");
    }

    /// <summary>A disk without room.</summary>
    private sealed class Full : StringWriter
    {
        public override void Flush() => throw new IOException("No space left on device");
    }

    [Fact]
    public async Task Whoever_cancels_has_the_answers_to_what_was_asked_by_then()
    {
        _shelf.Doubling();
        using var registry = ModelRegistry.OpenOnly("doubling", _shelf.Path, new ModelOptions());
        using var output = new StringWriter();
        using var stop = new CancellationTokenSource();
        var input = new OpenEnded("""{"id":1,"inputs":{"x":[1,2]}}""", stop);

        var figures = await new ModelCalls(registry, registry.Find("doubling"), _shelf.Path, output, _ => { }).RunAsync(input, stop.Token);

        figures.Calls[CallOutcome.Answered].Should().Be(1);
        output.ToString().Should().Contain("answered");
    }

    /// <summary>One line, and then nothing for ever, as a pipe that stays open; whoever waits for the second line is interrupted.</summary>
    private sealed class OpenEnded(string line, CancellationTokenSource stop) : TextReader
    {
        private bool _isRead;

        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
        {
            if (!_isRead)
            {
                _isRead = true;
                return new ValueTask<string?>(line);
            }

            stop.Cancel();
            return new ValueTask<string?>(new TaskCompletionSource<string?>().Task);
        }
    }

    private async Task<(List<JsonElement> Answers, BatcherFigures Figures)> RunAsync(string name, string[] lines)
    {
        using var registry = ModelRegistry.OpenOnly(name, _shelf.Path, new ModelOptions());
        using var output = new StringWriter();
        var figures = await new ModelCalls(registry, registry.Find(name), _shelf.Path, output, _ => { }).RunAsync(new StringReader(string.Join('\n', lines)), CancellationToken.None);
        return ([.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)], figures);
    }
}
