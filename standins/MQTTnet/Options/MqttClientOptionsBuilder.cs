#nullable disable
using System.Net;
using System.Net.Sockets;
using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet;

/// <summary>Puts the options of a client together.</summary>
public sealed class MqttClientOptionsBuilder
{
    private readonly MqttClientOptions _options = new();
    private EndPoint _endPoint;
    private MqttClientTcpOptions _tcp;
    private MqttClientTlsOptions _tls;

    /// <exception cref="InvalidOperationException">No server was named.</exception>
    public MqttClientOptions Build()
    {
        if (_tcp is null) throw new InvalidOperationException("A client needs a server; call WithTcpServer or WithEndPoint.");
        if ((_tcp.RemoteEndpoint ?? _endPoint) is null) throw new ArgumentException("The TCP options name no RemoteEndpoint.");

        _tcp.TlsOptions = _tls ?? _tcp.TlsOptions;
        _tcp.RemoteEndpoint ??= WithPort(_endPoint, _tcp.TlsOptions is { UseTls: true } ? MqttPorts.Secure : MqttPorts.Default);
        _options.ChannelOptions = _tcp;
        FeatureSupport.Require(_options);
        return _options;
    }

    public MqttClientOptionsBuilder WithCleanSession(bool value = true) => With(options => options.CleanSession = value);

    public MqttClientOptionsBuilder WithCleanStart(bool value = true) => WithCleanSession(value);

    public MqttClientOptionsBuilder WithClientId(string value) => With(options => options.ClientId = value);

    public MqttClientOptionsBuilder WithCredentials(string username, string password) =>
        WithCredentials(username, password is null ? null : Encoding.UTF8.GetBytes(password));

    public MqttClientOptionsBuilder WithCredentials(string username, byte[] password = null) =>
        WithCredentials(new MqttClientCredentials(username, password));

    public MqttClientOptionsBuilder WithCredentials(IMqttClientCredentialsProvider credentials) => With(options => options.Credentials = credentials);

    public MqttClientOptionsBuilder WithEndPoint(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        _endPoint = endPoint;
        _tcp = new MqttClientTcpOptions();
        return this;
    }

    public MqttClientOptionsBuilder WithKeepAlivePeriod(TimeSpan value) => With(options => options.KeepAlivePeriod = value);

    public MqttClientOptionsBuilder WithMaximumPacketSize(uint maximumPacketSize) => With(options => options.MaximumPacketSize = maximumPacketSize);

    public MqttClientOptionsBuilder WithNoKeepAlive() => WithKeepAlivePeriod(TimeSpan.Zero);

    public MqttClientOptionsBuilder WithProtocolVersion(MqttProtocolVersion value)
    {
        if (value is not (MqttProtocolVersion.V311 or MqttProtocolVersion.V500))
            throw new ArgumentException($"Protocol version {value} is not spoken here; V311 and V500 are.", nameof(value));

        return With(options => options.ProtocolVersion = value);
    }

    public MqttClientOptionsBuilder WithReceiveMaximum(ushort receiveMaximum) => With(options => options.ReceiveMaximum = receiveMaximum);

    public MqttClientOptionsBuilder WithRequestProblemInformation(bool requestProblemInformation = true) =>
        With(options => options.RequestProblemInformation = requestProblemInformation);

    public MqttClientOptionsBuilder WithRequestResponseInformation(bool requestResponseInformation = true) =>
        With(options => options.RequestResponseInformation = requestResponseInformation);

    public MqttClientOptionsBuilder WithSessionExpiryInterval(uint sessionExpiryInterval) =>
        With(options => options.SessionExpiryInterval = sessionExpiryInterval);

    public MqttClientOptionsBuilder WithTcpServer(string host, int? port = null, AddressFamily addressFamily = AddressFamily.Unspecified)
    {
        ArgumentNullException.ThrowIfNull(host);
        return WithEndPoint(new DnsEndPoint(host, port ?? 0, addressFamily));
    }

    public MqttClientOptionsBuilder WithTcpServer(Action<MqttClientTcpOptions> optionsBuilder)
    {
        ArgumentNullException.ThrowIfNull(optionsBuilder);
        _tcp = new MqttClientTcpOptions();
        optionsBuilder(_tcp);
        return this;
    }

    public MqttClientOptionsBuilder WithTimeout(TimeSpan value) => With(options => options.Timeout = value);

