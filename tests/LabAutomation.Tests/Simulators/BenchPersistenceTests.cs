using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class BenchPersistenceTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("bench").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_dispense_goes_on_while_the_computer_is_dead_and_the_pump_was_never_off()
    {
        var killed = new BenchBed(directory: directory);
        killed.Prepare("pump-cyan");
        killed.Start("pump-cyan", "1.000");
        killed.Pass(2);

        using var bed = Resurrect(killed);
        bed.Pump("pump-cyan", "DIS").Should().Be("00II0.333W0.000ML");
        bed.Pass(60);
        bed.Pump("pump-cyan", "DIS").Should().Be("00SI1.000W0.000ML");
        bed.Bench.Effects.All.Select(effect => effect.Kind).Should().Equal("dispense", "moved");
    }

    [Fact]
    public void A_dispense_that_ended_in_between_has_ended()
    {
        var killed = new BenchBed(directory: directory);
        killed.Prepare("pump-cyan");
        killed.Start("pump-cyan", "1.000");
        killed.Pass(3600);

        using var bed = Resurrect(killed);
        bed.Pump("pump-cyan", "").Should().Be("00S");
        bed.Bench.Look().Cyan.Should().BeApproximately(1, 0.03);
    }

    [Fact]
    public void Killed_after_every_step_a_run_gives_the_same_data_as_one_that_was_not()
    {
        double[] Run(bool kills)
        {
            var place = Path.Combine(directory, kills ? "killed" : "whole");
            var bed = new BenchBed(directory: place);
            void Kill() => bed = kills ? Resurrect(bed, place) : bed;
            foreach (var pump in new[] { "pump-cyan", "pump-water", "pump-waste" })
            {
                bed.Prepare(pump);
                Kill();
            }

            bed.Start("pump-cyan", "0.400");
            Kill();
            bed.Pass(1);
            bed.Start("pump-water", "1.600");
            Kill();
            bed.Pass(60);
            Kill();
            bed.Stir(15);
            Kill();
            bed.Stir(15);
            Kill();
            bed.Spectrum();
            bed.Dose("pump-waste", "1.000", 2);
            Kill();
            bed.Pass(10);
            bed.Scpi("CONF:AVER 4;INIT");
            Kill();
            bed.Pass(1);
            bed.Scpi("ACQ:COUN?;ACQ:NUMB?").Should().Be("2;2\n");
            var spectrum = bed.Scpi("FETC:ABS?").Split(',').Select(double.Parse).ToArray();
            bed.Bench.Effects.All.Select(effect => effect.Kind)
                .Should().Equal("dispense", "dispense", "moved", "moved", "stir", "stir", "acquisition", "drain", "moved", "acquisition");
            EffectLedger.Read(place).Should().Equal(bed.Bench.Effects.All);
            bed.Dispose();
            return spectrum;
        }

        Run(kills: true).Should().Equal(Run(kills: false));
    }

    [Fact]
    public void The_watchdog_bites_while_the_computer_is_dead()
    {
        var killed = new BenchBed(directory: directory);
        killed.Ask("stirrer", "OUT_SP_4 600\r\nSTART_4\r\nOUT_WD1@20\r\n");
        killed.Pass(120);
        using var bed = Resurrect(killed);
        bed.Ask("stirrer", "IN_PV_4\r\n").Should().Be("0.0 4\r\n");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public void An_effect_whose_line_was_lost_between_two_files_is_written_at_the_next_start(int kept)
    {
        var killed = new BenchBed(directory: directory);
        killed.Prepare("pump-cyan");
        killed.Dose("pump-cyan", "0.100");
        killed.Start("pump-cyan", "0.200");
        var expected = killed.Bench.Effects.All;
        var path = Path.Combine(directory, EffectLedger.FileName);
        var lines = File.ReadAllLines(path);
        File.WriteAllText(path, string.Join('\n', lines[..^1]) + "\n" + lines[^1][..kept]);
        EffectLedger.Read(directory).Should().Equal(expected.SkipLast(1));

        using var bed = Resurrect(killed);
        EffectLedger.Read(directory).Should().Equal(expected);
    }

    [Fact]
    public void The_effect_and_the_state_are_on_disk_before_the_device_answers()
    {
        using var bed = new BenchBed(directory: directory);
        bed.Prepare("pump-cyan");
        bed.Pump("pump-cyan", "VOL 0.5");
        bed.Line("pump-cyan").Write("RUN\r"u8);
        EffectLedger.Read(directory).Should().Equal(new Effect(1, bed.Clock.GetUtcNow(), "pump-cyan", "dispense", 0.5));
        File.ReadAllLines(Path.Combine(directory, "bench.jsonl"))[^1].Should().Contain("\"runs\":1");
        bed.Hear("pump-cyan").Should().Be("\x02" + "00I\x03");
    }

    [Fact]
    public void A_state_that_was_cut_off_while_it_was_written_is_one_that_never_was()
    {
        var killed = new BenchBed(directory: directory);
        killed.Prepare("pump-cyan");
        var path = Path.Combine(directory, "bench.jsonl");
        var before = File.ReadAllText(path);
        killed.Pump("pump-cyan", "DIA 20.00");
        var after = File.ReadAllText(path);
        File.WriteAllText(path, after[..((before.Length + after.Length) / 2)]);

        using (var bed = Resurrect(killed)) bed.Pump("pump-cyan", "DIA").Should().Be("00S26.59");
        File.ReadAllText(path).Should().Be(before);
    }

    [Fact]
    public void The_state_file_does_not_grow_without_end_and_survives_being_replaced()
    {
        var killed = new BenchBed(directory: directory);
        killed.Pump("pump-cyan", "");
        for (var i = 0; i < 1000; i++) killed.Pump("pump-cyan", $"DIA {10 + (i % 9)}");
        new FileInfo(Path.Combine(directory, "bench.jsonl")).Length.Should().BeLessThan(1_100_000);
        using var bed = Resurrect(killed);
        bed.Pump("pump-cyan", "DIA").Should().Be("00S10.00");
    }

    [Fact]
    public void Lab_time_that_jumped_back_does_not_undo_anything()
    {
        var killed = new BenchBed(directory: directory);
        killed.Prepare("pump-cyan");
        killed.Start("pump-cyan", "1.000");
        killed.Pass(3);
        killed.Pump("pump-cyan", "BUZ");
        killed.Pump("pump-cyan", "AL 0");
        using var bed = new BenchBed(directory: directory, clock: new FakeTimeProvider(killed.Clock.GetUtcNow().AddHours(-1)));
        bed.Pump("pump-cyan", "DIS").Should().Be("00II0.500W0.000ML");
    }

    [Fact]
    public void Another_seed_or_a_damaged_file_is_refused_with_a_reason()
    {
        new BenchBed(seed: 1, directory: directory).Pump("pump-cyan", "");
        FluentActions.Invoking(() => new BenchBed(seed: 2, directory: directory))
            .Should().Throw<InvalidDataException>().WithMessage("*seed 1, not 2*");
        File.AppendAllText(Path.Combine(directory, "bench.jsonl"), "{\n");
        FluentActions.Invoking(() => new BenchBed(seed: 1, directory: directory))
            .Should().Throw<InvalidDataException>().WithMessage("*bench.jsonl*empty directory*");
    }

    [Fact]
    public void A_disposed_bench_takes_no_more_bytes()
    {
        var bed = new BenchBed(directory: directory);
        var line = bed.Line("stirrer");
        bed.Dispose();
        FluentActions.Invoking(() => line.Write("START_4\r\n"u8)).Should().Throw<IOException>().WithMessage("*disposed*");
        EffectLedger.Read(directory).Should().BeEmpty();
    }

    private BenchBed Resurrect(BenchBed killed, string? place = null) => new(directory: place ?? directory, clock: killed.Clock);
}
