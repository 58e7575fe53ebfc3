using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

public sealed class LockTests : IAsyncLifetime
{
    private readonly TeaKitchen _kitchen = new();

    [Fact]
    public async Task While_one_holds_the_instrument_only_its_token_commands()
    {
        await _kitchen.StartAsync();
        var given = await _kitchen.LockAsync("Ada");
        (given.Done, given.Token, given.Until).Should().Be((true, 1, _kitchen.Clock.GetUtcNow().AddSeconds(60)));

        _kitchen.Send(_kitchen.Pour(1));
        _kitchen.Send(_kitchen.Pour(2) with { LockToken = 7 });
        _kitchen.Send(_kitchen.Pour(3) with { LockToken = 1 });

        (await _kitchen.ReplyAsync(1)).Should().Match<ReplyFrame>(reply => reply.Status == ActionStatus.Failed && reply.Cause == CauseCode.Locked && reply.Message.Contains("locked by Ada"));
        (await _kitchen.ReplyAsync(2)).Cause.Should().Be(CauseCode.Locked);
        (await _kitchen.ResultAsync(3)).Status.Should().Be(ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(1);
    }

    [Fact]
    public async Task Everybody_reads_who_holds_it_and_that_nobody_does_any_more()
    {
        await _kitchen.StartAsync();
        await _kitchen.LockAsync("Ada");
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(state => state.Lock?.By == "Ada"));

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(61));

