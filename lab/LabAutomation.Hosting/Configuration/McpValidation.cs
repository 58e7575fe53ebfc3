using System.Net;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>Nobody listens to other machines without TLS.</summary>
internal sealed class McpValidation : IValidateOptions<McpOptions>
{
    public ValidateOptionsResult Validate(string? name, McpOptions options)
    {
        var failures = Failures(options).ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(McpOptions options)
    {
        if (options is { TokenFile: not null, TokenVariable: not null }) yield return "Mcp:TokenFile and Mcp:TokenVariable are two places for one token; give one of them";
        if (options.CertificateFile is null != options.KeyFile is null) yield return "Mcp:CertificateFile and Mcp:KeyFile are given together";
        if (!IPAddress.TryParse(options.Listen, out var address)) yield return $"Mcp:Listen is an IP address of this machine, such as 127.0.0.1, not '{options.Listen}'";
        else if (!IPAddress.IsLoopback(address) && options.CertificateFile is null)
            yield return $"Mcp:Listen '{options.Listen}' is open to other machines and needs TLS: give Mcp:CertificateFile and Mcp:KeyFile, or listen on 127.0.0.1";
    }
}
