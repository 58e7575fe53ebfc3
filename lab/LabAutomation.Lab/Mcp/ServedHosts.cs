using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace LabAutomation.Lab.Mcp;

/// <summary>
/// Under which names the server is reached. A page of a stranger may have a name of its own that leads to this machine (DNS rebinding), and a browser sends from there what the page
/// says; but it also tells under which name, and from which page.
/// </summary>
/// <param name="certificate">Where the server has one, its names are the server's; a browser asks nobody else under them.</param>
internal sealed class ServedHosts(X509Certificate2? certificate)
{
    /// <summary>Why a request is not served; null where it may be.</summary>
    public string? Refuses(HttpRequest request)
    {
        if (!IsServed(request.Host.Host)) return "this server is not reached under that name; take the address that it has told";
        return request.Headers.Origin is [] || (request.Headers.Origin is [{ } origin] && origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)) ? null : "requests of other pages are not served";
    }

    private bool IsServed(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out _) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        try
        {
            return host.Length > 0 && certificate?.MatchesHostname(host) is true;
        }
        catch (ArgumentException)
        {
            return false;       // no name at all
        }
    }
}
