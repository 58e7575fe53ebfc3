#nullable disable
using System.Collections;
using System.Collections.Concurrent;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet.Server;

/// <summary>A broker inside the program. Its interceptors decide who connects, publishes and subscribes.</summary>
public partial class MqttServer : IDisposable
{
    private const string SessionDirectory = "SessionDirectory";
    private readonly Lock _gate = new();
    private readonly HashSet<ClientConnection> _connections = [];
    private readonly List<Listener> _listeners = [];
    private readonly LinkCount _links = new(ServerLimits.Connections);
    private readonly MqttServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ServerEvents _events = new();
    private readonly Broker _broker;
    private Housekeeping _housekeeping;
    private bool _isDisposed;

    internal MqttServer(MqttServerOptions options, TimeProvider clock)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _clock = clock;
        _broker = new Broker(options, _events, clock);
    }

    /// <summary>Whether clients may connect; those that are connected stay.</summary>
    public bool AcceptNewConnections { get; set; } = true;

    public bool IsStarted => _housekeeping is not null;

    /// <summary>
    /// Shown to interceptors as the session items of injected messages. Where "SessionDirectory" names a directory when the server
    /// starts, sessions and retained messages are kept there; "SessionDirectory.Report" then says what was found damaged, if anything.
    /// </summary>
    public IDictionary ServerSessionItems { get; } = new ConcurrentDictionary<object, object>();

    public async Task DeleteRetainedMessagesAsync()
    {
        ThrowIfNotStarted();
        await _broker.ChangeRetainedAsync(null);
        await ServerEvents.InformAsync(_events.RetainedCleared, EventArgs.Empty);
    }

    /// <summary>Ends a client's connection; its will is sent. A client that is not connected is no error.</summary>
    public Task DisconnectClientAsync(string id, MqttServerClientDisconnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfNotStarted();
        return FindSession(id)?.Connection?.DisconnectAsync(options) ?? Task.CompletedTask;
    }

    public Task<IList<MqttClientStatus>> GetClientsAsync()
    {
        ThrowIfNotStarted();
        return Task.FromResult<IList<MqttClientStatus>>(
            [.. _broker.Sessions().Select(session => session.Connection).Where(connection => connection?.Session is not null).Select(connection => new MqttClientStatus(connection))]);
    }

    public Task<MqttApplicationMessage> GetRetainedMessageAsync(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ThrowIfNotStarted();
        return Task.FromResult(_broker.WithRetained(retained => retained.Find(topic)));
    }

    public Task<IList<MqttApplicationMessage>> GetRetainedMessagesAsync()
    {
        ThrowIfNotStarted();
        return Task.FromResult<IList<MqttApplicationMessage>>(_broker.WithRetained(retained => retained.All()));
    }

    public Task<IList<MqttSessionStatus>> GetSessionsAsync()
    {
        ThrowIfNotStarted();
        return Task.FromResult<IList<MqttSessionStatus>>([.. _broker.Sessions().Select(session => new MqttSessionStatus(session))]);
    }

    /// <summary>Distributes a message that no client sent. The interceptors see it as well.</summary>
    public Task InjectApplicationMessage(InjectedMqttApplicationMessage injectedApplicationMessage, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(injectedApplicationMessage);
        MqttTopicValidator.ThrowIfInvalid(injectedApplicationMessage.ApplicationMessage.Topic);
        ThrowIfNotStarted();
        return _broker.PublishAsync(
            (injectedApplicationMessage.SenderClientId, injectedApplicationMessage.SenderUserName),
            injectedApplicationMessage.CustomSessionItems ?? ServerSessionItems,
            injectedApplicationMessage.ApplicationMessage,
            cancellationToken);
    }

    /// <exception cref="InvalidOperationException">The server is started already.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">An endpoint cannot be listened on.</exception>
    public async Task StartAsync()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (IsStarted) throw new InvalidOperationException("The MQTT server is already started.");
        if (_options.TlsEndpointOptions is { IsEnabled: true, CertificateProvider: null })
            throw new ArgumentException("The encrypted endpoint has no certificate; call WithEncryptionCertificate.");

        _broker.Clear();
        OpenDirectory();
        var loading = new LoadingRetainedMessagesEventArgs();
        await _events.LoadingRetained.RaiseAsync(loading);
        _broker.WithRetained(retained =>
        {
            foreach (var message in loading.LoadedRetainedMessages ?? []) retained.Set(message);
            return 0;
        });
        try
        {
            OpenListeners();
        }
        catch
        {
            _broker.CloseLog();
            throw;
        }

        _housekeeping = new Housekeeping(_broker);
        foreach (var listener in _listeners) _ = listener.AcceptAsync(ServeAsync, () => new CancellationTokenSource(_options.DefaultCommunicationTimeout, _clock), _links, _clock);
        await ServerEvents.InformAsync(_events.Started, EventArgs.Empty);
    }

    /// <summary>Ends every connection and stops listening. Sessions and retained messages are forgotten with the next start.</summary>
    public async Task StopAsync(MqttServerStopOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IsStarted) return;

        Shut(options.DefaultClientDisconnectOptions);
        await ServerEvents.InformAsync(_events.Stopped, EventArgs.Empty);
    }

    public Task SubscribeAsync(string clientId, ICollection<MqttTopicFilter> topicFilters)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(topicFilters);
        foreach (var filter in topicFilters) MqttTopicValidator.ThrowIfInvalidSubscribe(filter.Topic);
        ThrowIfNotStarted();

        var session = FindSession(clientId) ?? throw new InvalidOperationException($"Client '{clientId}' has no session.");
        foreach (var filter in topicFilters) _broker.Subscribe(session, filter, 0);
        session.Outbox.Pump();
        return Task.CompletedTask;
    }

    public Task UnsubscribeAsync(string clientId, ICollection<string> topicFilters)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(topicFilters);
        ThrowIfNotStarted();

        var session = FindSession(clientId) ?? throw new InvalidOperationException($"Client '{clientId}' has no session.");
        foreach (var filter in topicFilters) _broker.Unsubscribe(session, filter);
        return Task.CompletedTask;
    }

    /// <summary>Sets a retained message without sending it to those who have subscribed already.</summary>
    public Task UpdateRetainedMessageAsync(MqttApplicationMessage retainedMessage)
    {
        ArgumentNullException.ThrowIfNull(retainedMessage);
        ThrowIfNotStarted();
        return _broker.ChangeRetainedAsync(retainedMessage);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _isDisposed) return;

        _isDisposed = true;
        Shut(new MqttServerStopOptions().DefaultClientDisconnectOptions);
    }

    private ClientSession FindSession(string clientId) => _broker.Find(clientId);

    private void OpenDirectory()
    {
        if (ServerSessionItems[SessionDirectory] is not string directory) return;

        if (_broker.Open(directory) is { } report) ServerSessionItems[SessionDirectory + ".Report"] = report;
        else ServerSessionItems.Remove(SessionDirectory + ".Report");
    }

    private void OpenListeners()
    {
        try
        {
            if (_options.DefaultEndpointOptions.IsEnabled) _listeners.AddRange(Listener.Open(_options.DefaultEndpointOptions));
            if (_options.TlsEndpointOptions.IsEnabled) _listeners.AddRange(Listener.Open(_options.TlsEndpointOptions));
        }
        catch (Exception)
        {
            CloseListeners();
            throw;
        }
    }

    private void CloseListeners()
    {
        foreach (var listener in _listeners) listener.Dispose();
        _listeners.Clear();
    }

    private void Shut(MqttServerClientDisconnectOptions farewell)
    {
        CloseListeners();
        ClientConnection[] open;
        lock (_gate)
        {
            _housekeeping?.Dispose();
            _housekeeping = null;
            open = [.. _connections];
            _connections.Clear();
        }

        foreach (var connection in open) _ = connection.DisconnectAsync(farewell);
        _broker.CloseLog();
    }

    private async Task ServeAsync(ClientLink link)
    {
        ClientConnection served = null;
        try
        {
            await new Handshake(_broker).ServeAsync(link, () => AcceptNewConnections && IsStarted, Register);
        }
        finally
        {
            lock (_gate) _connections.Remove(served);
        }

        bool Register(ClientConnection connection)
        {
            lock (_gate)
            {
                served = connection;
                return IsStarted && _connections.Add(connection);
            }
        }
    }

    private void ThrowIfNotStarted()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!IsStarted) throw new InvalidOperationException("The MQTT server is not started; call StartAsync first.");
    }
}
