using System.Collections;
using System.Collections.Concurrent;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>Reads CONNECT, asks who the client is, and gives it its session.</summary>
internal sealed class Handshake(Broker broker)
{
    private const byte Connect = 0x10;

    /// <summary>Serves one stream until it ends.</summary>
    /// <param name="link">The stream, just opened.</param>
    /// <param name="accepts">Whether the server takes new clients at the moment.</param>
    /// <param name="register">Adds the connection to those that a stop ends; false where the server has stopped already.</param>
    public async Task ServeAsync(ClientLink link, Func<bool> accepts, Func<ClientConnection, bool> register)
    {
        using var channel = new PacketChannel(link.Stream) { LargestReceived = ServerLimits.ConnectSize, Expected = Connect };
        try
        {
            using var timeout = new CancellationTokenSource(broker.Options.DefaultCommunicationTimeout, broker.Clock);
            if (await ReadConnectAsync(channel, timeout.Token) is not { } connect) return;

            channel.Version = connect.Version;
            channel.LargestSent = connect.Properties.MaximumPacketSize ?? uint.MaxValue;
            IDictionary items = new ConcurrentDictionary<object, object>();
            var refusal = accepts() ? await ValidateAsync(connect, link, items, timeout.Token) : Refuse(MqttConnectReasonCode.ServerUnavailable);
            if (refusal.ReasonCode != MqttConnectReasonCode.Success)
            {
                channel.TrySend(refusal);
                await channel.DrainAsync().WaitAsync(timeout.Token);
                return;
            }

            var connection = new ClientConnection(broker, link, channel, connect);
            if (register(connection)) await AcceptAsync(connection, connect, refusal.Properties, items);
        }
        catch (Exception gone) when (gone is MqttCommunicationException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client left, or did not say who it is in time.
        }
    }

    private static ConnAckPacket Refuse(MqttConnectReasonCode code) => new() { ReasonCode = code };

    private static async Task<ConnectPacket?> ReadConnectAsync(PacketChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.ReadAsync(cancellationToken) as ConnectPacket;
        }
        catch (UnsupportedVersionException)
        {
            // Every client can read the answer of 3.1.1, whose first bytes are the same in all versions.
            channel.Version = MqttProtocolVersion.V311;
            channel.Send(Refuse(MqttConnectReasonCode.UnsupportedProtocolVersion));
            await channel.DrainAsync();
            return null;
        }
        catch (MalformedPacketException malformed) when (malformed.IsConnectV5)
        {
            channel.Send(Refuse((MqttConnectReasonCode)malformed.ReasonCode));
            await channel.DrainAsync().WaitAsync(cancellationToken);
            return null;
        }
        catch (MqttProtocolViolationException)
        {
            return null;
        }
    }

    /// <returns>CONNACK: a refusal, or Success with what the program wants to tell the client.</returns>
    private async Task<ConnAckPacket> ValidateAsync(ConnectPacket connect, ClientLink link, IDictionary items, CancellationToken cancellationToken)
    {
        if (connect.Properties.AuthenticationMethod is not null) return Refuse(MqttConnectReasonCode.BadAuthenticationMethod);
        if (connect is { ClientId: "", CleanStart: false, Version: MqttProtocolVersion.V311 }) return Refuse(MqttConnectReasonCode.ClientIdentifierNotValid);

        var arguments = new ValidatingConnectionEventArgs(connect, link, items, cancellationToken);
        try
        {
            await broker.Events.ValidatingConnection.RaiseAsync(arguments);
        }
        catch (Exception)
        {
            // The program could not say who this is: it stays outside.
            return Refuse(MqttConnectReasonCode.UnspecifiedError);
        }

        if (connect.ClientId.Length == 0 && arguments.AssignedClientIdentifier is { } given && !MessageForm.IsString(given))
            return Refuse(MqttConnectReasonCode.ClientIdentifierNotValid);

        string? assigned = null;
        if (connect.ClientId.Length == 0) connect.ClientId = assigned = arguments.AssignedClientIdentifier is { Length: > 0 } named ? named : Guid.NewGuid().ToString("N");
        return new ConnAckPacket
        {
            ReasonCode = arguments.ReasonCode,
            Properties = new PacketProperties
            {
                AssignedClientIdentifier = arguments.ReasonCode == MqttConnectReasonCode.Success ? assigned : null,
                ReasonString = arguments.ReasonString,
                ServerReference = arguments.ServerReference,
                UserProperties = arguments.ResponseUserProperties,
            },
        };
    }

    private async Task AcceptAsync(ClientConnection connection, ConnectPacket connect, PacketProperties answer, IDictionary items)
    {
        if ((broker.Log is { IsFailing: true } && broker.GrantedExpiry(connect) > 0) || broker.Attach(connect, connection, items) is not { } attached)
        {
            connection.Channel.TrySend(Refuse(MqttConnectReasonCode.QuotaExceeded));
            return;
        }

        var (session, isPresent, previous, will, ended) = attached;
        connection.Session = session;
        await connection.RunAsync(async () =>
        {
            previous?.Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.SessionTakenOver });
            if (will is not null) await broker.SendWillAsync(session, will);
            if (ended is not null) await broker.InformDeletedAsync(ended);

            if (!await IsWrittenAsync(session, ended, connection.Channel)) return false;

            if (!Welcome(connection, connect, session, answer, isPresent)) return false;
            await ServerEvents.InformAsync(broker.Events.ClientConnected, new ClientConnectedEventArgs(connect, connection.Link.RemoteEndPoint, items));
            if (!broker.Deliver(session, connection, connect.Properties.ReceiveMaximum ?? ushort.MaxValue)) return false;
            connection.Channel.Drained = session.Outbox.Pump;
            session.Outbox.Pump();
            return true;
        });
    }

    /// <summary>A session that is granted has to be there after the next start as well, and one that was given up must not.</summary>
    private async Task<bool> IsWrittenAsync(ClientSession session, ClientSession? ended, PacketChannel channel)
    {
        try
        {
            await broker.WrittenAsync(session);
            if (ended is { EndPosition: > 0 and var position } && broker.Log is { } log) await log.WrittenAsync(position);
            return true;
        }
        catch (IOException)
        {
            channel.TrySend(Refuse(MqttConnectReasonCode.QuotaExceeded));
            return false;
        }
    }

    /// <returns>Whether the client accepts a CONNACK of this size.</returns>
    private static bool Welcome(ClientConnection connection, ConnectPacket connect, ClientSession session, PacketProperties answer, bool isPresent)
    {
        var channel = connection.Channel;
        channel.LargestReceived = ServerLimits.PacketSize;
        channel.Expected = null;
        return connection.Welcome(new ConnAckPacket
        {
            SessionPresent = isPresent,
            Properties = answer with
            {
                SessionExpiryInterval = session.ExpirySeconds == (connect.Properties.SessionExpiryInterval ?? 0) ? null : session.ExpirySeconds,
                TopicAliasMaximum = ServerLimits.TopicAliases,
                ReceiveMaximum = ServerLimits.ReceiveMaximum,
                MaximumPacketSize = ServerLimits.PacketSize,
            },
        });
    }
}
