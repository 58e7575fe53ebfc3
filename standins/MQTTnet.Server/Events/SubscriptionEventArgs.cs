#nullable disable
using System.Collections;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet.Server;

/// <summary>A client asks for a filter. To refuse it, clear <see cref="ProcessSubscription"/> and set the code of <see cref="Response"/>.</summary>
public sealed class InterceptingSubscriptionEventArgs : EventArgs
{
    internal InterceptingSubscriptionEventArgs(
        string clientId,
        string userName,
        MqttSessionStatus session,
        MqttTopicFilter topicFilter,
        List<MqttUserProperty> userProperties,
        CancellationToken cancellationToken)
    {
        ClientId = clientId;
        UserName = userName;
        Session = session;
        TopicFilter = topicFilter;
        UserProperties = userProperties;
        CancellationToken = cancellationToken;
    }

    public CancellationToken CancellationToken { get; }

    public string ClientId { get; }

    public bool CloseConnection { get; set; }

    public bool ProcessSubscription { get; set; } = true;

    public string ReasonString { get; set; }

    public SubscribeResponse Response { get; } = new();

    public MqttSessionStatus Session { get; }

    public IDictionary SessionItems => Session.Items;

    public MqttTopicFilter TopicFilter { get; set; }

    public string UserName { get; }

    public List<MqttUserProperty> UserProperties { get; set; }
}

/// <summary>What the client is told of one filter. It starts as the grant of the quality that was asked for.</summary>
public sealed class SubscribeResponse
{
    public MqttSubscribeReasonCode ReasonCode { get; set; }

    public string ReasonString { get; set; }

    public List<MqttUserProperty> UserProperties { get; } = [];
}

/// <summary>A client asks to remove a filter.</summary>
public sealed class InterceptingUnsubscriptionEventArgs : EventArgs
{
    internal InterceptingUnsubscriptionEventArgs(
        string clientId, string userName, IDictionary sessionItems, string topic, List<MqttUserProperty> userProperties, CancellationToken cancellationToken)
    {
        ClientId = clientId;
        UserName = userName;
        SessionItems = sessionItems;
        Topic = topic;
        UserProperties = userProperties;
        CancellationToken = cancellationToken;
    }

    public CancellationToken CancellationToken { get; }

    public string ClientId { get; }

    public bool CloseConnection { get; set; }

    public bool ProcessUnsubscription { get; set; } = true;

    public UnsubscribeResponse Response { get; } = new();

    public IDictionary SessionItems { get; }

    public string Topic { get; }

    public string UserName { get; }

    public List<MqttUserProperty> UserProperties { get; set; }
}

/// <summary>What the client is told of one removed filter.</summary>
public sealed class UnsubscribeResponse
{
    public MqttUnsubscribeReasonCode ReasonCode { get; set; }

    public string ReasonString { get; set; }

    public List<MqttUserProperty> UserProperties { get; } = [];
}

/// <summary>A client has subscribed.</summary>
public sealed class ClientSubscribedTopicEventArgs(string clientId, string userName, MqttTopicFilter topicFilter, IDictionary sessionItems) : EventArgs
{
    public string ClientId { get; } = clientId ?? throw new ArgumentNullException(nameof(clientId));

    public IDictionary SessionItems { get; } = sessionItems ?? throw new ArgumentNullException(nameof(sessionItems));

    public MqttTopicFilter TopicFilter { get; } = topicFilter ?? throw new ArgumentNullException(nameof(topicFilter));

    public string UserName { get; } = userName;
}

/// <summary>A client has unsubscribed.</summary>
public sealed class ClientUnsubscribedTopicEventArgs(string clientId, string userName, string topicFilter, IDictionary sessionItems) : EventArgs
{
    public string ClientId { get; } = clientId ?? throw new ArgumentNullException(nameof(clientId));

    public IDictionary SessionItems { get; } = sessionItems ?? throw new ArgumentNullException(nameof(sessionItems));

    public string TopicFilter { get; } = topicFilter ?? throw new ArgumentNullException(nameof(topicFilter));

    public string UserName { get; } = userName;
}
