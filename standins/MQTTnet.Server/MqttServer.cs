#nullable disable
using System.Collections;
using System.Collections.Concurrent;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>A broker inside the program. Its interceptors decide who connects, publishes and subscribes.</summary>
public partial class MqttServer : IDisposable
{
    private const string SessionDirectory = "SessionDirectory";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly List<Listener> _listeners = [];
    private readonly LinkCount _links = new(ServerLimits.Connections);
    private readonly MqttServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ServerEvents _events = new();
    private Broker _broker;
    private ServerRun _run;
    private Task _stopping = Task.CompletedTask;
    private Housekeeping _housekeeping;
    private bool _isDisposed;

    internal MqttServer(MqttServerOptions options, TimeProvider clock)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _clock = clock;
        _broker = new Broker(options, _events, clock);
        _run = new ServerRun(_broker);
    }

    internal Broker Inside => _broker;

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
        MessageForm.ThrowIfInvalid(injectedApplicationMessage.ApplicationMessage);
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

        await _stopping;
        _broker = new Broker(_options, _events, _clock);
        _run = new ServerRun(_broker);
        OpenDirectory();
        try
        {
            await LoadRetainedAsync();
            OpenListeners();
        }
        catch
        {
            _broker.CloseLog();
            throw;
        }

        _housekeeping = new Housekeeping(_broker);
        var run = _run;
        foreach (var listener in _listeners) _ = listener.AcceptAsync(link => ServeAsync(link, run), () => new CancellationTokenSource(_options.DefaultCommunicationTimeout, _clock), _links, _clock);
        await ServerEvents.InformAsync(_events.Started, EventArgs.Empty);
    }

    /// <summary>
    /// Ends every connection and stops listening. Sessions and retained messages are forgotten with the next start, unless they are kept
    /// in a directory. A connection whose handler does not return is waited for at most 5 s, or the default communication timeout where that is shorter.
    /// </summary>
    public async Task StopAsync(MqttServerStopOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IsStarted) return;

        _stopping = EndAsync(options.DefaultClientDisconnectOptions);
        await _stopping;
        await ServerEvents.InformAsync(_events.Stopped, EventArgs.Empty);
    }

    public async Task SubscribeAsync(string clientId, ICollection<MqttTopicFilter> topicFilters)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(topicFilters);
        foreach (var filter in topicFilters) MqttTopicValidator.ThrowIfInvalidSubscribe(filter.Topic);
        ThrowIfNotStarted();

        var session = FindSession(clientId) ?? throw new InvalidOperationException($"Client '{clientId}' has no session.");
        foreach (var filter in topicFilters)
        {
            if (_broker.Subscribe(session, filter, 0) == MqttSubscribeReasonCode.TopicFilterInvalid)
                throw new MqttProtocolViolationException($"'{filter.Topic}' with its options is no filter that a client could subscribe to.");
        }

        await _broker.WrittenAsync(session);
        session.Outbox.Pump();
    }

    public async Task UnsubscribeAsync(string clientId, ICollection<string> topicFilters)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(topicFilters);
        ThrowIfNotStarted();

        var session = FindSession(clientId) ?? throw new InvalidOperationException($"Client '{clientId}' has no session.");
        foreach (var filter in topicFilters) _broker.Unsubscribe(session, filter);
        await _broker.WrittenAsync(session);
    }

    /// <summary>Sets a retained message without sending it to those who have subscribed already.</summary>
    public Task UpdateRetainedMessageAsync(MqttApplicationMessage retainedMessage)
    {
        ArgumentNullException.ThrowIfNull(retainedMessage);
        MessageForm.ThrowIfInvalid(retainedMessage);
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
        _ = CloseConnectionsAsync(new MqttServerStopOptions().DefaultClientDisconnectOptions);
        _broker.CloseLog();
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

    private async Task LoadRetainedAsync()
    {
        var loading = new LoadingRetainedMessagesEventArgs();
        await _events.LoadingRetained.RaiseAsync(loading);
        foreach (var message in loading.LoadedRetainedMessages ?? []) MessageForm.ThrowIfInvalid(message);
        _broker.WithRetained(retained =>
        {
            foreach (var message in loading.LoadedRetainedMessages ?? []) retained.Set(message);
            return 0;
        });
    }

    private Task CloseConnectionsAsync(MqttServerClientDisconnectOptions farewell)
    {
        CloseListeners();
        _housekeeping?.Dispose();
        _housekeeping = null;
        return _run.CloseAsync(farewell);
    }

    private async Task EndAsync(MqttServerClientDisconnectOptions farewell)
    {
        var broker = _broker;
        try
        {
            var patience = _options.DefaultCommunicationTimeout < _patience ? _options.DefaultCommunicationTimeout : _patience;
            await CloseConnectionsAsync(farewell).WaitAsync(patience, _clock);
        }
        catch (TimeoutException)
        {
            // A handler does not return. What its connection does later stays in the run that ends here.
        }

        broker.CloseLog();
    }

    private async Task ServeAsync(ClientLink link, ServerRun run)
    {
        ClientConnection served = null;
        try
        {
            await new Handshake(run.Broker).ServeAsync(link, () => AcceptNewConnections && !run.IsClosed, Register);
        }
        finally
        {
            if (served is not null) run.Remove(served);
        }

        bool Register(ClientConnection connection)
        {
            if (!run.Add(connection)) return false;

            served = connection;
            return true;
        }
    }

    private void ThrowIfNotStarted()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!IsStarted) throw new InvalidOperationException("The MQTT server is not started; call StartAsync first.");
    }
}
