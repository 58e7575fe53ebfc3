using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Simulators;

public sealed class ColourBenchTests
{
    private static readonly string[] Sources = ["pump-cyan", "pump-magenta", "pump-yellow", "pump-water"];

    [Fact]
    public void It_has_the_devices_its_manual_names()
    {
        using var bed = new BenchBed();
        bed.Bench.Devices.Should().Equal("pump-cyan", "pump-magenta", "pump-yellow", "pump-water", "pump-waste", "stirrer", "spectrometer");
        FluentActions.Invoking(() => bed.Bench.Connect("kettle")).Should().Throw<ArgumentException>().WithMessage("*'kettle'*pump-cyan*");
    }

    [Fact]
    public void What_the_pumps_move_is_what_the_cuvette_holds()
    {
        using var bed = new BenchBed();
        bed.Prepare(Sources);
        bed.Dose("pump-cyan", "0.400");
        bed.Dose("pump-water", "1.600");
        var contents = bed.Bench.Look();
        contents.Cyan.Should().BeApproximately(0.4, 0.4 * 0.03).And.NotBe(0.4);
        contents.Water.Should().BeApproximately(1.6, 1.6 * 0.03);
        contents.Total.Should().BeApproximately(contents.Cyan + contents.Water, 1e-12);
    }

    [Fact]
    public void A_wrong_diameter_moves_a_wrong_volume()
    {
        using var bed = new BenchBed();
        bed.Prepare(Sources);
        bed.Pump("pump-water", "DIA 21.59");
        bed.Dose("pump-water", "1.000");
        bed.Bench.Look().Water.Should().BeApproximately(Math.Pow(26.59 / 21.59, 2), 0.04);
    }

    [Fact]
    public void Check_valves_let_nothing_back()
    {
        using var bed = new BenchBed();
        bed.Prepare("pump-cyan", "pump-waste");
        bed.Dose("pump-cyan", "0.500");
        bed.Pump("pump-cyan", "DIR WDR");
        bed.Pump("pump-waste", "DIR INF");
        var before = bed.Bench.Look();
        bed.Dose("pump-cyan", "0.500");
        bed.Dose("pump-waste", "0.500");
        bed.Bench.Look().Should().Be(before);
        bed.Pump("pump-cyan", "DIS").Should().Be("00SI0.500W0.500ML");
        bed.Bench.Effects.All.Select(effect => (effect.Kind, effect.Amount)).Should().Equal((EffectKind.Dispense, 0.5), (EffectKind.Moved, 0.5));
    }

    [Fact]
    public void The_order_and_timing_of_parallel_dispenses_does_not_change_the_contents_by_one_bit()
    {
        CuvetteContents Filled(IEnumerable<string> order, double gap)
        {
            using var bed = new BenchBed();
            bed.Prepare(Sources);
            for (var round = 0; round < 3; round++)
            {
                foreach (var pump in order)
                {
                    bed.Start(pump, pump == "pump-water" ? "0.637" : "0.171");
                    bed.Pass(gap);
                    bed.Bench.Look();
                }

                bed.Pass(60);
            }

            bed.Stir(30);
            bed.Pass(30);
            return bed.Bench.Look();
        }

        var expected = Filled(Sources, 0);
        expected.Unmixed.Should().Be(0);
        for (var i = 1; i <= 12; i++)
        {
            var order = Sources.Skip(i % 4).Concat(Sources.Take(i % 4));
            Filled(i % 2 == 0 ? order : order.Reverse(), 0.0317 * i).Should().Be(expected, $"variant {i} differs in order and timing only");
        }

        Filled(Sources.Reverse(), 7.3).Should().Be(expected);
    }

    [Fact]
    public void Looking_often_changes_nothing()
    {
        CuvetteContents Run(int looks)
        {
            using var bed = new BenchBed();
            bed.Prepare([.. Sources, "pump-waste"]);
            bed.Start("pump-water", "3.000");
            bed.Start("pump-cyan", "1.000");
            Watch(bed, 4, looks);
            bed.Start("pump-waste", "1.500");
            Watch(bed, 30, looks);
            return bed.Bench.Look();
        }

        Run(97).Should().Be(Run(1));

        static void Watch(BenchBed bed, double seconds, int looks)
        {
            for (var i = 0; i < looks; i++)
            {
                var ticks = (long)(seconds * 1e7);
                bed.Clock.Advance(TimeSpan.FromTicks((ticks * (i + 1) / looks) - (ticks * i / looks)));
                bed.Bench.Look();
            }
        }
    }

