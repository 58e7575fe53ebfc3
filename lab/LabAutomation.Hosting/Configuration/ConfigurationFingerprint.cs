using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;

namespace LabAutomation.Hosting;

/// <summary>What of a configuration a person who approves a run relies on. Passwords and keys stand in none of it.</summary>
internal static class ConfigurationFingerprint
{
    /// <summary>Each instrument, place, transport and consumable by itself, so that it can be told which has changed; how fast simulated time runs, how long anybody waits, and what agents may do are no parts of it.</summary>
    public static LabFingerprint Of(LabOptions lab, BrokerOptions broker, InstrumentListOptions list, ModelHostOptions models)
    {
        var parts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        parts["site"] = Hash(lab.Site);
        parts["broker"] = Hash(broker.IsElsewhere ? $"{broker.Host}:{broker.Port}" : "");
        parts["models"] = Hash(models.Folder);
        parts["error rules"] = Hash(list.Errors);
        parts["suspenders"] = Hash(list.Suspenders);
        foreach (var one in list.Instruments) parts[$"instruments/{one.Name}"] = Hash(one);
        foreach (var one in list.Locations) parts[$"locations/{one.Name}"] = Hash(one);
        foreach (var some in list.Transports.GroupBy(one => one.Instrument)) parts[$"transports/{some.Key}"] = Hash(some);
        foreach (var one in list.Consumables) parts[$"consumables/{one.Name}"] = Hash(one);
        return new LabFingerprint(parts.ToImmutable());
    }

    private static string Hash<T>(T part) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(part)));
}
