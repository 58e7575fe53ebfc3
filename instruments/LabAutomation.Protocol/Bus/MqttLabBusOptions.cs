using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Protocol;

/// <summary>How one client reaches an MQTT 5 broker.</summary>
public sealed class MqttLabBusOptions
{
    [Required]
    public required string Host { get; init; }

    [Range(1, 65535)]
    public required int Port { get; init; }

    /// <summary>Unique on the broker, and a name in the sense of <see cref="Topics.IsName"/>.</summary>
    [Required, RegularExpression("[A-Za-z0-9._-]{1,64}", ErrorMessage = "ClientId has 1 to 64 letters, digits, '-', '_' or '.'.")]
    public required string ClientId { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>Published by the broker when the link is lost without a farewell.</summary>
    public BusMessage? Will { get; init; }

    /// <summary>
    /// Whether a client that another one under its id has replaced stays away. Otherwise both would go on, each for as long as the other is away: for the drivers
    /// of one instrument that is worse than none.
    /// </summary>
    public bool StaysAwayWhenTakenOver { get; init; }

    /// <summary>1 s to 1 h. A broker gives a silent client up within one and a half times as long; with less than 2 s it may be up to a second late.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Null for a plain connection.</summary>
    public MqttTls? Tls { get; init; }

    /// <summary>1 to 1000: how many messages may be unacknowledged in each direction at a time.</summary>
    [Range(1, 1000)]
    public int MaximumInFlight { get; init; } = 64;

    /// <summary>
    /// 1 KiB to 16 MiB: the largest payload, sent or received. A message and the sign of life behind it share one link, so what cannot
    /// be sent within a keep-alive period would break the link again and again.
    /// </summary>
    [Range(1 << 10, 16 << 20)]
    public int MaximumMessageBytes { get; init; } = BulkData.MaximumBytes;

    /// <exception cref="ValidationException">A value is missing or out of its range.</exception>
    internal void Validate()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        if (Password is not null && UserName is null) throw new ValidationException("A Password needs a UserName.");
        if (Will is { } will && !(TopicFilter.IsTopic(will.Topic) && will.Payload.Length <= ushort.MaxValue))
            throw new ValidationException("The Will needs a topic without wildcards and a payload of at most 65535 bytes.");
    }
}
