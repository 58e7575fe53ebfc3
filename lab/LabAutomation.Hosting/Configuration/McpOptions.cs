using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Mcp</c>: where <c>lab mcp --http</c> listens, and the token that its clients show.</summary>
public sealed class McpOptions
{
    public const string Section = "Mcp";

    /// <summary>Letters of a token below which it could be guessed.</summary>
    public const int LeastToken = 32;

    /// <summary>IP address of this machine. Any but a loopback address needs <see cref="CertificateFile"/>.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>0 takes a free one.</summary>
    [Range(0, 65535, ErrorMessage = "Mcp:Port is 0 to 65535")]
    public int Port { get; set; } = 7300;

    /// <summary>File with the token alone, which only its owner may read.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Environment variable with the token, instead of a file.</summary>
    public string? TokenVariable { get; set; }

    /// <summary>Certificate for TLS, PEM.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Its private key, PEM, which only its owner may read.</summary>
    public string? KeyFile { get; set; }
}
