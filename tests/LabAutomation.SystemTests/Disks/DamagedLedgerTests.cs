using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Benchmarks.House;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Disks;

/// <summary>Bits of the ledger that are others, and ends that are missing: never another value, never less than was written without a word.</summary>
[Trait("Faults", "real")]
public sealed class DamagedLedgerTests(ITestOutputHelper output) : IDisposable
{
    private const int Trials = 30;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 31)]
    [InlineData(true, 32)]
    public void Every_damage_of_database_log_and_mark_is_seen_or_changes_nothing(bool killed, int seed)
    {
        var damaged = Written(killed);

        var counts = damaged.Judge<LedgerException>(_folder.At("work"), seed, 0.5, ReadForWriting);

        output.WriteLine($"ledger {(killed ? "of a killed program" : "closed in order")}: {counts.Refused} damages seen, {counts.Harmless} in what nobody reads");
        FaultTable.Tell(3, "damages of a ledger", counts.Refused + counts.Harmless);
        counts.Refused.Should().BeGreaterThan(counts.Harmless / 4, "most of the file is record");
    }

    [Fact]
    public void A_reader_sees_it_too()
    {
        var counts = Written(killed: false).Judge<LedgerException>(_folder.At("work"), 33, 0.1, ReadAll);

        counts.Refused.Should().BePositive();
    }

    [Fact]
    public void A_record_whose_end_is_missing_names_what_is_missing_and_the_way_on()
    {
        var path = Written(killed: false).PutTo(_folder.At("cut"));
        var full = WrittenMark.Read(path);
        WrittenMark.Open(path).Raise(full + 3);

        var opening = () => Ledger.Open(path, TimeProvider.System);

        opening.Should().Throw<LedgerException>().WithMessage($"*ledger.db*ends with entry {full}, and {full + 3} were written*delete*ledger.db-mark*").Which.IsBroken.Should().BeTrue();
        File.Delete(WrittenMark.Of(path));
        using var ledger = Ledger.Open(path, TimeProvider.System);
        ledger.Verify().Should().Match<LedgerVerdict>(verdict => verdict.IsSound && verdict.Entries == full);
    }

    [Fact]
    public void A_ledger_of_which_nothing_is_left_is_not_begun_anew()
    {
        var path = Written(killed: false).PutTo(_folder.At("empty"));
        File.WriteAllBytes(path, []);

        var opening = () => Ledger.Open(path, TimeProvider.System);

        opening.Should().Throw<LedgerException>().WithMessage("*ends with entry 0*");
        var reading = () => Ledger.OpenForReading(path).Read();
        reading.Should().Throw<LedgerException>().WithMessage("*ledger.db*");
    }

    private static DamagedDatabase Written(bool killed)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "ledger.db");
        try
        {
            using (var ledger = Ledger.Open(path, TimeProvider.System)) Write(ledger, 1, Trials / 2);
            using var again = Ledger.Open(path, TimeProvider.System);
            Write(again, (Trials / 2) + 1, Trials);
            if (!killed) again.Dispose();
            return DamagedDatabase.Take(path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static void Write(Ledger ledger, int first, int last)
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var trial = first; trial <= last; trial++)
        {
            var campaign = trial % 3 == 0 ? "other-1" : "colour-match-1";
            var action = ActionId.Derive(campaign, trial, "measure", 0, 1);
            var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.1 * trial, "mL"));
            var series = new Series([new ColumnDescription("absorbance", Unit.Parse("AU"))], [[.. Enumerable.Range(0, 40).Select(k => Math.Sin(k + trial))]]);
            ledger.Append(campaign, [new TrialProposed(trial, new TrialValues([]), 0.1 * trial, 0.2, null, "as planned"), new ActionIntended(action, trial, "measure", 0, "spectrometer", "acquire", arguments, at)]);
            var result = new ResultFrame(action, ActionStatus.Succeeded, CauseCode.Success, "", true, arguments, [series.Refer("spectrum", "topic")], at, at.AddSeconds(1), 1);
            ledger.Append(campaign, [new ActionEnded(action, trial, "measure", 0, result)], series);
            ledger.Append(campaign, [new TrialMeasured(trial, arguments, 1.0 / trial)]);
        }
    }

    private static List<string> ReadForWriting(string path)
    {
        using var ledger = Ledger.Open(path, TimeProvider.System);
        return All(ledger);
    }

    private static List<string> ReadAll(string path)
    {
        using var ledger = Ledger.OpenForReading(path);
        return All(ledger);
    }

    private static List<string> All(Ledger ledger)
    {
        var all = new List<string>();
        foreach (var campaign in ledger.Campaigns())
        {
            foreach (var entry in ledger.Read(campaign))
            {
                all.Add($"{entry.Seq} {entry.Campaign} {entry.At:O} {LabEvents.Write(entry.Event)}");
                if (entry.Event is not ActionEnded ended) continue;
                foreach (var reference in ended.Result.Data) all.Add(Convert.ToHexString(ledger.ReadData(reference).ToBytes()));
            }
        }

        return all;
    }
}
