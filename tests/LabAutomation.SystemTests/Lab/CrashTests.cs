using System.Globalization;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.SystemTests.Lab;

/// <summary>kill -9 at moments drawn from a seed, then <c>lab resume</c>, as often as it takes.</summary>
public sealed class CrashTests
{
    /// <summary>20 kills by default; LAB_KILLS asks for more, with as many trials.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("LAB_KILLS"), out var kills) ? kills : 20;

    [Fact]
    public async Task Killed_at_random_moments_and_resumed_it_loses_nothing_repeats_nothing_and_finds_the_same_answer()
    {
        using var calm = new TemporaryFolder();
        var undisturbed = await EndAsync(Start(calm, "run"));

        using var rough = new TemporaryFolder();
        var random = new Random(20);
        var remembered = new Dictionary<int, string>();
        var inAction = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var lab = Start(rough, kill == 0 ? "run" : "resume");
            var duringStart = kill % 5 == 4;
            if (!duringStart) await lab.UntilItSaysAsync("colour-match-1:");
            await Task.Delay(duringStart ? random.Next(50, 900) : random.Next(0, 700));
            lab.HasEnded.Should().BeFalse($"kill {kill + 1} must hit a running campaign\n{lab.Out}{lab.Error}");
            lab.Kill();
            if (await IsInActionAsync(rough)) inAction++;
            foreach (var (trial, line) in await TrialsAsync(rough))
            {
                remembered.TryAdd(trial, line);
                remembered[trial].Should().Be(line, "a recorded result stays as it is");
            }
        }

        var survived = await EndAsync(Start(rough, "resume"));

        inAction.Should().BeGreaterThan(Kills / 4, "kills between actions alone would show little");
        survived.Should().Be(undisturbed);
        var (calmTrials, roughTrials) = (await TrialsAsync(calm), await TrialsAsync(rough));
        roughTrials.Should().Equal(calmTrials, "the same campaign gives the same answer");
        foreach (var (trial, line) in remembered) roughTrials[trial].Should().Be(line);
        Effects(rough).Should().Equal(Effects(calm), "no effect is repeated, left out or changed");
        (await LabProcess.RunAsync(rough.Path, "verify")).ExitCode.Should().Be(0);
    }

    private static LabProcess Start(TemporaryFolder folder, string command) => command == "run"
        ? LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--planner", "sobol", "--trials", (Kills + 4).ToString(CultureInfo.InvariantCulture), "--plain")
        : LabProcess.Start(folder.Path, "resume", "--plain");

    private static async Task<int> EndAsync(LabProcess lab)
    {
        using (lab)
        {
            var result = await lab.EndAsync(TimeSpan.FromMinutes(3 + Kills / 10));
            result.Error.Should().NotContain("   at ", "no stack trace is ever shown");
            result.ExitCode.Should().BeOneOf([0, 7], result.Out + result.Error);
            return result.ExitCode;
        }
    }

    /// <summary>What the devices say was done, device by device in its order; pumps of one step run side by side, so the order between devices may differ.</summary>
    private static IReadOnlyList<string> Effects(TemporaryFolder folder) =>
    [
        .. EffectLedger.Read(folder.At(".lab", "devices")).GroupBy(effect => effect.Device).OrderBy(device => device.Key, StringComparer.Ordinal)
            .SelectMany(device => device.Select(effect => string.Create(CultureInfo.InvariantCulture, $"{effect.Device} {effect.Kind} {effect.Amount}"))),
    ];

    private static async Task<bool> IsInActionAsync(TemporaryFolder folder)
    {
        var shown = await LabProcess.RunAsync(folder.Path, "export", "--format", "json");
        return shown.ExitCode == 0 && shown.Out.Contains("\"status\": null", StringComparison.Ordinal);
    }

    /// <summary>Every measured trial with its values, as exported.</summary>
    private static async Task<SortedDictionary<int, string>> TrialsAsync(TemporaryFolder folder)
    {
        var export = await LabProcess.RunAsync(folder.Path, "export", "--format", "csv");
        if (export.ExitCode == 12) return [];       // killed before anything was recorded
        export.ExitCode.Should().Be(0, export.Error);
        var rows = export.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(row => row.Split(','));
        return new SortedDictionary<int, string>(rows
            .Where(cells => cells[^1].Length > 0)
            .ToDictionary(cells => int.Parse(cells[0], CultureInfo.InvariantCulture), cells => string.Join(',', cells[..^2])));
    }
}
