using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The driver in Python beside another program that drives its instrument.</summary>
[Trait("Length", "long")]
public sealed class PythonDriverRivalTests : PythonDriverStage
{
    [SkippableFact]
    public async Task Another_driver_of_the_instrument_finds_it_and_does_not_start()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));
        await using var caller = await stage.StartAsync("kit-caller");
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        program.Start();
        await SettledAsync(states);
        var place = new Instruments.HostedInstrument(ConformanceBroker.Site, ConformanceBroker.Instrument, Simulated: true);
        using var journal = new Instruments.Journal(Folder.At("other.db"));
        await using var other = new Instruments.DriverHost(place, ConformingFamilies.Undriven("new-era-ne1000"), journal, _ => stage.Create(ConformanceBroker.Twin), TimeProvider.System);

        await other.Awaiting(host => host.StartAsync(CancellationToken.None)).Should().ThrowAsync<Instruments.FencedException>().WithMessage("'unit' is driven by another program with a journal of its own: 'python-pump' in epoch *");

        program.IsRunning.Should().BeTrue();
    }

    [SkippableFact]
    public async Task Beside_another_driver_of_the_instrument_it_does_not_start_and_touches_nothing()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var caller = await stage.StartAsync("kit-caller");
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        await using var first = new DriverProgram(Driver(stage));
        first.Start();
        await SettledAsync(states);
        var (folder, errors) = (Folder.At("second"), Folder.At("second.err"));
        await using var second = new DriverProgram($"sh -c '{DriverAs(stage, ConformanceBroker.Twin, folder)} 2> {errors}'");

        second.Start();

        await Remote.DriveStage.UntilAsync(() => !second.IsRunning);
        File.ReadAllText(errors).Should().StartWith($"{ConformanceBroker.Instrument}: it is driven by another program with a journal of its own, in epoch ");
        first.IsRunning.Should().BeTrue();
        File.ReadAllText(Path.Combine(folder, "pump.ledger")).Should().BeEmpty();
        states.HasMail.Should().BeFalse("the lab hears nothing of the second one, and the first one goes on");
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_command_again_from_anotherFolder_ends_the_first_and_says_that_it_remembers_nothing(bool isEmbedded)
    {
        await using MqttStage stage = isEmbedded ? await EmbeddedStage.OpenAsync() : await MosquittoStage.OpenAsync();
        await using var caller = await stage.StartAsync("kit-caller");
        var births = await Mailbox.OpenAsync(caller, Pump.Birth);
        var errors = Folder.At("first.err");
        await using var first = new DriverProgram($"sh -c '{Driver(stage)} 2> {errors}'");
        first.Start();
        var known = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);
        await using var second = new DriverProgram(DriverAs(stage, ConformanceBroker.Driver, Folder.At("second")));

        second.Start();

        await Remote.DriveStage.UntilAsync(() => !first.IsRunning);
        File.ReadAllText(errors).Should().StartWith($"{ConformanceBroker.Instrument}: it has been taken over by another program with a journal of its own, in epoch ");
        Birth taken;
        do taken = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);
        while (taken.At == known.At);
        (taken.RemembersSince > known.RemembersSince).Should().BeTrue("nothing is sent to it again that the first one may have begun");
    }

    [SkippableFact]
    public async Task The_same_command_again_on_the_sameFolder_does_not_start()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var caller = await stage.StartAsync("kit-caller");
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        await using var first = new DriverProgram(Driver(stage));
        first.Start();
        var state = await SettledAsync(states);
        var errors = Folder.At("second.err");
        await using var second = new DriverProgram($"sh -c '{Driver(stage)} 2> {errors}'");

        second.Start();

        await Remote.DriveStage.UntilAsync(() => !second.IsRunning);
        File.ReadAllText(errors).Should().Be($"{ConformanceBroker.Instrument}: another program drives it with {Folder.At("pump")}; stop one of the two\n");
        await caller.PublishAsync(Dose(ActionId.Derive("python", 1, "dose", 0, 1)).ToBusMessage(Pump, 60), CancellationToken.None).Soon();
        (await SettledAsync(states)).Epoch.Should().Be(state.Epoch, "it goes on in the epoch that it had");
    }

    [SkippableFact]
    public async Task What_a_broker_keeps_of_a_driver_that_died_keeps_nobody_away()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var caller = await stage.StartAsync("kit-caller");
        await TellOfAnotherAsync(stage, long.MaxValue);
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        await using var program = new DriverProgram(Driver(stage));

        program.Start();

        (await SettledAsync(states)).Unit.Should().Be(UnitState.Idle);
    }

    [SkippableTheory]
    [InlineData(long.MaxValue, false)]
    [InlineData(0, true)]
    public async Task Of_two_that_are_up_the_one_that_came_later_stays(long epochOfTheOther, bool stays)
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var caller = await stage.StartAsync("kit-caller");
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        var births = await Mailbox.OpenAsync(caller, Pump.Birth);
        await using var program = new DriverProgram(Driver(stage));
        program.Start();
        await SettledAsync(states);
        var born = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);

        await TellOfAnotherAsync(stage, epochOfTheOther);

        FrameCodec.Decode<Birth>((await births.NextAsync()).Payload).Epoch.Should().Be(epochOfTheOther);
        if (stays) (FrameCodec.Decode<Birth>((await births.NextAsync()).Payload) is var again && (again.Epoch, again.At) == (born.Epoch, born.At)).Should().BeTrue("what it tells stands in place of what the other told");
        else await Remote.DriveStage.UntilAsync(() => !program.IsRunning);
        program.IsRunning.Should().Be(stays);
    }

    [SkippableTheory]
    [InlineData("1", "event liveness birth state", false)]
    [InlineData("9e9", "event", true)]
    public void Where_its_link_was_lost_it_looks_at_the_birth_on_the_bus_before_it_tells_that_it_is_there(string epoch, string tells, bool ends) => OnDriver($$"""
        driver, told = make(), []
        driver.up()
        driver.bulletin.tell = lambda topic, *rest, **_: told.append(topic)
        driver.ready, driver.bulletin.property = 1, lambda *_: None
        driver.disconnected()
        driver.subscribed(None, None, 1, [])
        driver.message(None, None, message("set-valve", port={"value": 2, "unit": "1"}))
        driver.meet("birth", json.dumps({"epoch": {{epoch}}, "at": "2026-03-01T12:00:00Z"}))
        driver.meet("liveness", json.dumps({"epoch": {{epoch}}, "online": False}))
        print(*told, len(driver.queue), end=" ")
        driver.meet("event", json.dumps({"kind": "is_anybody_there", "message": driver.asked}))
        until(lambda: driver.left or "state" in told)
        print(*(topic for topic in told if "/" not in topic), bool(driver.left))
        """).Should().Be($"event 0 {tells} {ends}");

    [SkippableFact]
    public void Once_it_hears_that_it_was_taken_over_its_device_does_nothing_more() => OnDriver("""
        driver = make()
        driver.up()
        driver.queue.append(known(driver, "dose", "accepted", volume={"value": 10.0, "unit": "mL"}))
        threading.Thread(target=driver.work, daemon=True).start()
        until(lambda: driver.device.read()["volume"])
        with driver.turn:
            driver.meet("birth", json.dumps({"epoch": 9e9, "at": "2026-03-01T12:00:00Z"}))
            dosed = driver.device.read()["volume"]
        time.sleep(1)
        print(driver.ends.is_set(), driver.device.read()["volume"] - dosed)
        """).Should().Be("True 0.0");

    private static async Task TellOfAnotherAsync(MqttStage stage, long epoch)
    {
        await using var other = await stage.StartAsync(ConformanceBroker.Twin);
        var birth = new Birth("1", ConformanceBroker.Instrument, "other", new InstrumentIdentity("a", "b", "c", "d"), true, epoch, SchemaHashes.Of([], []), [], [], 1, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await other.PublishAsync(BusMessage.Retained(Pump.Birth, birth), CancellationToken.None).Soon();
        await other.PublishAsync(BusMessage.Retained(Pump.Liveness, new Liveness(true, epoch)), CancellationToken.None).Soon();
    }
}
