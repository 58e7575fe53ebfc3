namespace LabAutomation.Hosting.Broker;

/// <summary>What one client needs to get in. It lives in memory only and prints without its password.</summary>
internal sealed class BrokerAccount(string clientId, string password)
{
    public string ClientId => clientId;

    /// <summary>Equal to the client id: an account serves one client.</summary>
    public string UserName => clientId;

    public string Password => password;

    public override string ToString() => clientId;
}
