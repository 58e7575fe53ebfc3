using System.Security.Cryptography;
using System.Text;
using LabAutomation.Hosting;

namespace LabAutomation.Lab.Mcp;

/// <summary>The token that clients show over HTTP.</summary>
internal static class McpToken
{
    /// <exception cref="LabException">There is none, or it could be guessed or cannot stand in a header.</exception>
    public static string Read(McpOptions options)
    {
        var token = ConfiguredSecret.Read(("Mcp:TokenFile", options.TokenFile), ("Mcp:TokenVariable", options.TokenVariable), "the token of MCP clients")
            ?? throw new LabException(LabFault.Configuration,
                "over HTTP clients show a token, and there is none: Mcp:TokenFile is not set. Make one with 'openssl rand -hex 32 > mcp.token && chmod 600 mcp.token', and name it with --set Mcp:TokenFile=mcp.token");
        if (token.Length < McpOptions.LeastToken) throw new LabException(LabFault.Configuration, $"the token of MCP clients has {token.Length} letters and could be guessed; it has {McpOptions.LeastToken} at least");
        return token.All(letter => letter is > ' ' and <= '~')
            ? token
            : throw new LabException(LabFault.Configuration, "the token of MCP clients has letters that cannot stand in a header; take visible ones of ASCII");
    }

    /// <summary>Whether a header <c>Authorization</c> shows the token; how long that takes tells nothing about it.</summary>
    public static bool IsShown(string? authorization, string token)
    {
        const string scheme = "Bearer ";
        return authorization is not null && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[scheme.Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }
}
