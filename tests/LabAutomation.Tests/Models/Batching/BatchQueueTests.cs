using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Batching;

/// <summary>The rules of batches, by a clock that counts to order: a run of n rows is expected to take 10 + n ticks.</summary>
public sealed class BatchQueueTests : IDisposable
{
    private const int Capacity = 6;
    private const int MostRows = 8;
    private readonly ModelShelf _shelf = new();
    private readonly ModelCard _card;

    public BatchQueueTests() => _card = ModelCard.Read(Path.Combine(_shelf.Doubling(), ModelArtifact.CardFile));

    public void Dispose() => _shelf.Dispose();

    [Fact]
    public void A_call_without_a_deadline_is_taken_at_once()
    {
        var queue = NewQueue();
        queue.TryAdd(Call(rows: 1, now: 5)).Should().BeTrue();

        Take(queue, now: 5).Should().HaveCount(1);
    }

    [Fact]
    public void Calls_wait_for_others_until_the_earliest_deadline_less_the_run()
    {
        var queue = NewQueue();
        queue.TryAdd(Call(rows: 1, now: 0, within: 100));
        queue.TryAdd(Call(rows: 2, now: 0, within: 60));

        queue.LookAgainAt(0).Should().Be(60 - 13);
        Take(queue, now: 46).Should().BeNull();
        Take(queue, now: 47).Should().HaveCount(2);
    }

    [Fact]
    public void A_full_batch_waits_for_no_deadline()
    {
        var queue = NewQueue();
        queue.TryAdd(Call(rows: 5, now: 0, within: 1000));
        Take(queue, now: 0).Should().BeNull();
        queue.TryAdd(Call(rows: 4, now: 0, within: 1000));

        Take(queue, now: 0).Should().ContainSingle("five and four rows do not fit into one batch").Which.Rows.Should().Be(5);
        Take(queue, now: 0).Should().BeNull();
    }

    [Fact]
    public void Higher_priorities_go_first_and_the_oldest_among_equals()
    {
        var queue = NewQueue();
        var low = Call(rows: 4, now: 0, priority: CallPriority.Low);
        var first = Call(rows: 4, now: 1);
        var second = Call(rows: 4, now: 2);
        var high = Call(rows: 4, now: 3, priority: CallPriority.High);
        foreach (var call in new[] { low, first, second, high }) queue.TryAdd(call);

        Take(queue, now: 3).Should().Equal(high, first);
        Take(queue, now: 3).Should().Equal(second, low);
    }

    [Fact]
    public void Whatever_happens_no_call_is_lost_or_taken_twice_and_every_batch_keeps_the_rules()
    {
        var call = from rows in Gen.Choose(1, 5)
                   from within in Gen.Frequency((1, Gen.Constant<int?>(null)), (3, Gen.Choose(1, 80).Select(ticks => (int?)ticks)))
                   from priority in Gen.Elements(Enum.GetValues<CallPriority>())
                   select new Deed(Does.Submit, rows, within, priority);
        var deed = Gen.Frequency(
            (5, call),
            (3, Gen.Choose(1, 40).Select(ticks => new Deed(Does.Wait, ticks))),
            (3, Gen.Constant(new Deed(Does.Take))),
            (1, Gen.Choose(0, 40).Select(which => new Deed(Does.Cancel, which))));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20260131, 7), Prop.ForAll(deed.ArrayOf(40).ToArbitrary(), deeds => Play(deeds)));
    }

    private enum Does
    {
        Submit,
        Wait,
        Take,
        Cancel,
    }

    private sealed record Deed(Does Does, int Number = 0, int? Within = null, CallPriority Priority = CallPriority.Normal);

    private bool Play(Deed[] deeds)
    {
        var (queue, now) = (NewQueue(), 0L);
        var (waiting, gone, submitted) = (new List<ModelCall>(), new HashSet<ModelCall>(), new List<ModelCall>());
        foreach (var deed in deeds)
        {
            switch (deed.Does)
            {
                case Does.Submit:
                    var call = Call(deed.Number, now, deed.Within, deed.Priority);
                    submitted.Add(call);
                    var accepted = queue.TryAdd(call);
                    accepted.Should().Be(waiting.Count < Capacity);
                    if (accepted) waiting.Add(call);
                    else gone.Add(call).Should().BeTrue();
                    break;
                case Does.Wait:
                    now += deed.Number;
                    break;
                case Does.Cancel when submitted.Count > 0:
                    var chosen = submitted[deed.Number % submitted.Count];
                    queue.Remove(chosen).Should().Be(waiting.Contains(chosen));
                    if (waiting.Remove(chosen)) gone.Add(chosen).Should().BeTrue();
                    break;
                case Does.Take:
                    CheckTake(queue, now, waiting, gone);
                    break;
            }

            queue.Count.Should().Be(waiting.Count);
            queue.Rows.Should().Be(waiting.Sum(one => one.Rows));
        }

        foreach (var left in queue.TakeAll()) gone.Add(left).Should().BeTrue();
        gone.SetEquals(submitted).Should().BeTrue();
        gone.Should().HaveSameCount(submitted);
        return true;
    }

    private static void CheckTake(BatchQueue queue, long now, List<ModelCall> waiting, HashSet<ModelCall> gone)
    {
        var expired = queue.TakeExpired(now) ?? [];
        expired.ToHashSet().SetEquals(waiting.Where(one => one.DueBy <= now)).Should().BeTrue();
        waiting.RemoveAll(expired.Contains);
        foreach (var one in expired) gone.Add(one).Should().BeTrue();
        var rows = Math.Min(MostRows, waiting.Sum(one => one.Rows));
        var isDue = waiting.Any(one => one.DueBy is null || one.DueBy - Service(rows) <= now);
        var isFull = waiting.Sum(one => one.Rows) >= MostRows;

        var batch = Take(queue, now);

        (batch is not null).Should().Be(isDue || isFull);
        if (batch is null) return;
        batch.Sum(one => one.Rows).Should().BeLessThanOrEqualTo(MostRows);
        var order = waiting.OrderByDescending(one => one.Priority).ToList();
        batch.Should().Equal(order.Take(batch.Count), "the oldest of the highest priority go first");
        if (batch.Count < order.Count) (batch.Sum(one => one.Rows) + order[batch.Count].Rows).Should().BeGreaterThan(MostRows, "nobody is left behind who fits");
        waiting.RemoveAll(batch.Contains);
        foreach (var one in batch) gone.Add(one).Should().BeTrue();
    }

    private static long Service(int rows) => 10 + rows;

    private static BatchQueue NewQueue() => new(Capacity, MostRows, Service, lateness: () => 0);

    private static List<ModelCall>? Take(BatchQueue queue, long now)
    {
        var batch = new List<ModelCall>();
        return queue.TryTake(now, batch) ? batch : null;
    }

    private ModelCall Call(int rows, long now, long? within = null, CallPriority priority = CallPriority.Normal)
    {
        var call = new ModelCall(_card, rows, MostRows);
        call.Begin(now, now + within, priority, awaited: false);
        return call;
    }
}
