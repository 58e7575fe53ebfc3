namespace LabAutomation.Simulators.Liquids;

/// <summary>How much of each liquid the cuvette holds after pouring, running over and draining. Volumes in mL, flows in mL/min.</summary>
internal static class Vessel
{
    public const double Capacity = 3.5;

    /// <summary>What the waste line cannot reach, mL.</summary>
    public const double Film = 0.010;

    /// <summary>
    /// Added up liquid by liquid in a fixed order. Each liquid has one accumulator that only its own pump touches, so whichever
    /// of several parallel dispenses ends first, the contents are the same to the last bit.
    /// </summary>
    public static double Total(double[] volumes)
    {
        var total = 0.0;
        foreach (var volume in volumes) total += volume;
        return total;
    }

    /// <summary>What stays when liquid above the rim has run off with the average composition.</summary>
    public static double[] WithinRim(double[] volumes)
    {
        var total = Total(volumes);
        return total <= Capacity ? volumes : Scaled(volumes, Capacity / total);
    }

    /// <summary>
    /// Draws at a constant rate from a vessel taken as uniform while liquids flow in at constant rates. Closed form, so that the result does
    /// not depend on how often anyone looks: with V = V0 + (q − Q)t, dn/dt = q_i − Q n/V gives
    /// n = x_i V + (n0 − x_i V0)(V/V0)^(−Q/(q−Q)), x_i = q_i/q.
    /// At the film the waste line draws what flows in.
    /// </summary>
    public static double[] Drained(double[] volumes, double[] inflows, double outflow, double minutes)
    {
        var (start, inflow) = (Total(volumes), Total(inflows));
        var net = inflow - outflow;
        if (start <= Film && net <= 0) return AtConstantVolume(volumes, inflows, minutes);
        var untilFilm = net < 0 ? (start - Film) / -net : double.PositiveInfinity;
        if (minutes <= untilFilm && net == 0) return AtConstantVolume(volumes, inflows, minutes);

        var volume = minutes < untilFilm ? start + (net * minutes) : Film;
        if (inflow == 0) return Scaled(volumes, volume / start);
        var left = Math.Pow(volume / start, -outflow / net);
        var mixed = volumes.Select((n, i) => (inflows[i] / inflow * volume) + ((n - (inflows[i] / inflow * start)) * left)).ToArray();
        return minutes <= untilFilm ? mixed : AtConstantVolume(mixed, inflows, minutes - untilFilm);
    }

    private static double[] AtConstantVolume(double[] volumes, double[] inflows, double minutes)
    {
        var (total, inflow) = (Total(volumes), Total(inflows));
        if (inflow == 0 || total == 0) return volumes;
        var left = Math.Exp(-inflow / total * minutes);
        return [.. volumes.Select((n, i) => (inflows[i] / inflow * total) + ((n - (inflows[i] / inflow * total)) * left))];
    }

    private static double[] Scaled(double[] volumes, double factor) => [.. volumes.Select(volume => volume * factor)];
}
