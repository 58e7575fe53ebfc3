using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>The broker of an in-process harness.</summary>
/// <param name="Connect">Makes a client from its id, its last will and what it may do.</param>
/// <param name="Sever">Breaks a client's link without a farewell and keeps it broken.</param>
/// <param name="Mend">Lets a severed client connect again.</param>
/// <param name="Restart">Ends the broker and starts it again; null where it cannot be.</param>
public sealed record ConformanceBroker(Func<string, BusMessage?, BrokerAccess, ILabBus> Connect, Action<string> Sever, Action<string> Mend, Func<Task>? Restart = null)
{
    /// <summary>The site and the instrument that an in-process harness uses.</summary>
    public const string Site = "kit";

    /// <inheritdoc cref="Site"/>
    public const string Instrument = "unit";

    /// <summary>Client ids and what each may do, for brokers that want to know beforehand.</summary>
    public static IReadOnlyDictionary<string, BrokerAccess> Accounts { get; } = new SortedDictionary<string, BrokerAccess>(StringComparer.Ordinal)
    {
        [Driver] = BrokerAccess.ForDriver(Site, Instrument, Driver),
        [Twin] = BrokerAccess.ForDriver(Site, Instrument, Twin),
        [IdOf(ConformanceClient.Caller)] = BrokerAccess.ForAgents(Site, IdOf(ConformanceClient.Caller)),
        [IdOf(ConformanceClient.Witness)] = BrokerAccess.ForAgents(Site, IdOf(ConformanceClient.Witness)),
        [Tidy] = BrokerAccess.ForAgents(Site, Tidy),
        [IdOf(ConformanceClient.Late)] = BrokerAccess.ForAgents(Site, IdOf(ConformanceClient.Late)),
        [IdOf(ConformanceClient.Interlock)] = BrokerAccess.ForInterlock(Site, IdOf(ConformanceClient.Interlock)),
        [IdOf(ConformanceClient.Stranger)] = BrokerAccess.ForDriver(Site, "stranger", IdOf(ConformanceClient.Stranger)),
    };

    internal const string Driver = "kit-driver";
    internal const string Twin = "kit-twin";

    /// <summary>Clears the unit between two assertions, where one driver serves all of them.</summary>
    internal const string Tidy = "kit-tidy";

    internal static string IdOf(ConformanceClient client) => client switch
    {
        ConformanceClient.Caller => "kit-caller",
        ConformanceClient.Witness => "kit-witness",
        ConformanceClient.Late => "kit-late",
        ConformanceClient.Interlock => "kit-interlock",
        _ => "kit-stranger",
    };
}
