using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Bench;

/// <summary>
/// Moves liquid between pumps and cuvette. The state changes at events only (a pump starts, stops or ends); between them everything is a
/// closed function of time, so that looking at the bench more often changes nothing.
/// </summary>
internal sealed class Plumbing(
    BenchState state,
    IReadOnlyDictionary<string, PumpRole> roles,
    Func<DateTimeOffset, double> revolutions,
    Action<string, string, double> record)
{
    private const string Waste = "pump-waste";

    private CuvetteState Cuvette => state.Cuvette;

    public void Start(string name, PumpRun run, DateTimeOffset time)
    {
        SettleDrain(time);
        run.Since = time;
        state.Pumps[name].Run = run;
        if (roles[name].Drains(run))
        {
            SettleDoses(time);
            Cuvette.DrainingSince = time;
        }
    }

    /// <summary>The motor stands still with the program kept.</summary>
    public void Pause(string name, DateTimeOffset time)
    {
        SettleDrain(time);
        var pump = state.Pumps[name];
        var run = pump.Run!;
        var counted = run.CountedAt(time);
        Settle(name, run, time);
        if (counted > run.Before && (roles[name].Pours(run) || roles[name].Drains(run))) record(name, EffectKind.Moved, counted - run.Before);
        if (run.Withdraws) pump.Withdrawn += counted - run.Before;
        else pump.Infused += counted - run.Before;
        run.Before = counted;
        run.Since = null;
        if (roles[name].Drains(run)) Cuvette.DrainingSince = null;
    }

    public void ChangeRate(string name, double rate, DateTimeOffset time)
    {
        Pause(name, time);
        state.Pumps[name].Run!.Rate = rate;
        Start(name, state.Pumps[name].Run!, time);
    }

    /// <summary>The target was reached, or the motor stalled.</summary>
    public void Finish(string name, DateTimeOffset time)
    {
        Pause(name, time);
        var pump = state.Pumps[name];
        if (pump.Run!.Stalls) pump.Alarm = 'S';
        pump.Run = null;
    }

    /// <summary>Somebody pours out what is in the cuvette; pumps that run go on.</summary>
    public void Empty(DateTimeOffset time)
    {
        SettleDrain(time);
        SettleDoses(time);
        Array.Clear(Cuvette.Settled);
    }

    public (string Name, DateTimeOffset At)? NextEnd()
    {
        (string, DateTimeOffset)? next = null;
        foreach (var (name, pump) in state.Pumps)
        {
            if (pump.Run?.EndsAt is { } end && (next is null || end < next.Value.Item2)) next = (name, end);
        }

        return next;
    }

    public CuvetteContents Contents(DateTimeOffset time)
    {
        var volumes = Vessel.WithinRim(Cuvette.DrainingSince is null ? Poured(time) : Drained(time));
        return new CuvetteContents(volumes[0], volumes[1], volumes[2], volumes[3], Unmixed(time));
    }

    private double Unmixed(DateTimeOffset time)
    {
        if (Pouring().Any()) return 1;
        return Cuvette.RevolutionsAtLastDose is { } then ? Mixing.Unmixed(revolutions(time) - then) : 0;
    }

    private IEnumerable<(Liquid Liquid, PumpRun Run)> Pouring() =>
        from pump in state.Pumps
        let run = pump.Value.Run
        where run is { Since: not null } && roles[pump.Key].Pours(run)
        select (roles[pump.Key].Dispenses!.Value, run);

    private double[] Poured(DateTimeOffset time)
    {
        var volumes = (double[])Cuvette.Settled.Clone();
        foreach (var (liquid, run) in Pouring()) volumes[(int)liquid] += run.Unsettled(time);
        return volumes;
    }

    private double[] Drained(DateTimeOffset time)
    {
        var inflows = new double[4];
        foreach (var (liquid, run) in Pouring()) inflows[(int)liquid] += run.Rate * run.Yield;
        var waste = state.Pumps[Waste].Run!;
        return Vessel.Drained(Cuvette.Settled, inflows, waste.Rate * waste.Yield, (time - Cuvette.DrainingSince!.Value).TotalMinutes);
    }

    // Flows change: a drain under way is brought up to now and goes on from there.
    private void SettleDrain(DateTimeOffset time)
    {
        if (Cuvette.DrainingSince is null) return;
        Cuvette.Settled = Drained(time);
        Cuvette.DrainingSince = time;
        foreach (var (name, pump) in state.Pumps)
        {
            if (pump.Run is { Since: not null } run && roles[name].Pours(run)) Take(pump, run, time);
        }

        SpillOver();
    }

    private void SettleDoses(DateTimeOffset time)
    {
        foreach (var (name, pump) in state.Pumps)
        {
            if (pump.Run is { Since: not null } run) Settle(name, run, time);
        }
    }

    private void Settle(string name, PumpRun run, DateTimeOffset time)
    {
        if (!roles[name].Pours(run)) return;
        Cuvette.Settled[(int)roles[name].Dispenses!.Value] += Take(state.Pumps[name], run, time);
        Cuvette.RevolutionsAtLastDose = revolutions(time);
        SpillOver();
    }

    private static double Take(PumpState pump, PumpRun run, DateTimeOffset time)
    {
        var volume = run.Unsettled(time);
        run.Poured += volume;
        pump.Reservoir = Math.Max(0, pump.Reservoir - volume);
        return volume;
    }

    private void SpillOver()
    {
        var kept = Vessel.WithinRim(Cuvette.Settled);
        if (ReferenceEquals(kept, Cuvette.Settled)) return;
        record("cuvette", EffectKind.Spill, Vessel.Total(Cuvette.Settled) - Vessel.Total(kept));
        Cuvette.Settled = kept;
    }
}
