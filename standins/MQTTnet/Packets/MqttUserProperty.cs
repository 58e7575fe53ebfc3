#nullable disable
using System.Text;

namespace MQTTnet.Packets;

/// <summary>A named header of a packet. A name may occur more than once, and the order is kept.</summary>
public sealed class MqttUserProperty
{
    [Obsolete("Give the value as ArraySegment<byte> or ReadOnlyMemory<byte>, in UTF-8.")]
    public MqttUserProperty(string name, string value)
        : this(name, new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(value ?? throw new ArgumentNullException(nameof(value)))))
    {
    }

    public MqttUserProperty(string name, ArraySegment<byte> value)
        : this(name, value.Array is null ? throw new ArgumentNullException(nameof(value)) : value.AsMemory())
    {
    }

    public MqttUserProperty(string name, ReadOnlyMemory<byte> value)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        ValueBuffer = value;
    }

    public string Name { get; }

    [Obsolete("Use ValueBuffer, or ReadValueAsString().")]
    public string Value => this.ReadValueAsString();

    /// <summary>The value in UTF-8.</summary>
    public ReadOnlyMemory<byte> ValueBuffer { get; }

    public override bool Equals(object obj) => Equals(obj as MqttUserProperty);

    public bool Equals(MqttUserProperty other) =>
        other is not null && Name == other.Name && ValueBuffer.Span.SequenceEqual(other.ValueBuffer.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Name, StringComparer.Ordinal);
        hash.AddBytes(ValueBuffer.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => $"{Name} = {this.ReadValueAsString()}";
}
