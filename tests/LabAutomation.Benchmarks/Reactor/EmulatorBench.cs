using System.Diagnostics;
using System.Globalization;
using LabAutomation.Hosting;
using LabAutomation.Models;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>The emulator beside the plant: how far it is off, and how much faster a batch of forecasts is than stepping as many cores.</summary>
internal static class EmulatorBench
{
    private const int Rows = 1024, Past = EmulatorCase.Past, Future = EmulatorCase.Future;

    /// <summary>Mean errors over the 16 s: % of the rated power, K, $; and how many times faster.</summary>
    private const double PowerBound = 0.5, FuelBound = 0.5, ReactivityBound = 0.01, SpeedBound = 10;

    public static bool Run(ModelHostOptions models)
    {
        using var registry = ModelRegistry.Open(Path.Combine(models.Path, "reactor-emulator"), models.ToOptions());
        using var lease = registry.Find("reactor-emulator").Rent();
        var binding = lease.Model.Bind(Rows);
        var cases = Enumerable.Range(0, 16).SelectMany(EmulatorCase.Of).Take(Rows).ToArray();
        for (var row = 0; row < Rows; row++)
            foreach (var (name, values) in cases[row].Inputs) values.CopyTo(binding.Input(name)[(row * values.Length)..]);
        binding.Run();
        var (power, fuel, reactivity) = (new Off(), new Off(), new Off());
        for (var row = 0; row < Rows; row++)
        {
            power.Add(binding.Output("power_ahead").Slice(row * 3 * Future, 3 * Future), cases[row].Power, cases[row].Inputs["power"][Past - 1]);
            fuel.Add(binding.Output("fuel_ahead").Slice(row * 3 * Future, 3 * Future), cases[row].Fuel, cases[row].Inputs["fuel"][Past - 1]);
            reactivity.Add(binding.Output("reactivity_ahead").Slice(row * 3 * Future, 3 * Future), cases[row].Reactivity, 0);
        }

        Say($"the emulator against the plant, {Rows} forecasts of {Future} s: power off by {100 * power.Mean:F3} % of the rated one (bound {PowerBound} %; {100 * power.Unchanged:F2} % if nothing changed), fuel by {fuel.Mean:F3} K (bound {FuelBound} K; {fuel.Unchanged:F2} K), reactivity by {reactivity.Mean:F5} $ (bound {ReactivityBound} $)");
        Say($"its 80 % bands hold {power.Inside:P0}, {fuel.Inside:P0} and {reactivity.Inside:P0} of what came");

        double[] rates = [.. Enumerable.Repeat(-0.01, ReactorEpisode.Drums)];
        var cores = Enumerable.Range(0, Rows).Select(_ => new Microreactor(CoreConstants.HolosQuad)).ToArray();
        var (plant, emulator) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 7; round++)
        {
            // By turns, so that whatever else the machine does falls on both.
            plant = Math.Min(plant, Milliseconds(() =>
            {
                foreach (var core in cores)
                    for (var second = 0; second < Future; second++) core.Advance(1, rates);
            }));
            emulator = Math.Min(emulator, Milliseconds(() =>
            {
                for (var repeat = 0; repeat < 4; repeat++) binding.Run();
            }) / 4);
        }

        Say($"{Rows} times {Future} s: the plant {plant:F1} ms, the emulator through the host {emulator:F2} ms, {plant / emulator:F1} times as fast (bound {SpeedBound}); best of 7 rounds, on one core");
        Console.WriteLine();
        return 100 * power.Mean <= PowerBound && fuel.Mean <= FuelBound && reactivity.Mean <= ReactivityBound && plant / emulator >= SpeedBound;
    }

    private static double Milliseconds(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>How far forecasts of one quantity are off.</summary>
    private sealed class Off
    {
        private double _sum, _unchanged;
        private int _count, _inside;

        public double Mean => _sum / _count;

        public double Unchanged => _unchanged / _count;

        public double Inside => (double)_inside / _count;

        /// <param name="quantiles">Lower, middle and upper, each for all seconds.</param>
        public void Add(ReadOnlySpan<float> quantiles, float[] truth, float last)
        {
            for (var k = 0; k < truth.Length; k++)
            {
                _sum += Math.Abs(quantiles[Future + k] - truth[k]);
                _unchanged += Math.Abs(last - truth[k]);
                if (truth[k] >= quantiles[k] && truth[k] <= quantiles[(2 * Future) + k]) _inside++;
                _count++;
            }
        }
    }
}
