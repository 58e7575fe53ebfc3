using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>More is asked of a host, and more has to be told by it, than it or the broker can take.</summary>
public sealed class FloodedHostTests
{
    private static readonly InstrumentTopics Tea = Topics.Of("site", "tea");

    private readonly FakeBroker _broker = new();

    [Fact]
    public async Task What_callers_ask_for_is_bounded_by_its_bytes_and_what_is_left_out_is_counted()
    {
        var (mailbox, taken, told, urgent) = (new LabAutomation.Instruments.Mailbox(), 0, new List<long>(), false);
        mailbox.LeftOut += told.Add;
        var message = new BusMessage(Tea.Command("pour"), new byte[100_000]);
        var fit = (int)(LabAutomation.Instruments.Mailbox.MostAsked / (100_000 + LabAutomation.Instruments.Mailbox.Overhead));

        for (var i = 0; i < fit + 7; i++) mailbox.Receive(message, _ => taken++);
        mailbox.PostFirst(() => urgent = taken == 0);
        mailbox.Admit();
        mailbox.Close();
        await mailbox.RunAsync(CancellationToken.None);

        (taken, urgent).Should().Be((fit, true), "a stop is taken whatever waits");
        told.Should().Equal(7);
    }

    [Fact]
    public async Task What_was_left_out_is_told_once_and_there_is_room_again()
    {
        var (mailbox, taken, told) = (new LabAutomation.Instruments.Mailbox(), 0, new List<long>());
        mailbox.LeftOut += told.Add;
        var message = new BusMessage(Tea.Command("pour"), new byte[LabAutomation.Instruments.Mailbox.MostAsked / 2]);
        mailbox.Admit();

        for (var i = 0; i < 3; i++) mailbox.Receive(message, _ => taken++);
        mailbox.Post(() => mailbox.Receive(message, _ => { taken++; mailbox.Close(); }));
        await mailbox.RunAsync(CancellationToken.None);

        (taken, told.Count, told[0]).Should().Be((2, 1, 2L));
    }

    [Fact]
    public async Task What_must_be_told_is_told_however_much_waits_and_the_rest_is_counted()
    {
        var bulletin = new Bulletin(Tea, 1, TimeProvider.System);
        var result = new ResultFrame(TeaKitchen.Id(1), ActionStatus.Succeeded, CauseCode.Success, "poured", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1);
        for (var i = 0; i < Bulletin.MostWaiting + 5; i++) bulletin.Event("noise", "n");
        bulletin.Property("temperature", Quantity.Of(20, "°C"), Quality.Good);
        bulletin.State(DeviceState.Operate, UnitState.Idle, null);
        bulletin.Result(result, ImmutableSortedDictionary<string, byte[]>.Empty, 1);
        bulletin.Result(result, ImmutableSortedDictionary<string, byte[]>.Empty, 1, again: true);

        var bus = _broker.Connect(BusMessage.Cleared("none"));
        await bus.StartAsync(CancellationToken.None);
        using var halt = new CancellationTokenSource();
        var pumping = bulletin.PumpAsync(bus, halt.Token);
        var untold = await _broker.SeeAsync(all => all.LastOrDefault(message => message.Topic == Tea.Event) is { } last && Read(last).Kind == "untold" ? Read(last) : null);
        await halt.CancelAsync();
        await pumping.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();

        untold.Message.Should().StartWith("7 events, answers and values were not told");
        var published = _broker.Published;
        published.Count(message => message.Topic == Tea.Event).Should().Be(Bulletin.MostWaiting + 1);
        published.Select(message => message.Topic).Should().Contain([Tea.State, Tea.Result(TeaKitchen.Id(1)), Tea.Status(TeaKitchen.Id(1))]).And.NotContain(Tea.Property("temperature"));

        static EventFrame Read(BusMessage message) => FrameCodec.Decode<EventFrame>(message.Payload);
    }
}
