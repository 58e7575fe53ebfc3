using System.Text.Json;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Desk;

/// <summary>How persons on this machine reach a running lab without an account of their own: a link in its data directory, which only its owner may read, with a password that ends with the program.</summary>
internal sealed class DeskLink : IDisposable
{
    public const string Account = "desk-operator";

    private readonly string[] _files;

    private DeskLink(params string[] files) => _files = files;

    public static string In(string dataDirectory) => Path.Combine(dataDirectory, "desk.json");

    public static DeskLink Offer(string dataDirectory, int port, BrokerAccount account)
    {
        var (link, password) = (In(dataDirectory), Path.Combine(dataDirectory, "desk.password"));
        var offered = new DeskLink(link, password);
        offered.Dispose();      // of a program that was killed
        SecretFile.WriteNew(password, account.Password);
        File.WriteAllText(link, JsonSerializer.Serialize(new { host = "127.0.0.1", port, userName = account.UserName, passwordFile = Path.GetFileName(password) }));
        return offered;
    }

    public void Dispose()
    {
        foreach (var file in _files) File.Delete(file);
    }
}
