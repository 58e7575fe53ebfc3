using LabAutomation.Models;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Models.Batching;

public sealed class ModelBatcherTests : IDisposable
{
    private readonly ModelShelf _shelf = new();
    private readonly FakeTimeProvider _clock = new();
    private ModelRegistry? _registry;

    public void Dispose()
    {
        _registry?.Dispose();
        _shelf.Dispose();
    }

    [Fact]
    public async Task Calls_with_deadlines_share_a_batch_shortly_before_the_earliest()
    {
        using var batcher = Batcher();
        var (first, second) = (Call(batcher, 1, 2), Call(batcher, 3, 4));
        var one = batcher.RunAsync(first, Within(100));
        var other = batcher.RunAsync(second, Within(50));

        await Settled.SoonAsync();
        one.IsCompleted.Should().BeFalse("there is time to wait for others");
        _clock.Advance(TimeSpan.FromMilliseconds(49));

        (await one).Should().Be(CallOutcome.Answered);
        (await other).Should().Be(CallOutcome.Answered);
        first.Output("y").ToArray().Should().Equal(2, 4);
        second.Output("y").ToArray().Should().Equal(6, 8);
        batcher.Figures.Batches.Should().Equal(new Dictionary<int, long> { [2] = 1 });
        batcher.Figures.Late.Should().Be(0);
    }

    [Fact]
    public async Task A_full_batch_waits_for_nobody()
    {
        using var batcher = Batcher();
        var calls = Enumerable.Range(0, 4).Select(k => batcher.NewCall(rows: 2)).ToList();

        var answers = calls.Select(call => batcher.RunAsync(call, Within(10_000)).AsTask()).ToList();

        (await Task.WhenAll(answers)).Should().AllBeEquivalentTo(CallOutcome.Answered);
        batcher.Figures.Batches.Should().Equal(new Dictionary<int, long> { [8] = 1 });
    }

    [Fact]
    public async Task Nine_rows_are_padded_to_ten()
    {
        using var batcher = Batcher(most: 16);
        var call = batcher.NewCall(rows: 9);
        Enumerable.Range(0, 18).Select(i => i / 2f).ToArray().CopyTo(call.Input("x"));

        (await batcher.RunAsync(call, default)).Should().Be(CallOutcome.Answered);

        call.Output("y").ToArray().Should().Equal(Enumerable.Range(0, 18).Select(i => (float)i));
        batcher.Figures.Rows.Should().Be(9);
        batcher.Figures.PaddedRows.Should().Be(1);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        using var batcher = Batcher(capacity: 2);
        var waiting = new[] { batcher.RunAsync(batcher.NewCall(), Within(100)), batcher.RunAsync(batcher.NewCall(), Within(100)) };

        (await batcher.RunAsync(batcher.NewCall(), Within(100))).Should().Be(CallOutcome.QueueFull);

        waiting.Should().OnlyContain(one => !one.IsCompleted);
    }

    [Fact]
    public async Task A_call_whose_deadline_passes_while_all_instances_are_busy_is_answered_without_being_run()
    {
        using var batcher = Batcher();
        var busy = _registry!.Find("doubling").Current;
        busy.TryRent(out var model).Should().BeTrue();
        var taken = batcher.RunAsync(batcher.NewCall(), default);
        await Settled.UntilAsync(() => batcher.Figures.Waiting == 0);
        var late = batcher.RunAsync(batcher.NewCall(), Within(20));

        _clock.Advance(TimeSpan.FromMilliseconds(30));

        (await late).Should().Be(CallOutcome.Expired);
        taken.IsCompleted.Should().BeFalse();
        busy.Return(model);
        (await taken).Should().Be(CallOutcome.Answered);
        batcher.Figures.Calls[CallOutcome.Expired].Should().Be(1);
    }

    [Fact]
    public async Task A_waiting_call_can_be_cancelled_and_its_buffers_are_the_callers_again()
    {
        using var batcher = Batcher();
        using var stop = new CancellationTokenSource();
        var call = Call(batcher, 1, 2);
        var answer = batcher.RunAsync(call, Within(100), stop.Token);

        await stop.CancelAsync();

        (await answer).Should().Be(CallOutcome.Cancelled);
        batcher.Figures.Waiting.Should().Be(0);
        (await batcher.RunAsync(call, default)).Should().Be(CallOutcome.Answered);
        call.Output("y").ToArray().Should().Equal(2, 4);
        (await batcher.RunAsync(call, default, stop.Token)).Should().Be(CallOutcome.Cancelled, "the token is cancelled already");
    }

