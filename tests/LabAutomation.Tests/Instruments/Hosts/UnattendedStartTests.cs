using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A program that starts after a crash and finds no broker: nobody could stop the device, so it does, unless that is another program's by now.</summary>
public sealed class UnattendedStartTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();
    private readonly FakeTimeProvider _real = new();
    private readonly CancellationTokenSource _ends = new();
    private Task _start = Task.CompletedTask;
    private int _madeSafe;

    [Fact]
    public async Task The_device_is_told_to_stop_before_anything_is_written()
    {
        await StartAsync();
        var stoppedBefore = new List<int>();
        _kitchen.Journal.Store.Boundary = isAfter =>
        {
            if (!isAfter) stoppedBefore.Add(_kitchen.Device.MadeSafe - _madeSafe);
        };

        _real.Advance(TimeSpan.FromSeconds(15));
        await Settled.UntilAsync(() => stoppedBefore.Count > 0);

        stoppedBefore.Should().OnlyContain(stops => stops == 1);
    }

    /// <summary>The broker is there, and the unit has not begun.</summary>
    [Fact]
    public async Task Whoever_ends_a_start_that_waits_for_the_interlock_leaves_a_device_that_is_safe()
    {
        _kitchen.Place = _kitchen.Place with { RequiresInterlock = true, LeaseClock = _real, FirstHeartbeatWithin = TimeSpan.FromHours(1) };
        _madeSafe = _kitchen.Device.MadeSafe;
        _start = _kitchen.StartAsync(cancellation: _ends.Token);
        await _kitchen.Broker.SeeAsync(all => all.FirstOrDefault(message => message.Topic == TeaKitchen.Topics.Birth && FrameCodec.Decode<Birth>(message.Payload).Epoch == 2));
        (_start.IsCompleted, _kitchen.Device.MadeSafe).Should().Be((false, _madeSafe), "what it was at is not known yet");

        await _ends.CancelAsync();

        await FluentActions.Awaiting(() => _start).Should().ThrowAsync<OperationCanceledException>();
        _kitchen.Device.MadeSafe.Should().Be(_madeSafe + 1);
    }

    [Fact]
    public async Task A_disk_that_hangs_keeps_nothing_from_being_stopped()
    {
        await StartAsync();
        using var hangs = new ManualResetEventSlim();
        var reading = Task.Run(() => _kitchen.Journal.Store.Read(_ => hangs.Wait(TimeSpan.FromSeconds(30))));

        // Whoever meets the disk hangs as well.
        var time = Task.Run(async () =>
        {
            _real.Advance(TimeSpan.FromSeconds(15));
            await Settled.UntilAsync(() =>
            {
                _real.Advance(TimeSpan.FromMilliseconds(250));
                return _kitchen.Device.MadeSafe != _madeSafe;
            });
        });
        await Settled.UntilAsync(() => _kitchen.Device.MadeSafe != _madeSafe);
        (_kitchen.Device.MadeSafe, reading.IsCompleted).Should().Be((_madeSafe + 1, false));
        hangs.Set();

        (await reading).Should().BeTrue();
        await time;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_that_another_program_has_taken_over_on_this_journal_is_left_alone(bool isEnded)
    {
        await StartAsync();
        using var other = new Journal(_kitchen.JournalFile);
        other.Open("tea", _kitchen.Clock.GetUtcNow());

        if (isEnded) await _ends.CancelAsync();
        else _real.Advance(TimeSpan.FromSeconds(15));

        await FluentActions.Awaiting(() => _start).Should().ThrowAsync<FencedException>();
        await _kitchen.Host.DisposeAsync();
        _kitchen.Device.MadeSafe.Should().Be(_madeSafe);
    }

    public Task InitializeAsync() => _kitchen.CrashInAnActionAsync();

    public async Task DisposeAsync()
    {
        await _ends.CancelAsync();
        await Task.WhenAny(_start);
        await _kitchen.DisposeAsync();
        _ends.Dispose();
    }

    private async Task StartAsync()
    {
        _kitchen.Place = _kitchen.Place with { LeaseClock = _real };
        _kitchen.Broker.IsAway = true;
        _madeSafe = _kitchen.Device.MadeSafe;
        _start = _kitchen.StartAsync(cancellation: _ends.Token);
        await Settled.SoonAsync();
    }
}
