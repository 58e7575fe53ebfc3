using System.Text;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Disks;

/// <summary>A damaged record as a person meets it who types the next command.</summary>
[Trait("Length", "long")]
[Trait("Faults", "real")]
public sealed class DamagedRecordTests
{
    [Fact]
    public async Task Whatever_reads_it_names_the_file_and_the_place_and_begins_nothing_anew()
    {
        using var folder = new TemporaryFolder();
        (await LabAsync("run", LabProcess.ColourMatch, "--trials", "1", "--planner", "sobol")).ExitCode.Should().BeOneOf(0, 7);
        var (ledger, journal) = (folder.At(".lab", "ledger.db"), folder.At(".lab", "journal.db"));

        await DamagedAsync(ledger, sound => Flipped(sound, "\"command\":\"dispense\""), async () =>
        {
            BadInputTests.Refused(await LabAsync("export"), 11, "ledger.db", "(action-intended/1, campaign colour-match-1) was changed after it was written");
            BadInputTests.Refused(await LabAsync("run", LabProcess.ColourMatch), 11, "ledger.db", "restore it from a copy");
        });
        await DamagedAsync(ledger, _ => [], async () => BadInputTests.Refused(await LabAsync("run", LabProcess.ColourMatch), 11, "ledger.db", "damaged"));
        await DamagedAsync(journal, sound => Flipped(sound, "dispense"), async () => BadInputTests.Refused(await LabAsync("run", LabProcess.ColourMatch), 9, "journal.db", "of its table 'actions' was changed after it was written"));
        await DamagedAsync(journal, sound => sound[..(sound.Length / 2)], async () => BadInputTests.Refused(await LabAsync("run", LabProcess.ColourMatch), 9, "journal.db is damaged"));

        (await LabAsync("verify")).ExitCode.Should().Be(0, "it was restored from a copy");

        Task<LabResult> LabAsync(params string[] arguments) => LabProcess.RunAsync(folder.Path, arguments);
    }

    private static async Task DamagedAsync(string path, Func<byte[], byte[]> damage, Func<Task> look)
    {
        var sound = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, damage(sound));
        await look();
        await File.WriteAllBytesAsync(path, sound);
        foreach (var rest in new[] { "-wal", "-shm" }) File.Delete(path + rest);
    }

    /// <summary>Wherever it stands: pages keep what they held before.</summary>
    private static byte[] Flipped(byte[] sound, string text)
    {
        byte[] damaged = [.. sound];
        var (pattern, from, found) = (Encoding.UTF8.GetBytes(text), 0, 0);
        for (int at; (at = sound.AsSpan(from).IndexOf(pattern)) >= 0; from += at + 1, found++) damaged[from + at + pattern.Length - 2] ^= 1;
        found.Should().BePositive();
        return damaged;
    }
}
