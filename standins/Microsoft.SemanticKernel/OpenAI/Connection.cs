using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using OpenAI;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>How an endpoint is reached.</summary>
internal static class Connection
{
    private static readonly SocketsHttpHandler Shared = new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        SslOptions = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.Online },
    };

    /// <summary>For those who bring no client: disposing of it leaves the connections open for the others.</summary>
    public static HttpClient SharedClient() => new(Shared, disposeHandler: false);

    /// <param name="endpoint">OpenAI's own when null.</param>
    /// <param name="apiKey">May be missing where the endpoint is not OpenAI's.</param>
    /// <param name="organization">Sent as a header when given.</param>
    /// <param name="http">When given it decides about time limits, and nothing is sent twice.</param>
    public static OpenAIClient Open(Uri? endpoint, string? apiKey, string? organization, HttpClient? http)
    {
        if (endpoint is null) ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);
        var options = new OpenAIClientOptions { UserAgentApplicationId = "LabAutomation" };
        if (endpoint is not null) options.Endpoint = endpoint;
        if (!string.IsNullOrWhiteSpace(organization)) options.OrganizationId = organization;
        if (http is not null)
        {
            options.Transport = new HttpClientPipelineTransport(http);
            options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
            options.NetworkTimeout = Timeout.InfiniteTimeSpan;
        }

        // The client refuses an empty key; local endpoints need none.
        return new OpenAIClient(new ApiKeyCredential(string.IsNullOrEmpty(apiKey) ? " " : apiKey), options);
    }
}
