using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>18: a stop ends what waits too, and nothing more is taken until a person has cleared the unit; after that nothing is carried out by itself.</summary>
internal sealed class StoppedUnit
{
    private readonly ConformanceRun _run;
    private readonly ActionId _refused;
    private readonly ActionId? _waiting;
    private readonly int _effects;

    private StoppedUnit(ConformanceRun run, ActionId refused, ActionId? waiting, int effects) => (_run, _refused, _waiting, _effects) = (run, refused, waiting, effects);

    /// <summary>A command behind the one that runs.</summary>
    /// <returns>Null where the driver lets none wait.</returns>
    public static async Task<ActionId?> WaitingAsync(ConformanceRun run)
    {
        var waiting = await run.SendAsync(run.Brief);
        return (await run.ReplyAsync(waiting)).Status == ActionStatus.Accepted ? waiting : null;
    }

    /// <summary>A command that is sent in Aborted, when what ran has ended.</summary>
    public static async Task<StoppedUnit> RefusesAsync(ConformanceRun run, ActionId? waiting)
    {
        var effects = run.Effects;
        var refused = await run.SendAsync(run.Brief);
        var reply = await run.ReplyAsync(refused);
        if (reply is not { Status: ActionStatus.Failed, Message.Length: > 0 }) throw new ConformanceFailure($"'{run.Brief.Command}' refused, with a message, in Aborted", $"{reply.Status}, {reply.Cause}: '{reply.Message}'");
        return new StoppedUnit(run, refused, waiting, effects);
    }

    /// <summary>After the clear.</summary>
    public async Task DoesNothingAsync()
    {
        await _run.PauseAsync(0.1);
        await _run.QuietAsync();
        if (_run.WasStarted(_refused)) throw new ConformanceFailure("a command that was refused in Aborted never started", "it was started after the clear");
        if (_waiting is { } waiting)
        {
            var end = await _run.ResultAsync(waiting);
            if (end.Status == ActionStatus.Succeeded || _run.WasStarted(waiting)) throw new ConformanceFailure("a command that waited when the unit was stopped ended by it, and never started", $"{end.Status}{(_run.WasStarted(waiting) ? ", and it was started after the clear" : "")}");
        }

        // What reads or sets may leave a line when the device is connected to anew.
        var surplus = _run.Effects - _effects;
        if (surplus != 0 && !LedgerAgreement.MayRepeat(_run.EffectOf(_run.Brief))) throw new ConformanceFailure("no effect after a stop and its clear that nobody has asked for since", $"{surplus} effects");
    }
}
