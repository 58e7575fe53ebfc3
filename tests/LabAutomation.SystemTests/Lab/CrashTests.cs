using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Reports;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Benchmarks.House;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Lab;

/// <summary>kill -9 at moments drawn from a seed, then <c>lab resume</c>, as often as it takes.</summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class CrashTests(ITestOutputHelper output)
{
    /// <summary>50 kills by default; LONG_KILLS asks for more.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("LONG_KILLS"), out var kills) ? kills : 50;

    /// <summary>From here on a hundredth of the starts is more than what other tests at the same time may hold up.</summary>
    private const int LongForm = 500;

    /// <summary>Within which a killed lab is ready again.</summary>
    private static readonly TimeSpan Ready = TimeSpan.FromSeconds(3);

    /// <summary>More than can be done between the kills: a program is alive for 0.7 s at most, in which it does less than a trial.</summary>
    private static readonly string Trials = ((Kills * 3 / 4) + 4).ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task Killed_at_random_moments_and_resumed_it_loses_nothing_repeats_nothing_and_finds_the_same_answer()
    {
        using var calm = new TemporaryFolder();
        using var alone = Start(calm, "run");

        using var rough = new TemporaryFolder();
        var random = new Random(20);
        var remembered = new Dictionary<int, string>();
        var ready = new List<TimeSpan>();
        var inAction = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var lab = Start(rough, kill == 0 ? "run" : "resume");
            var duringStart = kill % 5 == 4;
            var began = Stopwatch.GetTimestamp();
            if (!duringStart)
            {
                await lab.UntilItSaysAsync("colour-match-1:");
                ready.Add(Stopwatch.GetElapsedTime(began));
            }

            await Task.Delay(duringStart ? random.Next(50, 900) : random.Next(0, 700));
            lab.HasEnded.Should().BeFalse($"kill {kill + 1} must hit a running campaign\n{lab.Out}{lab.Error}");
            lab.Kill();
            var recorded = Recorded(rough);
            if (recorded is not null && recorded.Trials.Any(trial => trial.Actions.Values.Any(action => action.IsOpen))) inAction++;
            foreach (var (trial, line) in Measured(recorded is null ? "" : CsvExport.Of(recorded)))
            {
                remembered.TryAdd(trial, line);
                remembered[trial].Should().Be(line, "a recorded result stays as it is");
            }
        }

        using var last = Start(rough, "resume");
        var survived = await EndAsync(last);
        var undisturbed = await EndAsync(alone);

        ready.Sort();
        var (median, late) = (ready[ready.Count / 2], ready[ready.Count * 99 / 100]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Kills} kills, {inAction} of them in mid-action; ready again p50 {median.TotalSeconds:0.0} s, p99 {late.TotalSeconds:0.0} s"));
        FaultTable.Tell(1, "kills of the lab", Kills);
        if (Kills >= LongForm) late.Should().BeLessThanOrEqualTo(Ready, "one in a hundred of the long form, which has the machine for itself");
        inAction.Should().BeGreaterThan(Kills / 4, "kills between actions alone would show little");
        survived.Should().Be(undisturbed);
        var (calmTrials, roughTrials) = (await ExportedAsync(calm), await ExportedAsync(rough));
        roughTrials.Should().Equal(calmTrials, "the same campaign gives the same answer");
        foreach (var (trial, line) in remembered) roughTrials[trial].Should().Be(line);
        Effects(rough).Should().Equal(Effects(calm), "no effect is repeated, left out or changed");
        (await LabProcess.RunAsync(rough.Path, "verify")).ExitCode.Should().Be(0);
    }

    private static LabProcess Start(TemporaryFolder folder, string command) => command == "run"
        ? LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--planner", "sobol", "--trials", Trials, "--plain")
        : LabProcess.Start(folder.Path, "resume", "--plain");

    private static async Task<int> EndAsync(LabProcess lab)
    {
        var result = await lab.EndAsync(TimeSpan.FromMinutes(3 + Kills / 10));
        result.Error.Should().NotContain("   at ", "no stack trace is ever shown");
        result.ExitCode.Should().BeOneOf([0, 7], result.Out + result.Error);
        return result.ExitCode;
    }

    /// <summary>What the devices say was done, device by device in its order; pumps of one step run side by side, so the order between devices may differ.</summary>
    private static IReadOnlyList<string> Effects(TemporaryFolder folder) =>
    [
        .. EffectLedger.Read(folder.At(".lab", "devices")).GroupBy(effect => effect.Device).OrderBy(device => device.Key, StringComparer.Ordinal)
            .SelectMany(device => device.Select(effect => string.Create(CultureInfo.InvariantCulture, $"{effect.Device} {effect.Kind} {effect.Amount}"))),
    ];

    /// <summary>What the killed program has left on record; null where it recorded nothing.</summary>
    private static CampaignState? Recorded(TemporaryFolder folder)
    {
        var path = Laboratory.LedgerIn(folder.At(".lab"));
        if (!Ledger.Exists(path)) return null;
        using var ledger = Ledger.OpenForReading(path);
        return ledger.Campaigns() is [] ? null : CampaignRecord.Find(ledger, null);
    }

    private static async Task<SortedDictionary<int, string>> ExportedAsync(TemporaryFolder folder)
    {
        var export = await LabProcess.RunAsync(folder.Path, "export", "--format", "csv");
        export.ExitCode.Should().Be(0, export.Error);
        return Measured(export.Out);
    }

    /// <summary>Every measured trial with its values, without its times.</summary>
    private static SortedDictionary<int, string> Measured(string csv) => new(csv
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(row => row.Split(','))
        .Where(cells => cells[^1].Length > 0)
        .ToDictionary(cells => int.Parse(cells[0], CultureInfo.InvariantCulture), cells => string.Join(',', cells[..^2])));
}
