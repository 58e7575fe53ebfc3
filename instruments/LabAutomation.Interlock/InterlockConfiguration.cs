using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>The interlock's own file. Strict: an unknown or missing member, or a value out of its range, and it does not start.</summary>
/// <param name="Site">The laboratory whose instruments it watches.</param>
/// <param name="Alive">Instruments that must be online. A missing one trips.</param>
/// <param name="Limits">What must hold, such as <c>stirrer.temperature &lt;= 80 °C</c>. See <see cref="PropertyLimit"/>.</param>
/// <param name="HeartbeatPeriod">Seconds between heartbeats; 0.05 to 60.</param>
/// <param name="Lease">Seconds for which a heartbeat counts; at least two periods, at most 3600.</param>
/// <param name="Staleness">Seconds after which a limited property that was not heard again trips; 1 to 86400.</param>
/// <param name="Grace">Seconds after the start, and after the broker came back, in which instruments have to answer and properties may appear; 1 to 600.</param>
/// <param name="StateFile">Where the trip is kept over a restart, relative to the configuration file.</param>
public sealed record InterlockConfiguration(
    string Site,
    BrokerLinkOptions Broker,
    ImmutableArray<string> Alive,
    ImmutableArray<string> Limits,
    double HeartbeatPeriod = 0.5,
    double Lease = 2,
    double Staleness = 120,
    double Grace = 15,
    string StateFile = "interlock.state.json")
{
    /// <summary>SHA-256 of the file, which each heartbeat carries.</summary>
    [JsonIgnore]
    public string Hash { get; private init; } = "";

    /// <summary>The folder of the file; relative paths begin there.</summary>
    [JsonIgnore]
    public string Folder { get; private init; } = "";

    [JsonIgnore]
    public ImmutableArray<PropertyLimit> Rules { get; private init; } = [];

    [JsonIgnore]
    public string StatePath => Path.Combine(Folder, StateFile);

    /// <exception cref="InterlockException">The file cannot be read, or says what cannot be.</exception>
    public static InterlockConfiguration Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var read = StrictJson.Read<InterlockConfiguration>(bytes);
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return read.Checked() with
            {
                Broker = read.Broker.From(folder),
                Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                Folder = folder,
                Rules = [.. read.Limits.Select(PropertyLimit.Parse)],
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InterlockException)
        {
            throw new InterlockException($"the interlock's configuration '{path}' cannot be used: {error.Message}", error);
        }
    }

    /// <summary>What the bus client needs.</summary>
    /// <exception cref="InterlockException">An option of the broker's link is wrong, or one of its files cannot be used.</exception>
    public MqttLabBusOptions Open()
    {
        try
        {
            return Broker.Open();
        }
        catch (BrokerLinkException error)
        {
            throw new InterlockException($"the interlock's configuration cannot be used: broker: {error.Option}: {error.Message}", error);
        }
    }

    private InterlockConfiguration Checked()
    {
        if (!Topics.IsName(Site) || Site == "clients") throw new InterlockException($"site is one to 64 letters, digits, '-', '_' or '.', and not 'clients'; it is '{Site}'");
        if (Alive.IsDefault || Limits.IsDefault) throw new InterlockException("alive and limits are lists, and may be empty");
        if (Alive.IsEmpty && Limits.IsEmpty) throw new InterlockException("there is nothing to watch: alive and limits are both empty");
        if (Alive.FirstOrDefault(name => !Topics.IsName(name)) is { } wrong) throw new InterlockException($"alive: '{wrong}' is no name of an instrument");
        Within("heartbeatPeriod", HeartbeatPeriod, 0.05, 60);
        Within("lease", Lease, 2 * HeartbeatPeriod, 3600);
        Within("staleness", Staleness, 1, 86400);
        Within("grace", Grace, 1, 600);
        return this;
    }

    private static void Within(string name, double value, double low, double high)
    {
        if (!(value >= low && value <= high)) throw new InterlockException(FormattableString.Invariant($"{name} is {low} to {high} seconds, not {value}"));
    }
}
