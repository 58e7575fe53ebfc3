using System.Collections.Concurrent;
using System.Security.Cryptography;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Broker;

/// <summary>Who may connect, and what each may do. Unknown clients may do nothing.</summary>
internal sealed class BrokerAccounts
{
    /// <summary>One connection per account, so this bounds the connections as well.</summary>
    public const int MaximumAccounts = 4096;

    private const int PasswordBytes = 32;

    // Compared where there is no account, so that a wrong name takes as long as a wrong password.
    private readonly byte[] _nobody = RandomNumberGenerator.GetBytes(PasswordBytes);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Makes an account with a new random password of 256 bits. One that the client had before is void.</summary>
    /// <exception cref="ArgumentException">The client id is not a name.</exception>
    /// <exception cref="InvalidOperationException">There are as many accounts as there can be.</exception>
    public BrokerAccount Issue(string clientId, BrokerAccess access)
    {
        if (!Topics.IsName(clientId)) throw new ArgumentException($"'{clientId}' is not a client id: it has 1 to 64 letters, digits, '-', '_' or '.'");
        if (_entries.Count >= MaximumAccounts && !_entries.ContainsKey(clientId)) throw new InvalidOperationException($"a broker has at most {MaximumAccounts} accounts");
        var secret = RandomNumberGenerator.GetBytes(PasswordBytes);
        _entries[clientId] = new Entry(Digest(Convert.ToHexStringLower(secret)), access);
        return new BrokerAccount(clientId, Convert.ToHexStringLower(secret));
    }

    public bool Admits(string? clientId, string? userName, string? password)
    {
        var known = _entries.TryGetValue(userName ?? "", out var entry);
        var right = CryptographicOperations.FixedTimeEquals(Digest(password ?? ""), known ? entry!.Password : _nobody);
        return known && right && clientId == userName;
    }

    public bool Knows(string? clientId) => clientId is not null && _entries.ContainsKey(clientId);

    public BrokerAccess AccessOf(string? clientId) => clientId is not null && _entries.TryGetValue(clientId, out var entry) ? entry.Access : BrokerAccess.None;

    private static byte[] Digest(string password) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(password));

    private sealed record Entry(byte[] Password, BrokerAccess Access);
}
