using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Journals;

public sealed class JournalTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ActionId Id = ActionId.Derive("c", 1, "dose", 0, 0);
    private static readonly CommandFrame Frame = new(Commands.Arguments(("volume", 1, "mL")), Now.AddMinutes(5));

    private readonly string _folder = Directory.CreateTempSubdirectory("journal").FullName;
    private readonly List<Journal> _open = [];

    [Fact]
    public void The_epoch_of_each_instrument_rises_at_every_start()
    {
        using (var journal = new Journal(File()))
        {
            journal.Open("pump", Now).Epoch.Should().Be(1);
            journal.Open("pump", Now).Epoch.Should().Be(2);
            journal.Open("stirrer", Now).Epoch.Should().Be(1);
        }

        Reopen().Epoch.Should().Be(3);
    }

    [Fact]
    public void A_journal_made_anew_begins_where_it_is_told_and_one_that_knows_the_instrument_goes_on()
    {
        using (var journal = new Journal(File(), firstEpoch: 1000)) journal.Open("pump", Now).Epoch.Should().Be(1000);
        using (var journal = new Journal(File(), firstEpoch: 2000)) (journal.Open("pump", Now).Epoch, journal.Open("stirrer", Now).Epoch).Should().Be((1001, 2000));
        FluentActions.Invoking(() => new Journal(File(), firstEpoch: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(true, "in simulation are not over, and are not to go on on hardware")]
    [InlineData(false, "on hardware are not over, and are not to go on in simulation")]
    public void What_is_not_over_goes_on_with_a_device_of_the_same_kind_only(bool simulated, string says)
    {
        using (var journal = new Journal(File())) journal.Open("pump", Now, simulated).Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        using (var journal = new Journal(File()))
        {
            FluentActions.Invoking(() => journal.Open("pump", Now, !simulated)).Should().Throw<JournalException>().WithMessage($"1 of the actions of 'pump' that were begun {says}*another DataDirectory*");
            journal.Open("other", Now, !simulated).Epoch.Should().Be(1);
            var own = journal.Open("pump", Now, simulated);
            own.Epoch.Should().Be(2, "who was refused has no epoch");
            own.Start(Id, Now);
            own.End(Result(), Data(), 1);
        }

        using (var journal = new Journal(File())) journal.Open("pump", Now, !simulated).Epoch.Should().Be(3, "all of it is over");
    }

    [Fact]
    public void What_was_written_is_there_after_a_crash_at_every_boundary()
    {
        Reopen().Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        Reopen().Find(Id)!.Phase.Should().Be(JournalPhase.Accepted);

        Reopen().Start(Id, Now);
        Reopen().Outstanding().Single().Should().BeEquivalentTo(new { Action = Id, Phase = JournalPhase.Started, StartedAt = Now });

        Reopen().Mark(Id, new ActionMark("run", "0", Now.AddSeconds(1)));
        Reopen().Outstanding().Single().Marks.Should().Equal(new ActionMark("run", "0", Now.AddSeconds(1)));

        Reopen().End(Result(), Data(), 1);
        var ended = Reopen();
        ended.Outstanding().Should().BeEmpty();
        ended.Unacknowledged().Single().Result!.Outputs["volume"].Should().Be(Quantity.Of(1, "mL"));
        ended.Data(Id)["spectrum"].Should().Equal(1, 2, 3);

        Reopen().Acknowledge(Id, Now).Should().Equal("spectrum");
        var acknowledged = Reopen();
        acknowledged.Unacknowledged().Should().BeEmpty();
        acknowledged.Data(Id).Should().BeEmpty();
        acknowledged.Find(Id)!.Result!.Status.Should().Be(ActionStatus.Succeeded, "a late copy of the command is still answered");
    }

    [Fact]
    public void What_a_failing_disk_has_taken_after_all_may_be_written_once_more()
    {
        using var journal = new Journal(File());
        var pump = journal.Open("pump", Now);
        journal.Store.Boundary = after =>
        {
            if (after) throw new JournalException("the disk did not take it");
        };
        var answer = () => pump.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        var start = () => pump.Start(Id, Now);
        var end = () => pump.End(Result(), Data(), 1);

        answer.Should().Throw<JournalException>();
        start.Should().Throw<JournalException>();
        end.Should().Throw<JournalException>();
        end.Should().Throw<JournalException>("as often as it takes");
        journal.Store.Boundary = null;
        end();

        pump.Unacknowledged().Single().Result!.Status.Should().Be(ActionStatus.Succeeded);
        pump.Data(Id)["spectrum"].Should().Equal(1, 2, 3);
    }

    [Fact]
    public void An_entry_comes_back_as_it_was_written()
    {
        var journal = Reopen();
        journal.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));

        var entry = Reopen().Find(Id)!;

        entry.Frame.Should().BeEquivalentTo(Frame);
        entry.Reply.Should().Be(Reply(ActionStatus.Accepted));
        entry.Hash.Should().Be(PayloadHash.Of("pump", "dose", Frame));
        (entry.Instrument, entry.Command).Should().Be(("pump", "dose"));
    }

    [Fact]
    public void An_action_can_be_answered_once_in_the_whole_host()
    {
        using var journal = new Journal(File());
        journal.Open("pump", Now).Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        var other = journal.Open("stirrer", Now);

        other.Invoking(j => j.Answer(Id, "stir", Frame, Reply(ActionStatus.Accepted))).Should().Throw<JournalException>();
        other.Find(Id)!.Instrument.Should().Be("pump");
    }

    [Fact]
    public void A_refused_action_is_remembered_and_never_outstanding()
    {
        Reopen().Answer(Id, "dose", Frame, Reply(ActionStatus.Failed));

        var journal = Reopen();
        journal.Outstanding().Should().BeEmpty();
        journal.Find(Id)!.Phase.Should().Be(JournalPhase.Refused);
        journal.Invoking(j => j.Start(Id, Now)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Steps_out_of_order_are_programming_errors()
    {
        var journal = Reopen();
        journal.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));

        journal.Invoking(j => j.Mark(Id, new ActionMark("run", "0", Now))).Should().Throw<InvalidOperationException>();
        journal.End(Result(), Data(), 1);
        journal.Invoking(j => j.Start(Id, Now)).Should().Throw<InvalidOperationException>();
        journal.Acknowledge(Id, Now).Should().Equal("spectrum");
        journal.Invoking(j => j.End(Result(), ImmutableSortedDictionary<string, byte[]>.Empty, 1)).Should().Throw<InvalidOperationException>();
        journal.Acknowledge(Id, Now).Should().BeNull();
    }

    [Fact]
    public void Marks_of_an_earlier_start_do_not_count()
    {
        var journal = Reopen();
        journal.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        journal.Start(Id, Now);
        journal.Mark(Id, new ActionMark("run", "0", Now));
        journal.Start(Id, Now.AddMinutes(1));

        journal.Outstanding().Single().Marks.Should().BeEmpty();
        journal.Outstanding().Single().StartedAt.Should().Be(Now.AddMinutes(1));
    }

    [Fact]
    public void A_driver_with_an_older_epoch_is_shut_out()
    {
        var zombie = Reopen();
        zombie.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        Reopen();

        zombie.Invoking(j => j.Start(Id, Now)).Should().Throw<FencedException>().WithMessage("*another driver has taken over 'pump' with epoch 2*");
    }

    [Fact]
    public void Only_a_clean_stop_counts_as_one()
    {
        var first = Reopen();
        first.StoppedCleanly.Should().BeTrue("nothing was left running by a start that never was");
        Reopen().StoppedCleanly.Should().BeFalse();
        var third = Reopen();
        third.CloseCleanly();
        Reopen().StoppedCleanly.Should().BeTrue();
    }

    [Fact]
    public void Nothing_is_begun_on_a_journal_that_was_deleted_under_the_program()
    {
        var pump = Reopen();
        pump.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        System.IO.File.Delete(File());

        pump.Invoking(j => j.Start(Id, Now)).Should().Throw<JournalException>().WithMessage($"the journal {File()} was deleted, moved away or replaced while it was in use*end this program first, then*start the program again*").Which.IsLost.Should().BeTrue();
        pump.Find(Id)!.Phase.Should().Be(JournalPhase.Accepted);
    }

    [Theory]
    [InlineData("copied back after it was deleted")]
    [InlineData("replaced by a copy")]
    [InlineData("moved away and back")]
    [InlineData("without its log")]
    public void Nothing_is_begun_on_a_journal_that_is_not_the_one_opened_at_the_start(string how)
    {
        if (OperatingSystem.IsWindows()) return;        // which lets nobody do so
        var pump = Reopen();
        pump.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted));
        var copy = Path.Combine(_folder, "copy.db");
        System.IO.File.Copy(File(), copy);
        var start = () => pump.Start(Id, Now);

        switch (how)
        {
            case "copied back after it was deleted":
                System.IO.File.Delete(File());
                System.IO.File.Copy(copy, File());
                break;
            case "replaced by a copy":
                System.IO.File.Move(copy, File(), overwrite: true);
                break;
            case "moved away and back":
                System.IO.File.Move(File(), copy, overwrite: true);
                start.Should().Throw<JournalException>();
                System.IO.File.Move(copy, File());
                break;
            default:
                System.IO.File.Delete(File() + "-wal");
                break;
        }

        start.Should().Throw<JournalException>().Which.IsLost.Should().BeTrue();
    }

    [Fact]
    public void A_lost_journal_is_told_of_once()
    {
        using var journal = new Journal(File());
        var pump = journal.Open("pump", Now);
        var told = new List<string>();
        journal.Lost += loss => told.Add(loss.Message);
        System.IO.File.Delete(File());

        for (var k = 0; k < 3; k++) pump.Invoking(j => j.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted))).Should().Throw<JournalException>();

        told.Should().ContainSingle().Which.Should().StartWith($"the journal {File()} was deleted");
    }

    [Fact]
    public void A_full_disk_is_said_in_plain_words_and_nothing_is_half_written()
    {
        using var journal = new Journal(File());
        var pump = journal.Open("pump", Now);
        journal.Store.Read(store => store.Query("PRAGMA max_page_count = 1", row => row.GetInt64(0)));
        var big = new ReplyFrame(Id, ActionStatus.Accepted, CauseCode.Success, new string('x', 200_000), Now);

        pump.Invoking(j => j.Answer(Id, "dose", Frame, big)).Should().Throw<JournalException>().WithMessage("the disk that holds the journal * is full*");
        pump.Find(Id).Should().BeNull();

        journal.Store.Read(store => store.Query("PRAGMA max_page_count = 100000", row => row.GetInt64(0)));
        pump.Answer(Id, "dose", Frame, big);
        pump.Find(Id).Should().NotBeNull("it goes on when there is room again");
    }

    [Fact]
    public void A_read_only_journal_is_said_in_plain_words()
    {
        using var journal = new Journal(File());
        var pump = journal.Open("pump", Now);
        journal.Store.Run("PRAGMA query_only = ON");

        pump.Invoking(j => j.Answer(Id, "dose", Frame, Reply(ActionStatus.Accepted))).Should().Throw<JournalException>().WithMessage("the journal * is read-only*");
    }

    [Fact]
    public void A_folder_that_is_not_there_and_a_file_that_is_none_are_refused()
    {
        var missing = () => new Journal(Path.Combine(_folder, "missing", "journal.db"));
        missing.Should().Throw<JournalException>().WithMessage("*cannot be opened; its folder must exist*");

        System.IO.File.WriteAllText(File(), new string('?', 4096));
        var damaged = () => new Journal(File());
        damaged.Should().Throw<JournalException>().WithMessage("*is damaged*");
    }

    [Fact]
    public void Every_write_waits_for_the_disk()
    {
        using var journal = new Journal(File());

        journal.Store.Read(store => store.Query("PRAGMA synchronous", row => row.GetInt64(0))).Should().Equal(2);
        journal.Store.Read(store => store.Query("PRAGMA journal_mode", row => row.GetString(0))).Should().Equal("wal");
    }

    [Fact]
    public void Another_deadline_is_the_same_command_and_another_unit_is_another()
    {
        PayloadHash.Of("pump", "dose", Frame with { Deadline = Now }).Should().Be(PayloadHash.Of("pump", "dose", Frame));
        PayloadHash.Of("pump", "dose", new CommandFrame(Commands.Arguments(("volume", 2, "mL")), Now)).Should().NotBe(PayloadHash.Of("pump", "dose", Frame));
        PayloadHash.Of("pump", "draw", Frame).Should().NotBe(PayloadHash.Of("pump", "dose", Frame));
        PayloadHash.Of("pump2", "dose", Frame).Should().NotBe(PayloadHash.Of("pump", "dose", Frame));
    }

    public void Dispose()
    {
        foreach (var journal in _open) journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ReplyFrame Reply(ActionStatus status) => new(Id, status, CauseCode.Success, "so", Now);

    private static ResultFrame Result() =>
        new(Id, ActionStatus.Succeeded, CauseCode.Success, "done", true, Commands.Arguments(("volume", 1, "mL")), [], Now, Now.AddSeconds(2), 1);

    private static ImmutableSortedDictionary<string, byte[]> Data() => ImmutableSortedDictionary<string, byte[]>.Empty.Add("spectrum", [1, 2, 3]);

    private string File() => Path.Combine(_folder, "journal.db");

    /// <summary>As after a crash: whoever had the file before did not close it.</summary>
    private InstrumentJournal Reopen()
    {
        var journal = new Journal(File());
        _open.Add(journal);
        return journal.Open("pump", Now);
    }
}
