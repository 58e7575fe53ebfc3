using LabAutomation.Conformance;
using LabAutomation.Hosting;
using LabAutomation.Interlock;
using LabAutomation.Lab.Commands;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Lab.Conforming;

/// <summary>A driver that somebody runs, as the command line describes it.</summary>
/// <param name="Broker">HOST:PORT of one that asks for no account, or a file with <see cref="BrokerLinkOptions"/>.</param>
/// <param name="Effects">File to which the device adds a line for each effect.</param>
/// <param name="HasStranger">Whether the broker has an account for a client that must not get through.</param>
/// <param name="HasInterlock">Whether the broker has an account for an interlock, and no other driver.</param>
internal sealed record RunningDriver(string Broker, string? Site, string? Instrument, string? Effects, bool HasStranger, bool HasInterlock)
{
    /// <summary>A broker that is there answers sooner; a client would otherwise try for ever.</summary>
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(5);

    /// <exception cref="UsageException">The description is no driver's.</exception>
    /// <exception cref="InterlockException">The file cannot be read or used.</exception>
    /// <exception cref="LabException">The broker cannot be reached, or the file of effects is not there.</exception>
    /// <exception cref="BusRefusedException">The broker turns the kit away.</exception>
    public async Task<ConformanceKit> KitAsync(DriverProgram? program, ConformanceSample sample, CancellationToken cancellation)
    {
        if (Site is null || Instrument is null || !Topics.IsName(Site) || !Topics.IsName(Instrument)) throw new UsageException("--broker needs --site and --instrument, each a name of letters, digits, '-', '_' or '.'");
        var link = Link();
        await TryAsync(link(WireHarness.Clients[0]), cancellation);
        var harness = new WireHarness(Topics.Of(Site, Instrument), id => new MqttLabBus(link(id), TimeProvider.System, NullLogger<MqttLabBus>.Instance), TimeProvider.System, program)
        {
            EffectsFile = Effects,
            HasStranger = HasStranger,
            HasInterlock = HasInterlock,
        };
        if (!await harness.HasEffectsAsync(cancellation))
            throw new LabException(LabFault.Configuration, $"--effects '{Effects}': there is no such file, and the driver is up; it is to be the one to which the device itself adds a line for each effect, and is there, empty, before the first");
        return new ConformanceKit(() => Task.FromResult<IConformanceHarness>(harness), sample);
    }

    private static async Task TryAsync(MqttLabBusOptions options, CancellationToken cancellation)
    {
        await using var bus = new MqttLabBus(options, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        try
        {
            await bus.StartAsync(cancellation).WaitAsync(Handshake, TimeProvider.System, cancellation);
        }
        catch (TimeoutException error)
        {
            throw new LabException(LabFault.Broker, $"the broker at {options.Host}:{options.Port} cannot be reached; waited {Handshake.TotalSeconds:0} s", error);
        }
    }

    private Func<string, MqttLabBusOptions> Link()
    {
        if (!File.Exists(Broker))
        {
            if (Broker.Split(':') is not [{ Length: > 0 } host, var text] || !ushort.TryParse(text, out var port) || port == 0)
                throw new UsageException($"--broker '{Broker}' must be HOST:PORT, such as localhost:1883, or a file that says how to reach the broker");
            return id => new MqttLabBusOptions { Host = host, Port = port, ClientId = id };
        }

        string[] ids = [.. WireHarness.Clients, .. HasStranger ? [WireHarness.Stranger] : Array.Empty<string>(), .. HasInterlock ? [WireHarness.Interlock] : Array.Empty<string>()];
        var clients = ids.ToDictionary(id => id, id => LinkFile.Open(Broker, id));
        if (clients.Values.Select(options => options.ClientId).Distinct().Count() < clients.Count)
            throw new UsageException($"'{Broker}': the kit's clients {string.Join(", ", clients.Keys)} would all be one and turn each other out; write {BrokerLinkOptions.Client} into ClientId or UserName");
        return id => clients[id];
    }
}
