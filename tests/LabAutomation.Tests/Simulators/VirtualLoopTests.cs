using System.Threading.Channels;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Simulators;

/// <summary>One thread, and a clock that jumps.</summary>
public sealed class VirtualLoopTests
{
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly VirtualLoop _loop;

    public VirtualLoopTests() => _loop = new VirtualLoop(_clock) { OutsideWithin = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public void Days_pass_in_no_time_and_in_order()
    {
        var said = new List<string>();
        async Task SayAsync(string what, double hours)
        {
            await Task.Delay(TimeSpan.FromHours(hours), _clock);
            said.Add($"{what} at {_clock.Elapsed.TotalHours}");
        }

        _loop.Run(() => Task.WhenAll(SayAsync("b", 400), SayAsync("a", 3), SayAsync("c", 400)));

        said.Should().Equal("a at 3", "b at 400", "c at 400");
        _clock.GetUtcNow().Should().Be(new DateTimeOffset(2026, 1, 17, 16, 0, 0, TimeSpan.Zero));
        _loop.FromOutside.Should().Be(0);
    }

    [Fact]
    public void All_that_can_run_runs_before_time_goes_on()
    {
        var channel = Channel.CreateUnbounded<int>();
        var taken = new List<(int, double)>();
        async Task TakeAsync()
        {
            while (await channel.Reader.WaitToReadAsync())
                while (channel.Reader.TryRead(out var item)) taken.Add((item, _clock.Elapsed.TotalSeconds));
        }

        async Task GiveAsync()
        {
            for (var k = 0; k < 3; k++)
            {
                channel.Writer.TryWrite(k);
                await Task.Delay(TimeSpan.FromSeconds(1), _clock);
            }

            channel.Writer.Complete();
        }

        _loop.Run(() => Task.WhenAll(TakeAsync(), GiveAsync()));

        taken.Should().Equal((0, 0), (1, 1), (2, 2));
    }

    [Fact]
    public void A_timer_that_is_changed_or_disposed_does_not_fire_as_it_was_set()
    {
        var fired = new List<double>();
        ITimer Timer(double seconds, double period = 0) =>
            _clock.CreateTimer(_ => fired.Add(_clock.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(seconds), period > 0 ? TimeSpan.FromSeconds(period) : Timeout.InfiniteTimeSpan);
        using var moved = Timer(1);
        var gone = Timer(2);
        using var often = Timer(4, 3);

        _loop.Run(async () =>
        {
            moved.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
            gone.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(11), _clock);
        });

        fired.Should().Equal(4, 5, 7, 10);
    }

    [Fact]
    public void Work_that_waits_for_what_nobody_does_ends_the_run_and_says_when()
    {
        var never = new TaskCompletionSource();

        var run = () => _loop.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(1), _clock);
            await never.Task;
        });

        run.Should().Throw<StalledException>().WithMessage("nothing is due after 2026-01-01 01:00:00Z and nothing is left to do*").Which.At.Hour.Should().Be(1);
    }

    [Fact]
    public void What_the_work_throws_is_thrown_as_it_is() =>
        FluentActions.Invoking(() => _loop.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
            throw new InvalidDataException("bad");
        })).Should().Throw<InvalidDataException>();

    [Fact]
    public void What_comes_from_another_thread_is_taken_and_told()
    {
        _loop.OutsideWithin = TimeSpan.FromSeconds(10);

        var thread = _loop.Run(async () =>
        {
            var done = new TaskCompletionSource();
            new Thread(() => _loop.Post(_ => done.SetResult(), null)).Start();
            await done.Task;
            return Environment.CurrentManagedThreadId;
        });

        thread.Should().Be(Environment.CurrentManagedThreadId, "the work came back to its loop");
        _loop.FromOutside.Should().Be(1);
        _loop.FirstFromOutside.Should().Contain("Post");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_another_thread_has_done_is_taken_up_as_the_last_of_its_instant_however_soon_it_comes(bool soon)
    {
        var said = new List<string>();
        _loop.Run(async () =>
        {
            _ = Task.Delay(TimeSpan.FromSeconds(1), _clock).ContinueWith(_ => said.Add("later"), TaskScheduler.FromCurrentSynchronizationContext());
            var came = new ManualResetEventSlim();
            _ = SayAsync();
            await _loop.Outside(() => soon ? Task.CompletedTask : Task.Run(() => came.Wait(TimeSpan.FromSeconds(10))));
            said.Add("outside");
            await Task.Delay(TimeSpan.FromSeconds(2), _clock);

            async Task SayAsync()
            {
                for (var k = 0; k < 5; k++)
                {
                    await Task.Yield();
                    if (k == 4) came.Set();
                    said.Add($"turn {k}");
                }
            }
        });

        said.Should().Equal("turn 0", "turn 1", "turn 2", "turn 3", "turn 4", "outside", "later");
    }

    [Fact]
    public void The_context_of_the_caller_is_as_it_was_before()
    {
        var before = SynchronizationContext.Current;

        _loop.Run(() => Task.CompletedTask);

        SynchronizationContext.Current.Should().BeSameAs(before);
    }
}
