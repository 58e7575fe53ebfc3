namespace LabAutomation.SystemTests.Disks;

/// <summary>A database with its write-ahead log and its mark, as they lay on the disk once, to be damaged again and again.</summary>
internal sealed class DamagedDatabase
{
    /// <summary>300 damages of each of the two databases by default; LONG_FLIPS asks for more.</summary>
    private static readonly int Flips = int.TryParse(Environment.GetEnvironmentVariable("LONG_FLIPS"), out var flips) ? flips : 300;

    private readonly string _name;
    private readonly Dictionary<string, byte[]> _files;

    private DamagedDatabase(string name, Dictionary<string, byte[]> files) => (_name, _files) = (name, files);

    /// <param name="path">Of the database; it may be open.</param>
    public static DamagedDatabase Take(string path) => new(
        Path.GetFileName(path),
        Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)).ToDictionary(file => Path.GetFileName(file), Read));

    /// <summary>As it was, at another place.</summary>
    public string PutTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in _files) File.WriteAllBytes(Path.Combine(folder, name), bytes);
        return Path.Combine(folder, _name);
    }

    /// <summary>Damages each file in turn, and holds what is then read against what was written.</summary>
    /// <typeparam name="TRefusal">What a damage that is seen is told with.</typeparam>
    /// <param name="share">Part of the damages that is done here.</param>
    /// <param name="read">All that can be read, as text.</param>
    public DamageCounts Judge<TRefusal>(string folder, int seed, double share, Func<string, IReadOnlyList<string>> read)
        where TRefusal : Exception
    {
        var random = new Random(seed);
        var written = read(PutTo(Path.Combine(folder, "sound")));
        var (refused, harmless) = (0, 0);
        foreach (var (name, sound) in _files)
        {
            // The mark is 16 bytes long.
            var count = (int)Math.Ceiling(Flips * share * (name == _name + "-mark" ? 0.04 : 0.96 / (_files.Count - 1)));
            for (var k = 0; k < count; k++)
            {
                var damage = Damage.Draw(random, sound.Length);
                var place = Path.Combine(folder, "damaged");
                var path = PutTo(place);
                File.WriteAllBytes(Path.Combine(place, name), damage.To(sound));
                try
                {
                    var found = read(path);
                    if (!found.SequenceEqual(written)) found.Should().Equal(written, $"{name}, {damage} must be seen, or change nothing");
                    harmless++;
                }
                catch (TRefusal error)
                {
                    error.Message.Should().Contain(_name).And.NotContain("\n");
                    refused++;
                }

                Directory.Delete(place, recursive: true);
            }
        }

        return new DamageCounts(refused, harmless);
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}

/// <param name="Refused">Seen and told.</param>
/// <param name="Harmless">In what nobody reads: all that was written came back.</param>
internal sealed record DamageCounts(int Refused, int Harmless);
