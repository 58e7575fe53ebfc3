using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>42–44: who may act.</summary>
internal static class LockAssertions
{
    /// <summary>Of lab time, longer than any of these conversations.</summary>
    private const double Long = 36_000;

    /// <summary>Seconds of lab time at least for which a lock is seen to hold.</summary>
    private const double Held = 4;

    /// <summary>Of the slack, so that a look shortly before the end comes before it.</summary>
    private const int Slacks = 3;

    public static readonly IReadOnlyList<ConformanceAssertion> All =
    [
        new(42, "a stale lock token is refused", HarnessAbilities.None, StaleAsync),
        new(43, "a lock holds until it expires", HarnessAbilities.None, ExpiresAsync),
        new(44, "the state is readable while locked", HarnessAbilities.None, ReadableAsync),
    ];

    private static async Task StaleAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var first = await LockAsync(run, Long);
        await UnlockAsync(run, first);
        await RefusedAsync(run, first, "a token that was given back");
        var second = await LockAsync(run, Long);
        if (second <= first) throw new ConformanceFailure($"a token greater than {first}", $"{second}");
        await RefusedAsync(run, first, "an older token");
        await RivalsAsync(run, first);
        await RefusedAsync(run, null, "no token while somebody holds the instrument");
        var right = await SendAsync(run, second);
        if (right.Status != ActionStatus.Accepted) throw new ConformanceFailure("the token of the lock taken", $"{right.Status}, {right.Cause}: {right.Message}");
        await UnlockAsync(run, second);
        await run.IdleAsync();
        if (run.Sample.Long is not null || run.Harness.Can.HasFlag(HarnessAbilities.DeviceLine)) await StaleWhileItWaitsAsync(run);
        if (run.Harness.Can.HasFlag(HarnessAbilities.Kill)) await StaleAfterAKillAsync(run);
    }

    /// <summary>While somebody holds the instrument nobody else gets it, and nobody else gives it back.</summary>
    private static async Task RivalsAsync(ConformanceRun run, long stale)
    {
        foreach (var (verb, token, what) in new (string, long?, string)[]
        {
            ("lock", null, "a second lock, while somebody holds the instrument"),
            ("lock", stale, "a lock renewed by an older token"),
            ("unlock", null, "a lock given back without its token"),
            ("unlock", stale, "a lock given back by an older token"),
        })
        {
            var reply = await run.AskAsync(verb, Frame(run, Long, token) with { By = "somebody else" });
            if (reply.Done) throw new ConformanceFailure($"{what}: refused", $"done: {reply.Message}");
        }
    }

    /// <summary>Whether a lock outlives its driver or not, its token is no later one's.</summary>
    private static async Task StaleAfterAKillAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var before = await LockAsync(run, Long);
        await run.RestartAsync(run.Harness.KillAsync);
        await run.StateAsync(state => state.Epoch == run.Birth.Epoch && state.Unit == UnitState.Idle, "Idle after the restart", 0);
        await run.AskAsync("unlock", Frame(run, LockFrame.ShortestLease, before));
        var after = await LockAsync(run, Long);
        if (after <= before) throw new ConformanceFailure($"a token greater than {before}, which was given before a kill", $"{after}");
        await RefusedAsync(run, before, "a token of before a kill");
        await UnlockAsync(run, after);
    }

    /// <summary>A command that was taken under a lock which somebody else has when its turn comes.</summary>
    private static async Task StaleWhileItWaitsAsync(ConformanceRun run)
    {
        var running = await run.KeepRunningAsync();
        var first = await LockAsync(run, Long);
        var (waiting, reply) = await SendCommandAsync(run, first);
        var isTaken = reply.Status == ActionStatus.Accepted;
        await UnlockAsync(run, first);
        var second = await LockAsync(run, Long);
        await run.LetGoAsync(running);
        await run.ResultAsync(running);
        var result = isTaken ? await run.ResultAsync(waiting) : null;
        await UnlockAsync(run, second);
        if (result is not null && (result is not { Status: ActionStatus.Failed, Cause: CauseCode.Locked } || run.States().Any(state => state.Action == waiting)))
            throw new ConformanceFailure("a command that waited while its token became stale: failed as locked, and never started", $"{result.Status}, {result.Cause}: {result.Message}");
    }

    private static async Task ExpiresAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var slack = run.Harness.Slack.TotalSeconds;
        var lease = Math.Max(Held, Slacks * slack);
        var due = run.Harness.Clock.GetUtcNow().AddSeconds(lease - slack);
        var token = await LockAsync(run, lease);
        while (run.Harness.Clock.GetUtcNow() < due) await run.PauseAsync(0.01);

        // A machine that was too busy to ask in time has seen nothing.
        var asked = await SendAsync(run, null);
        if (asked is not { Status: ActionStatus.Failed, Cause: CauseCode.Locked } && run.Harness.Clock.GetUtcNow() < due.AddSeconds(slack))
            throw new ConformanceFailure(FormattableString.Invariant($"no token, {slack:0.#} s before a lease of {lease:0.#} s ends: refused as locked"), $"{asked.Status}, {asked.Cause}: {asked.Message}");
        await run.SeeAsync(
            "a state that nobody holds any more, after the lease",
            all => ConformanceRun.Frames<StateFrame>(all, run.Topics.State).SkipWhile(state => state.Lock is null).FirstOrDefault(state => state.Lock is null));
        await RefusedAsync(run, token, "a token whose lease has ended");
        var free = await SendAsync(run, null);
        if (free.Status != ActionStatus.Accepted) throw new ConformanceFailure("a command taken after the lease", $"{free.Status}, {free.Cause}: {free.Message}");
    }

    private static async Task ReadableAsync(ConformanceRun run)
    {
        await run.IdleAsync();
        var token = await LockAsync(run, Long);
        await run.StateAsync(state => state.Lock is not null, "with the name of who holds the instrument", 0);
        var late = await run.LateAsync(run.Topics.State) ?? throw new ConformanceFailure("a retained state", "none");
        if (ConformanceRun.Frames<StateFrame>([late], run.Topics.State).FirstOrDefault() is not { Lock.By: "the conformance kit" } state)
            throw new ConformanceFailure("a late joiner reads who holds the instrument", "a state without a lock");
        if (state.Unit != run.LastState().Unit) throw new ConformanceFailure($"the state {run.LastState().Unit}", $"{state.Unit}");
        await UnlockAsync(run, token);
    }

    internal static async Task<long> LockAsync(ConformanceRun run, double lease)
    {
        var asked = run.Harness.Clock.GetUtcNow();
        var reply = await run.AskAsync("lock", Frame(run, lease, null));
        var heard = run.Harness.Clock.GetUtcNow();
        if (reply is not { Done: true, Token: { } token }) throw new ConformanceFailure("a lock with a token", reply.Message);
        if (reply.Until is not { } until || until < asked.AddSeconds(lease) - run.Harness.Slack || until > heard.AddSeconds(lease) + run.Harness.Slack)
            throw new ConformanceFailure(FormattableString.Invariant($"a lock until {asked.AddSeconds(lease):O}, the {lease:0.#} s that were asked for"), $"until {reply.Until:O}");
        return token;
    }

    internal static async Task UnlockAsync(ConformanceRun run, long token)
    {
        var reply = await run.AskAsync("unlock", Frame(run, LockFrame.ShortestLease, token));
        if (!reply.Done) throw new ConformanceFailure("the lock taken back", reply.Message);
    }

    private static LockFrame Frame(ConformanceRun run, double lease, long? token) => new("the conformance kit", "it is part of a check", lease, token, run.Harness.Clock.GetUtcNow());

    private static async Task RefusedAsync(ConformanceRun run, long? token, string what)
    {
        var reply = await SendAsync(run, token);
        if (reply is not { Status: ActionStatus.Failed, Cause: CauseCode.Locked }) throw new ConformanceFailure($"{what}: refused as locked", $"{reply.Status}, {reply.Cause}: {reply.Message}");
    }

    private static async Task<ReplyFrame> SendAsync(ConformanceRun run, long? token) => (await SendCommandAsync(run, token)).Reply;

    private static async Task<(ActionId Action, ReplyFrame Reply)> SendCommandAsync(ConformanceRun run, long? token)
    {
        var action = await run.SendAsync(run.Brief, change: message => token is null ? message : message with
        {
            Properties = message.Properties.SetItem(CommandMessage.LockTokenKey, token.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        });
        return (action, await run.ReplyAsync(action));
    }
}