    [Fact]
    public void Draining_leaves_a_film_that_is_carried_over()
    {
        using var bed = new BenchBed();
        bed.Prepare([.. Sources, "pump-waste"]);
        bed.Dose("pump-cyan", "1.000");
        bed.Dose("pump-waste", "4.000");
        bed.Bench.Look().Total.Should().BeApproximately(0.010, 1e-12);
        bed.Dose("pump-water", "2.000");
        bed.Bench.Look().Cyan.Should().BeApproximately(0.010, 1e-12);
        bed.Pump("pump-waste", "DIS").Should().Be("00SI0.000W4.000ML");
    }

    [Fact]
    public void What_does_not_fit_is_spilt_and_counted()
    {
        using var bed = new BenchBed();
        bed.Prepare(Sources);
        bed.Dose("pump-water", "3.000");
        bed.Bench.Effects.All.Should().NotContain(effect => effect.Kind == EffectKind.Spill);
        bed.Dose("pump-cyan", "1.000");
        var contents = bed.Bench.Look();
        contents.Total.Should().BeApproximately(3.5, 1e-12);
        bed.Bench.Effects.All.Should().ContainSingle(effect => effect.Kind == EffectKind.Spill).Which.Amount.Should().BeApproximately(0.5, 0.1);
    }

    [Fact]
    public void Dosing_lays_layers_that_only_stirring_mixes()
    {
        using var bed = new BenchBed();
        bed.Prepare(Sources);
        bed.Bench.Look().Unmixed.Should().Be(0);
        bed.Dose("pump-cyan", "0.400");
        bed.Dose("pump-water", "1.600");
        bed.Pass(3600);
        bed.Bench.Look().Unmixed.Should().Be(1);
        bed.Ask("stirrer", "OUT_SP_4 600\r\nSTART_4\r\n");
        var before = 1.0;
        for (var i = 0; i < 25; i++)
        {
            bed.Pass(1);
            var now = bed.Bench.Look().Unmixed;
            (now < before || now == 0).Should().BeTrue();
            before = now;
        }

        before.Should().Be(0);
        bed.Start("pump-water", "0.100");
        bed.Bench.Look().Unmixed.Should().Be(1);
    }

    [Fact]
    public void A_whole_trial_repeats_with_the_seed_whenever_its_steps_are_run()
    {
        double[] Trial(long seed, double idle)
        {
            using var bed = new BenchBed(seed);
            bed.Prepare([.. Sources, "pump-waste"]);
            for (var trial = 0; ; trial++)
            {
                foreach (var pump in Sources) bed.Start(pump, "0.500");
                bed.Pass(60 + idle);
                bed.Stir(30 + idle);
                var spectrum = bed.Spectrum();
                if (trial == 1) return spectrum;
                bed.Pass(idle);
                bed.Dose("pump-waste", "4.000");
            }
        }

        var expected = Trial(5, 0);
        Trial(5, 3.217).Should().Equal(expected);
        Trial(6, 0).Should().NotEqual(expected);
        expected.Max().Should().BeInRange(0.9, 1.6);
    }

    [Fact]
    public async Task A_later_connection_takes_the_line_and_a_closed_line_can_be_opened_again()
    {
        using var bed = new BenchBed();
        var first = bed.Line("stirrer");
        using var second = bed.Bench.Connect("stirrer");
        FluentActions.Invoking(() => first.Write("IN_NAME\r\n"u8)).Should().Throw<IOException>().WithMessage("*taken over*");
        first.Dispose();
        second.Write("IN_NAME\r\n"u8);
        (await second.ReadAsync(new byte[64])).Should().Be(13);
        second.Dispose();
        using var third = bed.Bench.Connect("stirrer");
        third.Write("IN_NAME\r\n"u8);
        (await third.ReadAsync(new byte[64])).Should().Be(13);
    }
}
