using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Records;

public sealed class LedgerTests : IDisposable
{
    private static readonly string Empty = new('0', 64);

    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void What_is_noted_is_in_the_chain_at_once_and_counts_as_on_the_disk_with_the_next_that_is_appended()
    {
        var path = Path.Combine(_folder, "noted.db");
        using (var ledger = Ledger.Open(path, TimeProvider.System))
        {
            ledger.Append("a-1", [new CampaignPaused("one")]);
            ledger.Note("a-1", new CampaignPaused("two"));
            ledger.Note("a-1", new CampaignPaused("three"));
            using (var reader = Ledger.OpenForReading(path)) reader.Read().Should().HaveCount(3, "whoever reads beside sees it");
            WrittenMark.Read(path).Should().Be(1, "the disk has promised the first alone");

            ledger.Append("a-1", [new CampaignPaused("four")]);
            WrittenMark.Read(path).Should().Be(4);
            ledger.Note("a-1", new CampaignPaused("five"));
        }

        using var again = Ledger.Open(path, TimeProvider.System);
        again.Read().Select(entry => ((CampaignPaused)entry.Event).Reason).Should().Equal("one", "two", "three", "four", "five");
        again.Verify().IsSound.Should().BeTrue();
    }

    [Fact]
    public void What_was_appended_is_read_back_after_opening_again()
    {
        using (var ledger = Open())
        {
            ledger.Append("one", [new CampaignPaused("coffee"), new CampaignResumed("back")]);
            _clock.Advance(TimeSpan.FromSeconds(1));
            ledger.Append("two", [new AbortRequested("fire")]);
        }

        using var again = Open();

        again.Read("one").Select(entry => entry.Event).Should().Equal(new CampaignPaused("coffee"), new CampaignResumed("back"));
        again.Read().Select(entry => entry.Seq).Should().Equal(1, 2, 3);
        again.Read("two")[0].At.Should().Be(new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero));
        again.Campaigns().Should().Equal("one", "two");
    }

    [Fact]
    public void A_ledger_that_is_one_programs_alone_is_the_same_record()
    {
        var (shared, alone) = (Path.Combine(_folder, "shared.db"), Path.Combine(_folder, "alone.db"));
        using (var one = Ledger.Open(shared, _clock, isDurable: false))
        using (var other = Ledger.Open(alone, _clock, isDurable: false, isAlone: true))
        {
            foreach (var ledger in new[] { one, other }) ledger.Append("a-1", [new CampaignPaused("one"), new CampaignResumed("two")]);
            other.Head.Should().Be(one.Head);
            other.Invoking(ledger => ledger.Append("a-1", [new CampaignPaused("three")], new BulkData[] { null! })).Should().Throw<Exception>("a write that fails leaves nothing");
        }

        using var reader = Ledger.OpenForReading(alone);
        reader.Verify().IsSound.Should().BeTrue();
        reader.Read().Should().HaveCount(2);
    }

    [Fact]
    public void A_sound_ledger_verifies_and_names_its_head()
    {
        using var ledger = Open();
        ledger.Verify().Should().Be(new LedgerVerdict(0, Empty, null));

        var entries = ledger.Append("one", [new CampaignPaused("a"), new CampaignResumed("b")]);

        ledger.Verify().Should().Be(new LedgerVerdict(2, entries[1].Hash, null));
        ledger.Head.Should().Be(entries[1].Hash);
    }

    [Theory]
    [InlineData("UPDATE ledger SET body = '{\"reason\":\"x\"}' WHERE seq = 2", 1, "entry 2")]
    [InlineData("UPDATE ledger SET campaign = 'other' WHERE seq = 3", 2, "entry 3")]
    [InlineData("UPDATE ledger SET at = '2020-01-01T00:00:00.0000000Z' WHERE seq = 1", 0, "entry 1")]
    [InlineData("DELETE FROM ledger WHERE seq = 2", 1, "entry 2 is missing")]
    [InlineData("UPDATE ledger SET hash = (SELECT hash FROM ledger WHERE seq = 1) WHERE seq = 3", 2, "entry 3")]
    public void A_change_behind_its_back_is_found(string tampering, long sound, string complaint)
    {
        using (var ledger = Open()) ledger.Append("one", [new CampaignPaused("a"), new CampaignResumed("b"), new CampaignPaused("c")]);
        Execute("DROP TRIGGER ledger_keeps_entries; DROP TRIGGER ledger_keeps_all;" + tampering);

        using var reader = Ledger.OpenForReading(Path.Combine(_folder, "ledger.db"));
        var verdict = reader.Verify();

        verdict.Entries.Should().Be(sound);
        verdict.Problem.Should().Contain(complaint);
        foreach (var use in new Action[] { () => reader.Read(), () => reader.Read("one"), () => reader.Campaigns(), () => Open() })
            use.Should().Throw<LedgerException>().WithMessage($"*ledger.db*{complaint}*").Which.IsBroken.Should().BeTrue();
    }

    [Fact]
    public void A_writer_that_another_has_followed_is_shut_out_for_good()
    {
        using var stopped = Open();
        stopped.Append("one", [new CampaignPaused("a")]);
        using var next = Open();
        var write = () => stopped.Append("one", [new CampaignResumed("b")]);

        write.Should().Throw<LedgerException>().WithMessage("another program has opened the ledger *ledger.db' for writing since; this one may not write any more");
        next.Append("one", [new CampaignPaused("c")]);
        stopped.Read().Should().HaveCount(2, "it may still read");
        write.Should().Throw<LedgerException>();
        next.Verify().Should().Match<LedgerVerdict>(verdict => verdict.IsSound && verdict.Entries == 2);
    }

    [Theory]
    [InlineData("UPDATE ledger SET body = '{}'")]
    [InlineData("DELETE FROM ledger")]
    public void The_database_itself_refuses_changes(string sql)
    {
        using (var ledger = Open()) ledger.Append("one", [new CampaignPaused("a")]);

        FluentActions.Invoking(() => Execute(sql)).Should().Throw<SqliteException>().WithMessage("*append-only*");
    }

    [Fact]
    public void Data_is_kept_with_the_entry_that_refers_to_it_and_missing_data_is_found()
    {
        var series = new Series([new ColumnDescription("absorbance", Unit.Parse("AU"))], [[0.1, 0.2]]);
        var picture = new Media("image/png", new byte[] { 1, 2, 3 });
        var (reference, shot) = (series.Refer("spectrum", "topic"), picture.Refer("picture", "topic"));
        var ended = new ActionEnded(
            ActionId.Derive("one", 1, "measure", 0, 1), 1, "measure", 0,
            new ResultFrame(default, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [reference, shot], _clock.GetUtcNow(), _clock.GetUtcNow(), 1));
        using (var ledger = Open())
        {
            ledger.Append("one", [ended], series, picture);
            ledger.ReadData(reference).Should().BeOfType<Series>().Which.Values[0].Should().Equal(0.1, 0.2);
            ledger.ReadData(shot).ToBytes().Should().Equal(1, 2, 3);
            ledger.HasEnded(ended.Action, ActionStatus.Succeeded).Should().BeTrue();
            ledger.HasEnded(ended.Action, ActionStatus.UnknownOutcome).Should().BeTrue();
            ledger.HasEnded(ActionId.Derive("one", 2, "measure", 0, 1), ActionStatus.UnknownOutcome).Should().BeFalse();
        }

        Execute("DROP TRIGGER data_keeps_all; DELETE FROM data");
        using var again = Open();

        again.Verify().Problem.Should().Contain("not on record");
        again.Invoking(ledger => ledger.ReadData(reference)).Should().Throw<LedgerException>().Which.IsBroken.Should().BeTrue();
    }

    [Fact]
    public void An_end_that_nobody_knew_is_none_of_what_is_told_later()
    {
        var (action, now) = (ActionId.Derive("one", 1, "measure", 0, 1), _clock.GetUtcNow());
        ActionEnded Ended(ActionStatus status) => new(action, 1, "measure", 0, new ResultFrame(action, status, CauseCode.LinkLost, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], now, now, 1));
        using var ledger = Open();

        ledger.Append("one", [Ended(ActionStatus.UnknownOutcome)]);
        var unknown = (ledger.HasEnded(action, ActionStatus.UnknownOutcome), ledger.HasEnded(action, ActionStatus.Succeeded));
        ledger.Append("one", [Ended(ActionStatus.Failed)]);

        unknown.Should().Be((true, false));
        ledger.HasEnded(action, ActionStatus.Failed).Should().BeTrue();
    }

    [Fact]
    public void A_reader_sees_what_a_writer_has_appended_meanwhile()
    {
        using var writer = Open();
        writer.Append("one", [new CampaignPaused("a")]);
        using var reader = Ledger.OpenForReading(Path.Combine(_folder, "ledger.db"));

        writer.Append("one", [new CampaignResumed("b")]);

        reader.Read().Should().HaveCount(2);
        FluentActions.Invoking(() => reader.Append("one", [new CampaignPaused("c")])).Should().Throw<LedgerException>();
    }

    [Fact]
    public void What_happened_during_a_campaign_has_the_others_entries_and_what_is_the_lab_s_own_is_no_campaign()
    {
        using var ledger = Open();
        foreach (var (campaign, reason) in new[] { ("one", "a"), ("two", "b"), (Ledger.OfTheLab, "c"), ("two", "d"), ("one", "e") }) ledger.Append(campaign, [new CampaignPaused(reason)]);

        ledger.ReadDuring("two").Select(entry => ((CampaignPaused)entry.Event).Reason).Should().Equal("b", "c", "d");
        ledger.ReadDuring("three").Should().BeEmpty();
        ledger.Campaigns().Should().Equal("one", "two");
    }

    [Fact]
    public void A_file_that_was_made_and_never_written_is_no_ledger_yet()
    {
        var path = Path.Combine(_folder, "ledger.db");
        File.WriteAllBytes(path, []);

        Ledger.Exists(path).Should().BeFalse();
        using (Open()) Ledger.Exists(path).Should().BeTrue();
    }

    [Fact]
    public void A_file_that_is_no_ledger_is_refused_by_name()
    {
        File.WriteAllText(Path.Combine(_folder, "ledger.db"), "this is not a database, but long enough to look like one at first sight ............");

        FluentActions.Invoking(Open).Should().Throw<LedgerException>().WithMessage("*ledger.db*damaged or not a ledger*");
    }

    [Fact]
    public void Reading_where_nothing_is_says_what_makes_one() =>
        FluentActions.Invoking(() => Ledger.OpenForReading(Path.Combine(_folder, "none.db"))).Should().Throw<LedgerException>().WithMessage("*'lab run' makes one*");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Ledger Open() => Ledger.Open(Path.Combine(_folder, "ledger.db"), _clock);

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "ledger.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
