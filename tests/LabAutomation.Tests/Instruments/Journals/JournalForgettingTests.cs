using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Journals;

/// <summary>What is over for a week leaves the journal, and nothing else does.</summary>
public sealed class JournalForgettingTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Week = InstrumentJournal.Remembered;

    private readonly string _folder = Directory.CreateTempSubdirectory("journal").FullName;
    private readonly List<Journal> _open = [];

    [Fact]
    public void A_year_of_actions_leaves_those_of_a_week_and_the_file_does_not_grow()
    {
        var pump = Reopen();
        var sizes = new List<long>();
        for (var n = 0; n < 365 * 8; n++)
        {
            CarryOut(pump, n, Now.AddHours(3 * n));
            if ((n + 1) % (365 * 2) == 0) sizes.Add(Pages());
        }

        Rows("actions").Should().BeInRange(7 * 8, 7 * 8 + 2);
        Rows("marks").Should().Be(Rows("actions"));
        Rows("data").Should().Be(0);
        sizes.Distinct().Should().ContainSingle("a quarter of the year takes what every quarter takes");
    }

    [Fact]
    public void What_may_still_be_asked_for_stays_however_old_it_is()
    {
        var pump = Reopen();
        CarryOut(pump, 1, Now, acknowledged: false);
        CarryOut(pump, 2, Now, ActionStatus.UnknownOutcome);
        pump.Answer(Id(3), "dose", Frame(Now), Reply(3, Now));
        pump.Answer(Id(4), "dose", Frame(Now), Reply(4, Now));
        pump.Start(Id(4), Now);
        pump.Answer(Id(5), "dose", new CommandFrame(Frame(Now).Arguments, Now.AddYears(9)), Reply(5, Now, ActionStatus.Failed));
        CarryOut(pump, 6, Now, late: Week * 2);
        CarryOut(pump, 7, Now);

        for (var n = 100; n < 120; n++) CarryOut(pump, n, Now + Week * 2.5);

        Enumerable.Range(1, 7).Where(n => pump.Find(Id(n)) is null).Should().Equal([7], "an action is forgotten a week after it was acknowledged or refused and its deadline has passed");
        pump.Unresolved().Select(entry => entry.Action).Should().Equal(Id(2));
    }

    [Fact]
    public void A_refusal_is_forgotten_too()
    {
        var pump = Reopen();
        for (var n = 0; n < 50; n++) pump.Answer(Id(n), "dose", Frame(Now), Reply(n, Now, ActionStatus.Failed));

        for (var n = 100; n < 120; n++) pump.Answer(Id(n), "dose", Frame(Now + Week * 2), Reply(n, Now + Week * 2, ActionStatus.Failed));

        Rows("actions").Should().Be(20, "four go for each that comes");
    }

    [Fact]
    public void Of_what_was_forgotten_the_latest_deadline_stays_over_a_crash_and_the_epoch_goes_on()
    {
        var pump = Reopen();
        pump.ForgottenUntil.Should().Be(default);
        CarryOut(pump, 1, Now);
        CarryOut(pump, 2, Now.AddMinutes(1));
        CarryOut(pump, 3, Now + Week * 2);

        var again = Reopen();

        again.ForgottenUntil.Should().Be(Frame(Now.AddMinutes(1)).Deadline);
        (again.Find(Id(1)), again.Find(Id(2)), again.Find(Id(3))?.Phase, again.Epoch).Should().Be((null, null, JournalPhase.Acknowledged, 2));
    }

    [Fact]
    public void A_write_that_the_disk_does_not_take_forgets_nothing()
    {
        var pump = Reopen();
        CarryOut(pump, 1, Now);
        _open[^1].Store.Boundary = after =>
        {
            if (!after) throw new JournalException("the disk is full");
        };
        var answer = () => pump.Answer(Id(2), "dose", Frame(Now + Week * 2), Reply(2, Now + Week * 2));

        answer.Should().Throw<JournalException>();

        (pump.Find(Id(1)) is null, pump.ForgottenUntil).Should().Be((false, default));
    }

    [Fact]
    public void One_instrument_forgets_nothing_of_another()
    {
        var pump = Reopen();
        var stirrer = _open[^1].Open("stirrer", Now);
        CarryOut(stirrer, 1, Now);

        for (var n = 100; n < 110; n++) CarryOut(pump, n, Now + Week * 2);

        (stirrer.Find(Id(1)) is null, stirrer.ForgottenUntil).Should().Be((false, default));
    }

    public void Dispose()
    {
        foreach (var journal in _open) journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void CarryOut(InstrumentJournal journal, int n, DateTimeOffset at, ActionStatus status = ActionStatus.Succeeded, bool acknowledged = true, TimeSpan late = default)
    {
        journal.Answer(Id(n), "dose", Frame(at), Reply(n, at));
        journal.Start(Id(n), at);
        journal.Mark(Id(n), new ActionMark("count", "0", at));
        var result = new ResultFrame(Id(n), status, CauseCode.Success, "done", true, Commands.Arguments(("volume", 1, "mL")), [], at, at, journal.Epoch);
        journal.End(result, ImmutableSortedDictionary<string, byte[]>.Empty.Add("spectrum", new byte[2000]), 1);
        if (acknowledged) journal.Acknowledge(Id(n), at + late).Should().Equal("spectrum");
    }

    private static ActionId Id(int n) => ActionId.Derive("c", n, "dose", 0, 0);

    private static CommandFrame Frame(DateTimeOffset at) => new(Commands.Arguments(("volume", 1, "mL")), at.AddMinutes(5));

    private static ReplyFrame Reply(int n, DateTimeOffset at, ActionStatus status = ActionStatus.Accepted) => new(Id(n), status, CauseCode.Success, "so", at);

    private long Rows(string table) => _open[^1].Store.Read(store => store.Query(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM {table}"), row => row.GetInt64(0))).Single();

    private long Pages() => _open[^1].Store.Read(store => store.Query("PRAGMA page_count", row => row.GetInt64(0))).Single();

    /// <summary>As after a crash: whoever had the file before did not close it.</summary>
    private InstrumentJournal Reopen()
    {
        var journal = new Journal(Path.Combine(_folder, "journal.db"), isDurable: false);
        _open.Add(journal);
        return journal.Open("pump", Now);
    }
}
