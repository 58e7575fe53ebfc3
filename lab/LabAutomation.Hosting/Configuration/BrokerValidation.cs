using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>What is said of the embedded broker and of another one is not mixed, and nobody listens to strangers without TLS.</summary>
internal sealed class BrokerValidation : IValidateOptions<BrokerOptions>
{
    public ValidateOptionsResult Validate(string? name, BrokerOptions options)
    {
        var failures = (options.IsElsewhere ? Elsewhere(options) : Embedded(options)).ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Elsewhere(BrokerOptions options)
    {
        if (options.Listen != new BrokerOptions().Listen) yield return "Broker:Listen is for the embedded broker, which Broker:Host replaces";
        if (options.Tls.ClientCaFile is not null) yield return "Broker:Tls:ClientCaFile is for the embedded broker, which Broker:Host replaces";
    }

    private static IEnumerable<string> Embedded(BrokerOptions options)
    {
        (string Key, bool Given)[] ofAnother =
        [
            ("ClientId", options.ClientId is not null), ("UserName", options.UserName is not null), ("PasswordFile", options.PasswordFile is not null),
            ("Tls:Enabled", options.Tls.Enabled), ("Tls:CaFile", options.Tls.CaFile is not null),
        ];
        foreach (var (key, _) in ofAnother.Where(one => one.Given)) yield return $"Broker:{key} is for another broker than the embedded one and needs Broker:Host";
        if (options.Tls.CertificateFile is null != options.Tls.KeyFile is null) yield return "Broker:Tls:CertificateFile and Broker:Tls:KeyFile are given together";
        if (options.Tls is { ClientCaFile: not null, CertificateFile: null }) yield return "Broker:Tls:ClientCaFile needs Broker:Tls:CertificateFile: client certificates are shown over TLS";
        if (!IPAddress.TryParse(options.Listen, out var address) || address.AddressFamily != AddressFamily.InterNetwork)
            yield return $"Broker:Listen is an IPv4 address of this machine, or 0.0.0.0 for all of them, not '{options.Listen}'";
        else if (!IPAddress.IsLoopback(address) && options.Tls.CertificateFile is null)
            yield return $"Broker:Listen '{options.Listen}' is open to other machines and needs TLS: give Broker:Tls:CertificateFile and Broker:Tls:KeyFile, or listen on 127.0.0.1";
    }
}
