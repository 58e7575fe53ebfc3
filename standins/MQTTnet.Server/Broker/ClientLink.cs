using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace MQTTnet.Server;

/// <summary>A stream that a client has opened, before it has said who it is.</summary>
internal sealed record ClientLink(Stream Stream, EndPoint? RemoteEndPoint, bool IsSecure, X509Certificate2? ClientCertificate);
