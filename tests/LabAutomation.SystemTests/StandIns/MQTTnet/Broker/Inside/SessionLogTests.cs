using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The log of the sessions by itself.</summary>
public sealed class SessionLogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sessions").FullName;

    private string Fresh => Path.Combine(_directory, "sessions.log.new");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static SessionEndedEntry Entry(uint number) => new(number);

    private static RetainedEntry Message(int size) => new(
        new MqttApplicationMessage { Topic = "a", PayloadSegment = new byte[size], QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }, 0);

    private (SessionLog Log, List<LogEntry> Entries) Open()
    {
        var entries = new List<LogEntry>();
        var log = SessionLog.Open(_directory, entries.AddRange, out var report);
        report.Should().BeNull();
        return (log, entries);
    }

    private List<uint> Numbers()
    {
        var (log, entries) = Open();
        log.Dispose();
        return [.. entries.Cast<SessionEndedEntry>().Select(entry => entry.Number)];
    }

    [Fact]
    public void A_log_that_is_closed_while_it_is_made_compact_keeps_the_old_file_and_lets_go_of_it()
    {
        var (log, _) = Open();
        log.Append(Entry(1));
        log.Snapshot = cut =>
        {
            cut();
            var closing = Task.Run(log.Dispose);
            SpinWait.SpinUntil(() => log.IsClosed, TimeSpan.FromSeconds(10)).Should().BeTrue();
            closing.IsCompleted.Should().BeFalse("the file is still in use");
            return [Entry(7)];
        };

        log.Compact();
        log.Dispose();

        File.Exists(Fresh).Should().BeFalse();
        Numbers().Should().Equal(1);
    }

    [Fact]
    public async Task A_compaction_that_fails_loses_nothing_and_stops_nobody()
    {
        var (log, _) = Open();
        log.Append(Entry(1));
        log.Snapshot = cut =>
        {
            cut();
            log.Append(Entry(2));
            throw new InvalidOperationException("Nothing can be said.");
        };

        log.Compact();
        log.Append(Entry(3));
        await log.WrittenAsync();
        log.Dispose();

        Numbers().Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task What_is_appended_after_the_moment_of_a_snapshot_comes_after_it()
    {
        var (log, _) = Open();
        log.Append(Entry(1));
        log.Snapshot = cut =>
        {
            log.Append(Entry(2));
            cut();
            log.Append(Entry(4));
            return [Entry(3)];
        };

        log.Compact();
        await log.WrittenAsync();
        log.Dispose();

        Numbers().Should().Equal(3, 4);
    }

    [Fact]
    public async Task What_cannot_be_written_leaves_no_trace_in_the_log()
    {
        var (log, _) = Open();
        log.Append(Entry(1));
        var append = () => log.Append(Entry(2), new UnsubscribedEntry(1, new string('x', 70_000)));

        append.Should().Throw<MqttProtocolViolationException>();
        log.Append(Entry(3));
        await log.WrittenAsync();
        log.Dispose();

        Numbers().Should().Equal(1, 3);
    }

    [Fact]
    public async Task After_it_is_closed_nothing_is_said_to_be_written()
    {
        var (log, _) = Open();
        log.Dispose();
        log.Append(Entry(1));

        var written = () => log.WrittenAsync();

        await written.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_log_beyond_two_gibibytes_is_written_made_compact_and_read_with_a_buffer_of_one_record()
    {
        const int size = 32 * 1024 * 1024, count = 66;
        var message = Message(size);
        var (log, _) = Open();
        log.Append(Entry(1));
        log.Snapshot = cut =>
        {
            cut();
            return [.. Enumerable.Repeat(message, count), Entry(2)];
        };
        log.Compact();
        log.Append(Entry(3));
        await log.WrittenAsync();
        log.Dispose();
        new FileInfo(Path.Combine(_directory, "sessions.log")).Length.Should().BeGreaterThan(int.MaxValue);
        var (retained, ended) = (0, new List<uint>());
        long largest = 0;

        // What other tests of this process keep is not the log's.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        SessionLog.Open(_directory, Take, out _).Dispose();

        (retained, string.Join(' ', ended)).Should().Be((count, "2 3"));
        (largest - before).Should().BeLessThan(6L * size);

        void Take(List<LogEntry> entries)
        {
            if (entries[0] is SessionEndedEntry one) ended.Add(one.Number);
            else retained++;
            largest = Math.Max(largest, GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}