    public MqttClientOptionsBuilder WithTlsOptions(MqttClientTlsOptions tlsOptions)
    {
        _tls = tlsOptions;
        return this;
    }

    public MqttClientOptionsBuilder WithTlsOptions(Action<MqttClientTlsOptionsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new MqttClientTlsOptionsBuilder();
        configure(builder);
        return WithTlsOptions(builder.Build());
    }

    public MqttClientOptionsBuilder WithTopicAliasMaximum(ushort topicAliasMaximum) => With(options => options.TopicAliasMaximum = topicAliasMaximum);

    [Obsolete("Give the value as ArraySegment<byte> or ReadOnlyMemory<byte>, in UTF-8.")]
    public MqttClientOptionsBuilder WithUserProperty(string name, string value) => WithUserProperty(new MqttUserProperty(name, value));

    public MqttClientOptionsBuilder WithUserProperty(string name, ReadOnlyMemory<byte> value) => WithUserProperty(new MqttUserProperty(name, value));

    public MqttClientOptionsBuilder WithUserProperty(string name, ArraySegment<byte> value) => WithUserProperty(new MqttUserProperty(name, value));

    public MqttClientOptionsBuilder WithWillContentType(string willContentType) => With(options => options.WillContentType = willContentType);

    public MqttClientOptionsBuilder WithWillCorrelationData(byte[] willCorrelationData) => With(options => options.WillCorrelationData = willCorrelationData);

    public MqttClientOptionsBuilder WithWillDelayInterval(uint willDelayInterval) => With(options => options.WillDelayInterval = willDelayInterval);

    public MqttClientOptionsBuilder WithWillMessageExpiryInterval(uint willMessageExpiryInterval) =>
        With(options => options.WillMessageExpiryInterval = willMessageExpiryInterval);

    public MqttClientOptionsBuilder WithWillPayload(byte[] willPayload) => With(options => options.WillPayload = willPayload);

    public MqttClientOptionsBuilder WithWillPayload(ArraySegment<byte> willPayload) =>
        WithWillPayload(willPayload.Count == 0 ? null : willPayload.ToArray());

    public MqttClientOptionsBuilder WithWillPayload(string willPayload) =>
        WithWillPayload(string.IsNullOrEmpty(willPayload) ? null : Encoding.UTF8.GetBytes(willPayload));

    public MqttClientOptionsBuilder WithWillPayloadFormatIndicator(MqttPayloadFormatIndicator willPayloadFormatIndicator) =>
        With(options => options.WillPayloadFormatIndicator = willPayloadFormatIndicator);

    public MqttClientOptionsBuilder WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel willQualityOfServiceLevel) =>
        With(options => options.WillQualityOfServiceLevel = willQualityOfServiceLevel);

    public MqttClientOptionsBuilder WithWillResponseTopic(string willResponseTopic) => With(options => options.WillResponseTopic = willResponseTopic);

    public MqttClientOptionsBuilder WithWillRetain(bool willRetain = true) => With(options => options.WillRetain = willRetain);

    public MqttClientOptionsBuilder WithWillTopic(string willTopic) => With(options => options.WillTopic = willTopic);

    [Obsolete("Give the value as ArraySegment<byte> or ReadOnlyMemory<byte>, in UTF-8.")]
    public MqttClientOptionsBuilder WithWillUserProperty(string name, string value) => WithWillUserProperty(new MqttUserProperty(name, value));

    public MqttClientOptionsBuilder WithWillUserProperty(string name, ReadOnlyMemory<byte> value) => WithWillUserProperty(new MqttUserProperty(name, value));

    public MqttClientOptionsBuilder WithWillUserProperty(string name, ArraySegment<byte> value) => WithWillUserProperty(new MqttUserProperty(name, value));

    private static EndPoint WithPort(EndPoint endPoint, int port) => endPoint switch
    {
        DnsEndPoint { Port: 0 } dns => new DnsEndPoint(dns.Host, port, dns.AddressFamily),
        IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, port),
        _ => endPoint,
    };

    private MqttClientOptionsBuilder With(Action<MqttClientOptions> change)
    {
        change(_options);
        return this;
    }

    private MqttClientOptionsBuilder WithUserProperty(MqttUserProperty property)
    {
        (_options.UserProperties ??= []).Add(property);
        return this;
    }

    private MqttClientOptionsBuilder WithWillUserProperty(MqttUserProperty property)
    {
        (_options.WillUserProperties ??= []).Add(property);
        return this;
    }
}
