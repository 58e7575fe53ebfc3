using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>What the emulator is shown, and what the plant did then.</summary>
internal sealed record EmulatorCase(Dictionary<string, float[]> Inputs, float[] Power, float[] Fuel, float[] Reactivity)
{
    public const int Past = 32, Future = 16;

    private const int Between = 5;

    /// <summary>A core that follows set-points drawn at random while its drums are pushed aside now and then, cut into pieces.</summary>
    public static IEnumerable<EmulatorCase> Of(int number)
    {
        var random = new Random(1000 + number);
        var (core, rows, rates) = (new Microreactor(CoreConstants.HolosQuad, 0.65 + (0.33 * random.NextDouble())), new List<(double Power, double Fuel, double Outlet, double Angle, double SetPoint, double Xenon, double Reactivity)>(), new List<float>());
        var (level, set, push) = (core.Power, core.Power, 0.0);
        var view = new FollowingView(_ => set);
        var follower = new LoadFollower();
        var turned = new double[ReactorEpisode.Drums];
        for (var second = 0; second < 400; second++)
        {
            if (random.Next(60) == 0) level = 0.6 + (0.38 * random.NextDouble());
            set += Math.Clamp(level - set, -0.003, 0.003);
            if (random.Next(15) == 0) push = random.Next(2) * 0.2 * ((2 * random.NextDouble()) - 1);
            rows.Add((core.Power, core.Fuel, core.CoolantOutlet, core.Bank.Drums.Average(drum => drum.Angle), set, core.Xenon, core.Reactivity.Dollars(CoreConstants.HolosQuad.Kinetics)));
            view.Take(new ReactorReadings([core.Power], [core.Fuel], [core.CoolantOutlet], [core.Bank.Drums[0].Angle]), second);
            Array.Fill(turned, Math.Clamp(follower.Propose(view).Rate + push, -1, 0.5));
            rates.Add((float)turned[0]);
            core.Advance(1, turned);
        }

        for (var now = Past; now + Future < rows.Count; now += Between)
        {
            var (past, future) = (rows[(now - Past + 1)..(now + 1)], rows[(now + 1)..(now + 1 + Future)]);
            yield return new EmulatorCase(
                new Dictionary<string, float[]>
                {
                    ["power"] = [.. past.Select(row => (float)row.Power)],
                    ["growth"] = [.. Enumerable.Range(now - Past + 1, Past).Select(at => (float)Math.Log(rows[at].Power / rows[at - 1].Power))],
                    ["fuel"] = [.. past.Select(row => (float)row.Fuel)],
                    ["outlet"] = [.. past.Select(row => (float)row.Outlet)],
                    ["angle"] = [.. past.Select(row => (float)row.Angle)],
                    ["setpoint"] = [.. past.Select(row => (float)row.SetPoint)],
                    ["xenon"] = [.. past.Select(row => (float)row.Xenon)],
                    ["planned"] = [.. rates[now..(now + Future)]],
                },
                [.. future.Select(row => (float)row.Power)],
                [.. future.Select(row => (float)row.Fuel)],
                [.. future.Select(row => (float)row.Reactivity)]);
        }
    }
}
