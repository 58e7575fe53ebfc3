using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Broker;

/// <summary>The accounts of the file as the running broker knows them. It looks again whenever the file may have changed.</summary>
internal sealed class LastingAccounts(AccountFile file, string site)
{
    private readonly Lock _sync = new();
    private (DateTime Written, long Length)? _stamp;
    private ImmutableSortedDictionary<string, StoredAccount> _known = ImmutableSortedDictionary<string, StoredAccount>.Empty;

    // A client that is sent away leaves a will, and the lab must hear it.
    private ImmutableSortedDictionary<string, StoredAccount> _departing = ImmutableSortedDictionary<string, StoredAccount>.Empty;

    /// <summary>Reads the file where it changed.</summary>
    /// <returns>The accounts that are gone or are others now; their clients have to leave.</returns>
    /// <exception cref="LabException">The file is damaged; what was known holds on.</exception>
    public IReadOnlyList<string> Refresh()
    {
        lock (_sync)
        {
            if (file.Stamp == _stamp)
            {
                _departing = _departing.Clear();
                return [];
            }

            var stamp = file.Stamp;
            var now = file.Read();
            var gone = _known.Where(account => !account.Value.Equals(now.GetValueOrDefault(account.Key))).ToArray();
            (_stamp, _known) = (stamp, now);
            _departing = _departing.Clear().AddRange(gone);
            return [.. gone.Select(account => account.Key)];
        }
    }

    public bool Knows(string client)
    {
        lock (_sync) return _known.ContainsKey(client);
    }

    public bool Admits(string client, string password)
    {
        lock (_sync) return _known.GetValueOrDefault(client)?.Takes(password) == true;
    }

    public BrokerAccess AccessOf(string client)
    {
        lock (_sync)
        {
            var account = _known.GetValueOrDefault(client) ?? _departing.GetValueOrDefault(client);
            return account is null ? BrokerAccess.None : BrokerRole.Parse(account.Role).AccessOf(site, client);
        }
    }
}
