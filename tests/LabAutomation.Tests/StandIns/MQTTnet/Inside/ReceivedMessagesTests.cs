using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.Tests.StandIns.MQTTnet;

public sealed class ReceivedMessagesTests
{
    private readonly ReceivedMessages _received = new();
    private readonly List<string> _sent = [];

    private Action<AckPacket> On(string connection) => ack => _sent.Add($"{connection} {ack.Kind} {ack.PacketId}");

    private static AckPacket PubRec(byte code = 0) => new(MqttControlPacketType.PubRec, 1, code);

    [Fact]
    public void A_message_sent_again_while_its_handler_runs_is_acknowledged_on_the_new_connection()
    {
        var receipt = _received.Take(1, _received.Resume(false), On("first"))!;
        _received.Begin(receipt).Should().BeTrue();

        _received.Take(1, _received.Resume(true), On("second")).Should().BeNull();
        _received.Acknowledge(receipt, PubRec());

        _sent.Should().Equal("second PubRec 1");
    }

    [Fact]
    public void A_message_whose_acknowledgement_was_lost_is_acknowledged_again_and_not_delivered()
    {
        var receipt = _received.Take(1, _received.Resume(false), On("first"))!;
        _received.Begin(receipt);
        _received.Acknowledge(receipt, PubRec());

        _received.Take(1, _received.Resume(true), On("second")).Should().BeNull();

        _sent.Should().Equal("first PubRec 1", "second PubRec 1");
        _received.Forget(1).Should().BeTrue();
    }

    [Fact]
    public void A_message_that_no_handler_began_with_is_delivered_by_the_next_connection_only()
    {
        var receipt = _received.Take(1, _received.Resume(false), On("first"))!;

        _received.Take(1, _received.Resume(true), On("second")).Should().NotBeNull();

        _received.Begin(receipt).Should().BeFalse();
    }

    [Fact]
    public void A_message_that_was_left_unacknowledged_is_delivered_again()
    {
        var receipt = _received.Take(1, _received.Resume(false), On("first"))!;
        _received.Begin(receipt);
        _received.Leave(receipt);

        _received.Take(1, _received.Resume(true), On("second")).Should().NotBeNull();
    }

    [Fact]
    public void What_an_old_connection_still_reads_is_not_taken()
    {
        var old = _received.Resume(false);
        _received.Resume(true);

        _received.Take(1, old, On("first")).Should().BeNull();
    }

    [Fact]
    public void A_refused_message_and_a_lost_session_are_forgotten()
    {
        var connection = _received.Resume(false);
        var refused = _received.Take(1, connection, On("first"))!;
        _received.Begin(refused);
        _received.Acknowledge(refused, PubRec(0x87));
        _received.Forget(1).Should().BeFalse();
        var acknowledged = _received.Take(2, connection, On("first"))!;
        _received.Acknowledge(acknowledged, PubRec());

        _received.Resume(isSessionPresent: false);

        _received.Forget(2).Should().BeFalse();
    }
}
