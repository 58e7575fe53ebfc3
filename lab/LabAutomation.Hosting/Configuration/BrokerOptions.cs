using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Broker</c>: the embedded MQTT broker, on loopback only.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary>TCP port on 127.0.0.1; 0 takes a free one.</summary>
    [Range(0, 65535, ErrorMessage = "Broker:Port is 0 (any free port) to 65535")]
    public int Port { get; set; }

    /// <summary>Seconds without a packet after which either side asks whether the other is alive; 1 to 3600.</summary>
    [Range(1, 3600, ErrorMessage = "Broker:KeepAlive is 1 to 3600 seconds")]
    public int KeepAlive { get; set; } = 10;

    /// <summary>Unacknowledged messages per client before a publisher has to wait; 1 to 1000.</summary>
    [Range(1, 1000, ErrorMessage = "Broker:MaximumInFlight is 1 to 1000 messages")]
    public int MaximumInFlight { get; set; } = 64;
}
