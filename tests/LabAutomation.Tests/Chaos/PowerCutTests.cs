using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Chaos;

/// <summary>A disk that loses with the power what was not forced out to it.</summary>
public sealed class PowerCutTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("power-cut-").FullName;
    private readonly WriteCache _cache;
    private readonly CachedDisk _disk;
    private bool _failsSync;

    public PowerCutTests()
    {
        _cache = new WriteCache { FailsSync = () => _failsSync };
        _disk = new CachedDisk(_cache);
    }

    private string LedgerPath => Path.Combine(_folder, "ledger.db");

    public void Dispose()
    {
        _disk.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_a_ledger_has_appended_outlives_the_power_and_what_it_has_only_noted_does_not()
    {
        Written(ledger => ledger.Append("c", [Paused(1)]), ledger => ledger.Note("c", Paused(2))).Should().Be(1);
        Written(ledger => ledger.Append("c", [Paused(1)]), ledger => ledger.Note("c", Paused(2)), ledger => ledger.Append("c", [Paused(3)])).Should().Be(3);
    }

    [Fact]
    public void After_many_writes_and_checkpoints_all_is_there_but_the_last_that_was_not_forced_out()
    {
        var text = new string('x', 5_000);
        Action<Ledger> write = ledger => ledger.Append("c", [new CampaignPaused(text)]);

        Written([.. Enumerable.Repeat(write, 1_500), ledger => ledger.Note("c", Paused(1))]).Should().Be(1_500);
    }

    /// <summary>With every thousand pages of the log the database gets what it holds, and the log is written anew from its beginning: the cut falls into either.</summary>
    [Fact]
    public void Wherever_a_write_is_cut_the_ledger_has_what_it_had_before_it_or_the_write_as_well()
    {
        const int Page = 4096;
        var text = new string('x', 60_000);
        using var ledger = Open();
        var (before, with, checkpoints) = (0, 0, 0);
        for (var write = 1; write <= 150; write++)
        {
            _cache.Follow();
            ledger.Append("c", [new CampaignPaused(text)]);
            var isCheckpoint = _cache.Followed > 100 * Page;
            checkpoints += isCheckpoint ? 1 : 0;
            if (!isCheckpoint && write % 10 != 1) continue;
            foreach (var share in new[] { 0, 0.01, 0.3, 0.7, 0.99, 1 })
            {
                var entries = EntriesAfter((long)(_cache.Followed * share));

                entries.Should().BeOneOf([write - 1, write], $"write {write}, {share} of it");
                (before, with) = entries < write ? (before + 1, with) : (before, with + 1);
            }
        }

        checkpoints.Should().BeGreaterThan(1);
        before.Should().BeGreaterThan(20);
        with.Should().BeGreaterThan(checkpoints, "what a checkpoint was cut in is in the log");
    }

    [Fact]
    public void A_journal_outlives_the_power()
    {
        var path = Path.Combine(_folder, "journal.db");
        var journal = new Journal(path, isDurable: false, disk: _disk.Name);
        journal.Open("pump", Now);
        journal.Open("pump", Now);
        Cut(path, journal);

        using var again = new Journal(path, isDurable: false, disk: _disk.Name);
        again.Open("pump", Now).Epoch.Should().Be(3);
    }

    [Fact]
    public void Of_a_write_whose_sync_failed_the_ledger_says_that_it_is_not_there_and_a_later_one_is()
    {
        using var ledger = Open();
        ledger.Append("c", [Paused(1)]);
        _failsSync = true;

        ledger.Invoking(it => it.Append("c", [Paused(2)])).Should().Throw<LedgerException>().WithMessage("*input/output error*");
        ledger.Read().Should().HaveCount(1);

        _failsSync = false;
        ledger.Append("c", [Paused(3)]);
        ledger.Read().Select(entry => entry.Event).Should().Equal(Paused(1), Paused(3));
        ledger.Verify().IsSound.Should().BeTrue();
    }

    [Fact]
    public void The_disk_of_a_program_that_has_ended_is_put_away_and_another_comes()
    {
        for (var k = 0; k < 100; k++)
        {
            using var disk = new CachedDisk(new WriteCache());
            using var ledger = Ledger.Open(Path.Combine(_folder, $"ledger-{k}.db"), TimeProvider.System, isDurable: false, disk.Name);
            ledger.Append("c", [Paused(k)]);
        }
    }

    /// <returns>The entries that are there after the power was cut.</returns>
    private int Written(params Action<Ledger>[] writes)
    {
        File.Delete(LedgerPath);
        File.Delete(WrittenMark.Of(LedgerPath));
        var ledger = Open();
        foreach (var write in writes) write(ledger);
        ledger.Read().Should().HaveCount(writes.Length);
        Cut(LedgerPath, ledger);

        using var again = Open();
        again.Verify().IsSound.Should().BeTrue();
        return again.Read().Count;
    }

    /// <param name="bytes">That were written of the last write.</param>
    private int EntriesAfter(long bytes)
    {
        var place = Directory.CreateDirectory(Path.Combine(_folder, "cut"));
        foreach (var file in new[] { "ledger.db", "ledger.db-wal" })
        {
            using var now = new FileStream(Path.Combine(_folder, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var whole = new byte[now.Length];
            now.ReadExactly(whole);
            File.WriteAllBytes(Path.Combine(place.FullName, file), _cache.Torn(file, whole, bytes));
        }

        File.Delete(Path.Combine(place.FullName, "ledger.db-shm"));
        using var cut = Ledger.Open(Path.Combine(place.FullName, "ledger.db"), TimeProvider.System, isDurable: false);
        cut.Verify().IsSound.Should().BeTrue();
        return cut.Read().Count;
    }

    private void Cut(string path, IDisposable program)
    {
        var left = TornFile.Forced(path, _cache);
        program.Dispose();
        left?.Restore();
        _cache.Clear();
    }

    private Ledger Open() => Ledger.Open(LedgerPath, TimeProvider.System, isDurable: false, _disk.Name);

    private static CampaignPaused Paused(int k) => new($"pause {k}");
}
