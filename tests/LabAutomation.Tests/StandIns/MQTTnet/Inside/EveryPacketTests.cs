using FsCheck;
using FsCheck.Fluent;
using MQTTnet.Formatter;
using MQTTnet.Wire;

namespace LabAutomation.Tests.StandIns.MQTTnet;

public sealed class EveryPacketTests
{
    private static readonly Arbitrary<Specimen> _specimens = (
        from seed in Gen.Choose(0, int.MaxValue)
        from kind in Gen.Choose(0, AnyPacket.Kinds - 1)
        from isV5 in Gen.Elements(true, true, false)
        where isV5 || kind != AnyPacket.Kinds - 1
        select new Specimen(seed, kind, isV5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)).ToArbitrary();

    public sealed record Specimen(int Seed, int Kind, MqttProtocolVersion Version)
    {
        internal Packet Packet => new AnyPacket(new Random(Seed), Version).Next(Kind);
    }

    private static byte[] Write(Packet packet, MqttProtocolVersion version)
    {
        var writer = new WireWriter();
        PacketEncoder.Write(writer, packet, version);
        return writer.Written.ToArray();
    }

    private static async Task<List<Packet>> ReadAllAsync(Stream stream, MqttProtocolVersion version)
    {
        using var channel = new PacketChannel(stream) { Version = version };
        var packets = new List<Packet>();
        while (await channel.ReadAsync(CancellationToken.None) is { } packet) packets.Add(packet);
        return packets;
    }

    private static string Describe(Packet packet) => packet.GetType().Name + System.Text.Json.JsonSerializer.Serialize(packet, packet.GetType());

    [Fact]
    public void Every_packet_comes_back_as_it_went()
    {
        Prop.ForAll(_specimens, specimen =>
        {
            var packet = specimen.Packet;
            var read = ReadAllAsync(new MemoryStream(Write(packet, specimen.Version)), specimen.Version).GetAwaiter().GetResult();
            return Describe(read.Single()) == Describe(packet);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    [Fact]
    public async Task Packets_that_arrive_in_pieces_are_put_together()
    {
        var random = new Random(7);
        var any = new AnyPacket(random, MqttProtocolVersion.V500);
        var packets = Enumerable.Range(0, 300).Select(i => any.Next(i % AnyPacket.Kinds)).ToList();
        byte[] bytes = [.. packets.SelectMany(packet => Write(packet, MqttProtocolVersion.V500))];

        var read = await ReadAllAsync(new Drip(bytes, random), MqttProtocolVersion.V500);

        read.Select(Describe).Should().Equal(packets.Select(Describe));
    }

    [Fact]
    public void A_changed_packet_is_another_packet_or_refused()
    {
        Prop.ForAll(_specimens, specimen =>
        {
            var random = new Random(specimen.Seed);
            var bytes = Write(specimen.Packet, specimen.Version);
            for (var i = 0; i < 3; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                ReadAllAsync(new MemoryStream(bytes), specimen.Version).GetAwaiter().GetResult();
                return true;
            }
            catch (Exception refused) when (refused is MalformedPacketException or UnsupportedVersionException or global::MQTTnet.Exceptions.MqttCommunicationException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    /// <summary>Gives its bytes in small pieces of random length.</summary>
    private sealed class Drip(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 9))], cancellationToken);
    }
}
