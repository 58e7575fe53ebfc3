using System.Security.Cryptography.X509Certificates;

namespace LabAutomation.Protocol;

/// <summary>What one client needs for TLS.</summary>
/// <param name="Authorities">Trusted instead of those of the machine; null for those of the machine.</param>
/// <param name="Certificate">What the client shows, with its key; null for none.</param>
public sealed record MqttTls(X509Certificate2Collection? Authorities = null, X509Certificate2? Certificate = null);
