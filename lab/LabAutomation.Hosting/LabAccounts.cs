using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>The accounts of other programs on the embedded broker of one data directory, whether or not a lab runs there.</summary>
public sealed class LabAccounts(string dataDirectory)
{
    private readonly AccountFile _file = new(Path.GetFullPath(dataDirectory));

    /// <summary>By name.</summary>
    /// <exception cref="LabException">The file is damaged or cannot be read.</exception>
    public IReadOnlyList<(string Name, string Role)> All => [.. _file.Read().Values.Select(account => (account.Name, account.Role))];

    /// <summary>Adds an account and writes its password to a new file that only its owner can read.</summary>
    /// <param name="role"><c>driver:INSTRUMENT</c>, <c>interlock</c>, <c>operator</c> or <c>agents</c>.</param>
    /// <exception cref="FormatException">The name or the role is none.</exception>
    /// <exception cref="LabException">There is an account of that name already, or a file cannot be written.</exception>
    public void Add(string name, string role, string passwordFile)
    {
        if (!Topics.IsName(name)) throw new FormatException($"the name of an account is one to 64 letters, digits, '-', '_' or '.', not '{name}'");
        _file.Add(name, BrokerRole.Parse(role), passwordFile);
    }

    /// <exception cref="LabException">There is no account of that name, or the file cannot be written.</exception>
    public void Remove(string name) => _file.Remove(name);
}