        var last = await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).LastOrDefault() is { Lock: null, Seq: > 3 } state ? state : null);
        last.Unit.Should().Be(UnitState.Idle);
        TeaKitchen.States(_kitchen.Broker.Published).Select(state => state.Seq).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_timer_that_fires_a_little_early_does_not_leave_a_lock_that_has_ended_in_the_state()
    {
        var (early, moment) = (TimeSpan.FromMilliseconds(0.4), TimeSpan.FromMilliseconds(0.1));
        _kitchen.Clock = new EarlyClock(early);
        await _kitchen.StartAsync();
        await _kitchen.LockAsync("Ada", lease: 60);
        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).FirstOrDefault(state => state.Lock?.By == "Ada"));

        _kitchen.Clock.Advance(TimeSpan.FromSeconds(60) - early);
        await Settled.SoonAsync();
        TeaKitchen.States(_kitchen.Broker.Published).Last().Lock.Should().NotBeNull("it holds for another 0.4 ms");
        _kitchen.Clock.Advance(early + moment);
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(1));

        await _kitchen.Broker.SeeAsync(all => TeaKitchen.States(all).LastOrDefault() is { Lock: null, Seq: > 3 } state ? state : null);
    }

    [Fact]
    public async Task A_token_ends_with_its_lease_for_good()
    {
        await _kitchen.StartAsync();
        await _kitchen.LockAsync("Ada");
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(60));

        _kitchen.Send(_kitchen.Pour(1) with { LockToken = 1 });
        (await _kitchen.ReplyAsync(1)).Message.Should().Contain("has ended");
        (await _kitchen.LockAsync("Ada", token: 1)).Done.Should().BeFalse("an ended lock is not renewed");
        (await _kitchen.LockAsync("Grace")).Token.Should().Be(2);
        _kitchen.Send(_kitchen.Pour(2) with { LockToken = 1 });
        (await _kitchen.ReplyAsync(2)).Cause.Should().Be(CauseCode.Locked);
        _kitchen.Device.Pours.Should().Be(0);
    }

    [Fact]
    public async Task Tokens_rise_and_locks_hold_over_a_crash()
    {
        await _kitchen.StartAsync();
        await _kitchen.LockAsync("Ada");
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();

        (await _kitchen.LockAsync("Grace")).Should().Match<ControlReply>(reply => !reply.Done && reply.Message.Contains("locked by Ada"));
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(61));
        await _kitchen.CrashAsync();
        await _kitchen.StartAsync();
        (await _kitchen.LockAsync("Grace")).Token.Should().Be(2);
    }

    [Fact]
    public async Task Its_holder_renews_and_gives_it_back()
    {
        await _kitchen.StartAsync();
        await _kitchen.LockAsync("Ada");
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(50));

        (await _kitchen.LockAsync("Ada", token: 1)).Should().Match<ControlReply>(reply => reply.Done && reply.Token == 1);
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(50));
        (await _kitchen.UnlockAsync("Grace", token: null)).Done.Should().BeFalse();
        (await _kitchen.UnlockAsync("Grace", token: 9)).Done.Should().BeFalse();
        (await _kitchen.UnlockAsync("Ada", token: 1)).Done.Should().BeTrue();
        (await _kitchen.UnlockAsync("Ada", token: 1)).Done.Should().BeFalse();
        _kitchen.Send(_kitchen.Pour(1));
        (await _kitchen.ReplyAsync(1)).Status.Should().Be(ActionStatus.Accepted);
    }

    [Theory]
    [InlineData("unlock", 1L, false)]
    [InlineData("expire", 1L, false)]
    [InlineData("lock", null, false)]
    [InlineData("next", 1L, false)]
    [InlineData("next", 1L, true)]
    [InlineData("renew", 1L, false)]
    [InlineData("renew", 1L, true)]
    public async Task A_command_that_waits_is_held_against_the_lock_again_before_it_starts(string meanwhile, long? token, bool crashes)
    {
        var gate = new TaskCompletionSource();
        await _kitchen.StartAsync(async (_, scope, _) =>
        {
            await gate.Task;
            return new TeaMakerDriver(_kitchen.Device).Pour(scope);
        });
        if (token is not null) await _kitchen.LockAsync("Ada");
        _kitchen.Send(_kitchen.Pour(1) with { LockToken = token });
        _kitchen.Send(_kitchen.Pour(2) with { LockToken = token });
        (await _kitchen.ReplyAsync(2)).Status.Should().Be(ActionStatus.Accepted);

        if (meanwhile is "unlock" or "next") await _kitchen.UnlockAsync("Ada", token);
        if (meanwhile is "lock" or "next") (await _kitchen.LockAsync("Grace")).Done.Should().BeTrue();
        if (meanwhile is "renew") (await _kitchen.LockAsync("Ada", 600, token)).Done.Should().BeTrue();
        if (meanwhile is "expire" or "renew") _kitchen.Clock.Advance(TimeSpan.FromSeconds(61));
        if (crashes)
        {
            await _kitchen.CrashAsync();
            await _kitchen.StartAsync();
        }

        gate.SetResult();

        var (first, second) = (await _kitchen.ResultAsync(1), await _kitchen.ResultAsync(2));
        if (meanwhile == "renew")
        {
            (first.Status, second.Status, _kitchen.Device.Pours).Should().Be((ActionStatus.Succeeded, ActionStatus.Succeeded, 2));
            return;
        }

        (second.Status, second.Cause, second.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.Locked, true));
        second.Message.Should().StartWith("it has not started: ");

        // One that had started goes on; what a restart finds not to have happened begins no more than what waits.
        first.Status.Should().Be(crashes ? ActionStatus.Failed : ActionStatus.Succeeded);
        _kitchen.Device.Pours.Should().Be(crashes ? 0 : 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(100_000)]
    public async Task A_lease_has_bounds(double lease)
    {
        await _kitchen.StartAsync();

        (await _kitchen.LockAsync("Ada", lease)).Should().Match<ControlReply>(reply => !reply.Done && reply.Message.Contains("1 to 86400 s"));
    }

    [Fact]
    public async Task A_lock_stops_nobody_from_stopping()
    {
        await _kitchen.StartAsync();
        await _kitchen.LockAsync("Ada");

        await _kitchen.NextStateAsync(UnitState.Aborted, () => _kitchen.Control("abort"));

        _kitchen.Device.MadeSafe.Should().BeGreaterThan(0);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _kitchen.DisposeAsync().AsTask();
}
