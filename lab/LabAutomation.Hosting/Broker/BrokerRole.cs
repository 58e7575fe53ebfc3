using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Broker;

/// <summary>What an account is for, as it is written: <c>driver:INSTRUMENT</c>, <c>interlock</c>, <c>operator</c> or <c>agents</c>.</summary>
internal sealed record BrokerRole(string Kind, string? Instrument)
{
    private const string Driver = "driver";
    private static readonly string[] Others = ["interlock", "operator", "agents"];

    /// <exception cref="FormatException">There is no such role.</exception>
    public static BrokerRole Parse(string text) => text.Split(':', 2) switch
    {
        [Driver, var instrument] when Topics.IsName(instrument) => new BrokerRole(Driver, instrument),
        [var kind] when Others.Contains(kind) => new BrokerRole(kind, null),
        _ => throw new FormatException($"a role is {Driver}:INSTRUMENT, {string.Join(", ", Others[..^1])} or {Others[^1]}, not '{text}'"),
    };

    public BrokerAccess AccessOf(string site, string client) => Kind switch
    {
        Driver => BrokerAccess.ForDriver(site, Instrument!, client),
        "interlock" => BrokerAccess.ForInterlock(site, client),
        "operator" => BrokerAccess.ForOperator(site, client),
        _ => BrokerAccess.ForAgents(site, client),
    };

    public override string ToString() => Instrument is null ? Kind : $"{Kind}:{Instrument}";
}
