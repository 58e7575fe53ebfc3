namespace LabAutomation.Agents.Reasoning;

/// <summary>The line to an endpoint. What comes over it shows that somebody is at its other end, also a comment that only keeps it open: an answer may begin long after.</summary>
public sealed class EndpointLine : IDisposable
{
    public EndpointLine() : this(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
    }

    /// <param name="to">What carries requests. Endpoints do not lead elsewhere: a redirect would take the key along.</param>
    internal EndpointLine(HttpMessageHandler to) => Http = new HttpClient(new BoundedResponses(to, () => Heard?.Invoke())) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Raised with everything that comes, from any thread. A handler returns at once.</summary>
    internal event Action? Heard;

    /// <summary>Its own time limit is off: an agent's deadlines hold.</summary>
    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();
}
