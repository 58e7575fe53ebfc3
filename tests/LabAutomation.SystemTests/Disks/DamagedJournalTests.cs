using System.Collections.Immutable;
using System.Text;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Benchmarks.House;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Disks;

/// <summary>The same of the drivers' journal, where another phase or a row that is missing would be a second dose.</summary>
[Trait("Faults", "real")]
public sealed class DamagedJournalTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Instruments = ["pump", "stirrer"];
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 41)]
    [InlineData(true, 42)]
    public void Every_damage_of_database_log_and_mark_is_seen_or_changes_nothing(bool killed, int seed)
    {
        var counts = Written(killed).Judge<JournalException>(_folder.At("work"), seed, 0.5, Known);

        output.WriteLine($"journal {(killed ? "of a killed program" : "closed in order")}: {counts.Refused} damages seen, {counts.Harmless} in what nobody reads");
        FaultTable.Tell(3, "damages of a journal", counts.Refused + counts.Harmless);
        counts.Refused.Should().BeGreaterThan(counts.Harmless / 4, "most of the file is record");
    }

    [Theory]
    [InlineData("UPDATE actions SET phase = 4 WHERE n = 3", "row 3 of its table 'actions'")]
    [InlineData("UPDATE instruments SET epoch = 1", "its table 'instruments'")]
    [InlineData("UPDATE marks SET value = '9' WHERE n = 2", "row 2 of its table 'marks'")]
    [InlineData("UPDATE locks SET token = 8", "its table 'locks'")]
    [InlineData("UPDATE stops SET why = ''", "its table 'stops'")]
    [InlineData("UPDATE data SET payload = x'00'", "its table 'data'")]
    public void A_value_that_is_another_is_named_by_its_row(string change, string where)
    {
        var path = Written(killed: false).PutTo(_folder.At("changed"));
        var table = change.Split(' ')[1];
        Execute(path, $"DROP TRIGGER {table}_updated; {change}");

        var opening = () => new Journal(path);

        opening.Should().Throw<JournalException>().WithMessage($"the journal {path} is damaged*{where}*restore it from a copy");
    }

    [Fact]
    public void A_journal_whose_end_is_missing_is_not_gone_on_with()
    {
        var path = Written(killed: true).PutTo(_folder.At("cut"));
        File.Delete(path + "-wal");

        var opening = () => new Journal(path);

        opening.Should().Throw<JournalException>().WithMessage("the journal * is damaged: of * writes the last * are missing, and what they say was done could be done again*journal.db-mark'");
    }

    [Fact]
    public void A_journal_from_before_there_were_checksums_gets_them()
    {
        var path = Written(killed: false).PutTo(_folder.At("old"));
        string[] tables = ["instruments", "actions", "marks", "unresolved", "locks", "stops", "data"];
        Execute(path, string.Concat(tables.Select(table => $"DROP TRIGGER {table}_inserted; DROP TRIGGER {table}_updated; ALTER TABLE {table} DROP COLUMN checked; ")) + "DROP TABLE written");
        File.Delete(WrittenMark.Of(path));

        Known(path).Should().Equal(Known(Written(killed: false).PutTo(_folder.At("new"))));

        Execute(path, "DROP TRIGGER actions_updated; UPDATE actions SET epoch = 7 WHERE n = 1");
        FluentActions.Invoking(() => new Journal(path)).Should().Throw<JournalException>().WithMessage("*row 1 of its table 'actions'*");
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Forty actions, some under way, some ended, some acknowledged, some of which nobody knows the outcome.</summary>
    private DamagedDatabase Written(bool killed)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("journal-").FullName, "journal.db");
        try
        {
            using (var journal = new Journal(path)) Write(journal, 0, 20);
            using var again = new Journal(path);
            Write(again, 20, 40);
            if (!killed) again.Dispose();
            return DamagedDatabase.Take(path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static ActionId Id(int k) => ActionId.Derive("damage", k, "dose", 0, 1);

    private static void Write(Journal journal, int from, int to)
    {
        var units = Instruments.Select(name => journal.Open(name, DateTimeOffset.UnixEpoch)).ToArray();
        for (var k = from; k < to; k++)
        {
            var (unit, action) = (units[k % 2], Id(k));
            var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.1 * (k + 1), "mL"));
            unit.Answer(action, "dispense", new CommandFrame(arguments, At.AddHours(1)), new ReplyFrame(action, k % 7 == 3 ? ActionStatus.Failed : ActionStatus.Accepted, CauseCode.Success, "", At));
            if (k % 7 == 3 || k % 10 == 9) continue;
            unit.Start(action, At.AddSeconds(k));
            unit.Mark(action, new ActionMark("run", $"{k}", At.AddSeconds(k)));
            if (k % 10 == 8) continue;
            var status = k % 5 == 4 ? ActionStatus.UnknownOutcome : ActionStatus.Succeeded;
            var data = ImmutableSortedDictionary<string, byte[]>.Empty.Add("curve", [.. Enumerable.Range(0, 200).Select(i => (byte)(i * k))]);
            unit.End(new ResultFrame(action, status, CauseCode.Success, "", true, arguments, [], At, At.AddSeconds(1), 1), data, 0.5);
            if (k % 3 == 0) unit.Acknowledge(action, At.AddMinutes(1));
        }

        units[0].Lock(new GrantedLock(to, "agents", At.AddMinutes(to)));
        units[1].Stop("smoke");
    }

    private static List<string> Known(string path)
    {
        using var journal = new Journal(path);
        var all = new List<string>();
        foreach (var unit in Instruments.Select(name => journal.Open(name, DateTimeOffset.UnixEpoch)))
        {
            all.Add($"epoch {unit.Epoch}, clean {unit.StoppedCleanly}, lock {unit.Lock()}, stop {unit.Stopped()}");
            all.AddRange(unit.Outstanding().Select(entry => $"outstanding {entry.Action}"));
            all.AddRange(unit.Unacknowledged().Select(entry => $"told {entry.Action} {string.Concat(unit.Data(entry.Action).Select(one => one.Key + Convert.ToHexString(one.Value)))}"));
            all.AddRange(unit.Unresolved().Select(entry => $"unresolved {entry.Action}"));
        }

        var any = journal.Open(Instruments[0], DateTimeOffset.UnixEpoch);
        all.AddRange(Enumerable.Range(0, 40).Select(k => any.Find(Id(k))).Select(entry => entry is null
            ? "nothing"
            : $"{entry.Action} {entry.Instrument} {entry.Command} {entry.Hash} {entry.Phase} {entry.StartedAt:O} {string.Join(' ', entry.Marks)} {entry.Progress} {Text(entry.Frame)} {Text(entry.Reply)} {(entry.Result is null ? "" : Text(entry.Result))}"));
        return all;
    }

    private static string Text<T>(T frame) => Encoding.UTF8.GetString(FrameCodec.Encode(frame));
}