    [Fact]
    public async Task A_value_that_may_not_be_refuses_its_call_alone()
    {
        using var batcher = Batcher();
        var (good, bad) = (Call(batcher, 1, 2), Call(batcher, 1, float.NaN));
        var (one, other) = (batcher.RunAsync(good, Within(50)), batcher.RunAsync(bad, Within(50)));
        _clock.Advance(TimeSpan.FromMilliseconds(49));

        (await one).Should().Be(CallOutcome.Answered);
        (await other).Should().Be(CallOutcome.Refused);
        bad.Reason.Should().Be("'x'[1] is NaN mL; the card allows -10 to 10 mL");
        good.Output("y").ToArray().Should().Equal(2, 4);
    }

    [Fact]
    public async Task A_call_that_makes_the_model_throw_fails_alone()
    {
        _shelf.Throwing();
        using var batcher = Batcher("throwing");
        var values = new float[] { 0, 7, 3 };
        var calls = values.Select(value =>
        {
            var call = batcher.NewCall();
            call.Input("x")[0] = value;
            return (Call: call, Answer: batcher.RunAsync(call, Within(50)).AsTask());
        }).ToList();
        _clock.Advance(TimeSpan.FromMilliseconds(49));

        (await Task.WhenAll(calls.Select(one => one.Answer))).Should().Equal(CallOutcome.Answered, CallOutcome.Failed, CallOutcome.Answered);
        calls[0].Call.Output("y")[0].Should().Be(10);
        calls[1].Call.Reason.Should().StartWith("Model 'throwing' 1.0 failed on cpu:");
        calls[2].Call.Output("y")[0].Should().Be(40);
    }

    [Fact]
    public async Task Whatever_a_run_throws_fails_its_calls_and_the_owner_goes_on()
    {
        _shelf.Open("1", usual: 2);
        using var batcher = Batcher("open");
        var named = _registry!.Find("open");
        var (first, odd) = (named.Current, _registry.Load(_shelf.Open("2", usual: 1)));
        var calls = new[] { Call(batcher, 1, 2), Call(batcher, 3, 4) };

        // As no swap would: its rows are shorter than those of the calls.
        named.Become(odd);
        var answers = calls.Select(call => batcher.RunAsync(call, Within(50)).AsTask()).ToList();
        _clock.Advance(TimeSpan.FromMilliseconds(49));

        (await Task.WhenAll(answers)).Should().AllBeEquivalentTo(CallOutcome.Failed);
        named.Become(first);
        (await batcher.RunAsync(calls[0], default)).Should().Be(CallOutcome.Answered);
        calls[0].Output("y").ToArray().Should().Equal(2, 4);
    }

    [Fact]
    public async Task Closing_answers_who_waits_and_refuses_who_comes()
    {
        var batcher = Batcher();
        var waiting = batcher.RunAsync(batcher.NewCall(), Within(100));

        batcher.Dispose();

        (await waiting).Should().Be(CallOutcome.Closed);
        (await batcher.RunAsync(batcher.NewCall(), default)).Should().Be(CallOutcome.Closed);
    }

    [Fact]
    public void A_call_cannot_be_submitted_twice_at_a_time()
    {
        using var batcher = Batcher();
        var call = batcher.NewCall();
        _ = batcher.RunAsync(call, Within(100)).AsTask();

        var again = () => batcher.Run(call, default);

        again.Should().Throw<InvalidOperationException>().WithMessage("*submitted again*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_call_of_no_rows_or_too_many_is_refused(int rows)
    {
        using var batcher = Batcher();

        var make = () => batcher.NewCall(rows);

        make.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*1 to 8 rows*");
    }

    [Fact]
    public async Task Unloading_the_model_fails_calls_with_the_reason()
    {
        using var batcher = Batcher();
        _registry!.Unload("doubling", "1.0");

        var call = batcher.NewCall();

        (await batcher.RunAsync(call, default)).Should().Be(CallOutcome.Failed);
        call.Reason.Should().Be("Model 'doubling' has been unloaded.");
    }

    private ModelBatcher Batcher(string name = "doubling", int capacity = 16, int most = 8)
    {
        _shelf.Doubling(most: most);
        _registry = ModelRegistry.Open(_shelf.Path, new ModelOptions(), _clock);
        return new ModelBatcher(_registry.Find(name), new BatcherOptions { Capacity = capacity }, _clock);
    }

    private static CallTerms Within(int milliseconds) => new() { Within = TimeSpan.FromMilliseconds(milliseconds) };

    private static ModelCall Call(ModelBatcher batcher, float a, float b)
    {
        var call = batcher.NewCall();
        (call.Input("x")[0], call.Input("x")[1]) = (a, b);
        return call;
    }
}
