using System.Text;

namespace LabAutomation.Benchmarks;

/// <summary>Writes valid packets of MQTT 3.1.1 and 5 at random, without any code of the programs that are to read them.</summary>
internal sealed class FuzzBytes(Random random, bool isV5)
{
    private static readonly string[] _topics = ["a", "a/b", "a/b/c", "lab/hotplate/state", "$x", "ä/€"];
    private static readonly string[] _filters = [.. _topics, "#", "a/+", "+/b/#", "$share/g/a", "a/#/b", "a+"];
    private static readonly byte[] _publishProperties = [1, 2, 3, 8, 9, 35, 38, 38];
    private readonly List<byte> _body = [];

    public byte[] Connect(string clientId)
    {
        var will = random.Next(4) == 0;
        Start();
        Text("MQTT");
        Byte(isV5 ? 5 : 4);
        Byte(random.Next(2) * 2 | (will ? 4 | random.Next(3) << 3 | random.Next(2) << 5 : 0) | 0x80);
        UInt16(random.Next(2) * 60);
        Properties(33, 34, 38, 39);
        Text(clientId);
        if (will)
        {
            Properties(1, 2, 3, 8, 9, 38);
            Text(One(_topics));
            Text("gone");
        }

        Text("user");
        return Packet(0x10);
    }

    public byte[] FromClient() => random.Next(12) switch
    {
        0 or 1 or 2 or 3 => Publish(_publishProperties),
        4 => Ack(0x40),
        5 => Ack(0x50),
        6 => Ack(0x62),
        7 => Ack(0x70),
        8 => Subscribe(),
        9 => Unsubscribe(),
        10 => [0xC0, 0],
        _ => random.Next(4) == 0 ? Goodbye() : [0xC0, 0],
    };

    public byte[] FromServer() => random.Next(12) switch
    {
        0 or 1 or 2 or 3 => Publish([.. _publishProperties, 11]),
        4 => Ack(0x40),
        5 => Ack(0x50),
        6 => Ack(0x62),
        7 => Ack(0x70),
        8 => Codes(0x90),
        9 => Codes(0xB0),
        10 => [0xD0, 0],
        _ => random.Next(4) == 0 ? Goodbye() : [0xD0, 0],
    };

    public byte[] ConnAck()
    {
        Start();
        Byte(random.Next(2));
        Byte(random.Next(8) == 0 ? isV5 ? 0x87 : 5 : 0);
        Properties(17, 18, 19, 26, 28, 31, 33, 34, 36, 37, 38, 39, 40, 41, 42);
        return Packet(0x20);
    }

    private byte[] Publish(byte[] properties)
    {
        var quality = random.Next(3);
        Start();
        Text(One(_topics));
        if (quality > 0) UInt16(Id());
        Properties(properties);
        for (var i = random.Next(8) == 0 ? random.Next(5000) : random.Next(20); i > 0; i--) Byte(random.Next(256));
        return Packet((byte)(0x30 | quality << 1 | random.Next(2) | (quality > 0 ? random.Next(2) << 3 : 0)));
    }

    private byte[] Ack(byte first)
    {
        Start();
        UInt16(Id());
        if (isV5 && random.Next(2) == 0)
        {
            Byte(random.Next(3) == 0 ? 0x92 : 0);
            Properties(31, 38);
        }

        return Packet(first);
    }

    private byte[] Subscribe()
    {
        Start();
        UInt16(Id());
        Properties(11, 38);
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            Text(One(_filters));
            Byte(random.Next(3) | (isV5 ? random.Next(4) << 2 | random.Next(3) << 4 : 0));
        }

        return Packet(0x82);
    }

    private byte[] Unsubscribe()
    {
        Start();
        UInt16(Id());
        Properties(38);
        for (var i = random.Next(1, 5); i > 0; i--) Text(One(_filters));
        return Packet(0xA2);
    }

    private byte[] Codes(byte first)
    {
        Start();
        UInt16(Id());
        Properties(31, 38);
        if (isV5 || first == 0x90)
        {
            for (var i = random.Next(1, 4); i > 0; i--) Byte(0);
        }

        return Packet(first);
    }

    private byte[] Goodbye()
    {
        Start();
        if (isV5)
        {
            Byte(random.Next(2) == 0 ? 0 : 0x80);
            Properties(31, 38);
        }

        return Packet(0xE0);
    }

    private void Properties(params byte[] allowed)
    {
        if (!isV5) return;

        var start = _body.Count;
        var seen = new HashSet<byte>();
        foreach (var identifier in allowed)
        {
            if (random.Next(3) > 0 || (!seen.Add(identifier) && identifier != 38)) continue;

            Byte(identifier);
            Value(identifier);
        }

        _body.InsertRange(start, Length(_body.Count - start));
    }

    private void Value(byte identifier)
    {
        switch (identifier)
        {
            case 1 or 36 or 37 or 40 or 41 or 42: Byte(random.Next(2)); break;
            case 19 or 33 or 34 or 35: UInt16(random.Next(1, 20)); break;
            case 2 or 17: UInt32(random.Next(2)); break;
            case 39: UInt32(random.Next(20, 100_000)); break;
            case 11: _body.AddRange(Length(random.Next(1, 100_000))); break;
            case 38: Text("name"); Text("value"); break;
            default: Text(One(_topics)); break;
        }
    }

    private string One(string[] values) => values[random.Next(values.Length)];

    private int Id() => random.Next(1, 12);

    private void Start() => _body.Clear();

    private void Byte(int value) => _body.Add((byte)value);

    private void UInt16(int value)
    {
        Byte(value >> 8);
        Byte(value);
    }

    private void UInt32(int value)
    {
        UInt16(value >> 16);
        UInt16(value);
    }

    private void Text(string value)
    {
        UInt16(Encoding.UTF8.GetByteCount(value));
        _body.AddRange(Encoding.UTF8.GetBytes(value));
    }

    private byte[] Packet(byte first) => [first, .. Length(_body.Count), .. _body];

    private static byte[] Length(int value)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)((value & 0x7F) | (value > 0x7F ? 0x80 : 0)));
            value >>= 7;
        }
        while (value > 0);

        return [.. bytes];
    }
}
