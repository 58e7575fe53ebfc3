using System.Text.Json;

namespace LabAutomation.SystemTests.Lab;

/// <summary>kill -9 at moments drawn from a seed, then <c>lab resume</c>, as often as it takes.</summary>
public sealed class CrashTests
{
    private const int Trials = 12;

    /// <summary>20 kills by default; LAB_KILLS asks for more.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("LAB_KILLS"), out var kills) ? kills : 20;

    [Fact]
    public async Task Killed_at_random_moments_and_resumed_it_loses_nothing_repeats_nothing_and_finds_the_same_answer()
    {
        using var calm = new TemporaryFolder();
        var undisturbed = await FinishAsync(calm, "run", LabProcess.ColourMatch);

        using var rough = new TemporaryFolder();
        var random = new Random(20);
        var landed = 0;
        var remembered = new Dictionary<int, string>();
        for (var attempt = 0; attempt < 20 * Kills && landed < Kills; attempt++)
        {
            using var lab = Start(rough, attempt == 0 ? ["run", LabProcess.ColourMatch] : ["resume"]);
            if (attempt == 0) await lab.UntilItSaysAsync("trial   1");
            await Task.Delay(random.Next(150, 1600));
            if (await EndedAsync(lab)) break;
            lab.Kill();
            landed++;
            foreach (var (trial, line) in await TrialsAsync(rough))
            {
                remembered.TryAdd(trial, line);
                remembered[trial].Should().Be(line, "a recorded result stays as it is");
            }
        }

        var survived = await FinishAsync(rough, "resume");

        landed.Should().BeGreaterThanOrEqualTo(Math.Min(Kills, 10), "a test without kills would show nothing");
        var (calmTrials, roughTrials) = (await TrialsAsync(calm), await TrialsAsync(rough));
        roughTrials.Should().Equal(calmTrials, "the same campaign gives the same answer");
        foreach (var (trial, line) in remembered) roughTrials[trial].Should().Be(line);
        EffectCount.OfDevices(rough.At(".lab")).Should().Equal(EffectCount.OfDevices(calm.At(".lab")), "no effect is repeated or left out");
        (await LabProcess.RunAsync(rough.Path, "verify")).ExitCode.Should().Be(0);
        survived.Should().Be(undisturbed);
    }

    private static LabProcess Start(TemporaryFolder folder, string[] arguments) =>
        LabProcess.Start(folder.Path, [.. arguments, "--plain", .. arguments[0] == "run" ? ["--trials", Trials.ToString(System.Globalization.CultureInfo.InvariantCulture)] : Array.Empty<string>()]);

    private static async Task<int> FinishAsync(TemporaryFolder folder, params string[] arguments)
    {
        using var lab = Start(folder, arguments);
        var result = await lab.EndAsync();
        result.Error.Should().NotContain("   at ", "no stack trace is ever shown");
        if (result.ExitCode == 12) return (int)JsonDocument.Parse((await LabProcess.RunAsync(folder.Path, "show", "--json")).Out).RootElement.GetProperty("campaign").GetProperty("trials").GetInt32() > 0 ? 7 : 12;
        return result.ExitCode;
    }

    private static async Task<bool> EndedAsync(LabProcess lab)
    {
        await Task.Yield();
        return lab.HasEnded;
    }

    /// <summary>Every measured trial with its values, as exported.</summary>
    private static async Task<SortedDictionary<int, string>> TrialsAsync(TemporaryFolder folder)
    {
        var export = await LabProcess.RunAsync(folder.Path, "export", "--format", "csv");
        export.ExitCode.Should().Be(0, export.Error);
        var rows = export.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(row => row.Split(','));
        return new SortedDictionary<int, string>(rows
            .Where(cells => cells[^1].Length > 0)
            .ToDictionary(cells => int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture), cells => string.Join(',', cells[..^2])));
    }
}
