using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Batching;

/// <summary>Many threads at once: each call gets its own rows back, once.</summary>
public sealed class ManyCallersTests : IDisposable
{
    private const int Callers = 8;
    private const int Calls = 400;
    private readonly ModelShelf _shelf = new();

    public void Dispose() => _shelf.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Every_call_is_answered_once_with_its_own_rows(int instances, bool swapping)
    {
        _shelf.Doubling("0");
        using var registry = ModelRegistry.Open(_shelf.Path, new ModelOptions { Instances = instances });
        using var batcher = new ModelBatcher(registry.Find("doubling"), new BatcherOptions { Capacity = 4 });
        var outcomes = new long[Enum.GetValues<CallOutcome>().Length];
        var wrong = 0;
        var callers = Enumerable.Range(0, Callers).Select(seed => Task.Factory.StartNew(() =>
        {
            var random = new Random(seed);
            for (var k = 0; k < Calls; k++)
            {
                var call = batcher.NewCall(random.Next(1, 6));
                for (var i = 0; i < 2 * call.Rows; i++) call.Input("x")[i] = (float)((random.NextDouble() * 20) - 10);
                using var stop = random.Next(10) == 0 ? new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(3)), TimeProvider.System) : new CancellationTokenSource();
                var terms = new CallTerms { Within = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 5)) : null, Priority = (CallPriority)random.Next(-1, 2) };
                var outcome = seed % 2 == 0 ? batcher.Run(call, terms, stop.Token) : Awaited(batcher.RunAsync(call, terms, stop.Token));
                Interlocked.Increment(ref outcomes[(int)outcome]);
                if (outcome == CallOutcome.Answered && !Doubled(call)) Interlocked.Increment(ref wrong);
            }
        }, TaskCreationOptions.LongRunning)).ToList();
        for (var version = 1; swapping && version <= 5; version++)
        {
            registry.Load(_shelf.Doubling($"{version}"));
            registry.Swap("doubling", $"{version}");
            registry.Unload("doubling", $"{version - 1}");
        }

        await Task.WhenAll(callers);

        wrong.Should().Be(0);
        outcomes.Sum().Should().Be(Callers * Calls);
        outcomes[(int)CallOutcome.Answered].Should().BeGreaterThan(Callers * Calls / 4);
        outcomes[(int)CallOutcome.Failed].Should().Be(0);
        outcomes[(int)CallOutcome.Refused].Should().Be(0);
        batcher.Figures.Calls.OrderBy(pair => pair.Key).Select(pair => pair.Value).Should().Equal(outcomes);
        batcher.Figures.Waiting.Should().Be(0);
    }

    [Fact]
    public void A_blocking_call_and_its_answer_allocate_nothing()
    {
        _shelf.Doubling();
        var clock = new OwnersClock();
        using var registry = ModelRegistry.Open(_shelf.Path, new ModelOptions());
        using var batcher = new ModelBatcher(registry.Find("doubling"), new BatcherOptions(), clock);
        var call = batcher.NewCall();
        for (var k = 0; k < 100; k++) batcher.Run(call, default);

        var (before, owners) = (GC.GetAllocatedBytesForCurrentThread(), clock.Allocated);
        for (var k = 0; k < 500; k++) batcher.Run(call, default);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        owners.Should().BeGreaterThan(0, "otherwise the owner's thread was never heard of");
        (clock.Allocated - owners).Should().Be(0, "nor does the thread that runs the batches");
    }

    /// <summary>Knows what the thread of the batcher's one owner has allocated, whenever that looks at it.</summary>
    private sealed class OwnersClock : TimeProvider
    {
        private long _allocated;

        public long Allocated => Volatile.Read(ref _allocated);

        public override long GetTimestamp()
        {
            if (Thread.CurrentThread.Name == "model doubling 1") Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
            return base.GetTimestamp();
        }
    }

    private static CallOutcome Awaited(ValueTask<CallOutcome> answer) => answer.AsTask().GetAwaiter().GetResult();

    private static bool Doubled(ModelCall call)
    {
        for (var i = 0; i < 2 * call.Rows; i++)
        {
            if (call.Output("y")[i] != 2 * call.Input("x")[i]) return false;
        }

        return true;
    }
}
