using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>Stops of the driver in Python: none is missed, and none is undone by a disk, a copy or a restart.</summary>
[Trait("Length", "long")]
public sealed class PythonDriverStopTests : PythonDriverStage
{
    [SkippableFact]
    public async Task A_stop_outlasts_a_reset_a_kill_and_a_restart_until_it_is_cleared()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));
        await using var operators = await stage.StartAsync("one");
        var states = await Mailbox.OpenAsync(operators, Pump.State);
        var events = await Mailbox.OpenAsync(operators, Pump.Event);
        program.Start();
        var first = await SettledAsync(states);

        await operators.PublishAsync(Trip(true, "dr.curie"), CancellationToken.None).Soon();
        var tripped = await SettledAsync(states);
        await operators.PublishAsync(Trip(false, "Agents"), CancellationToken.None).Soon();
        await operators.PublishAsync(BusMessage.Of(Pump.Control("clear"), new ControlFrame(null, "dr.curie", "wiped", DateTimeOffset.UtcNow)), CancellationToken.None).Soon();
        (await EventAsync(events, "reset_refused")).Should().Contain("names a person");
        (await EventAsync(events, "control_refused")).Should().Contain("reset first");
        await operators.PublishAsync(Trip(false, "dr.curie"), CancellationToken.None).Soon();
        await program.KillAsync();
        program.Start();
        var again = await SettledAsync(states, above: first.Epoch);
        await operators.PublishAsync(BusMessage.Of(Pump.Control("clear"), new ControlFrame(null, "dr.curie", "wiped", DateTimeOffset.UtcNow)), CancellationToken.None).Soon();
        var cleared = await SettledAsync(states);
        await program.KillAsync();
        program.Start();
        var last = await SettledAsync(states, above: again.Epoch);

        foreach (var stopped in new[] { tripped, again })
        {
            stopped.Unit.Should().Be(UnitState.Aborted);
            stopped.Aborted.Should().BeEquivalentTo(new { Cause = CauseCode.EmergencyStop }).And.Match<AbortReason>(why => why.Message.Contains("dr.curie"));
        }

        (cleared.Unit, cleared.Aborted, last.Unit).Should().Be((UnitState.Idle, null, UnitState.Idle));
    }

    [SkippableFact]
    public async Task An_interlock_that_was_heard_once_is_missed()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));
        await using var person = await stage.StartAsync("one");
        var states = await Mailbox.OpenAsync(person, Pump.State);
        program.Start();
        await SettledAsync(states);

        for (var seq = 1; seq <= 4; seq++)
        {
            await person.PublishAsync(BusMessage.Of(Topics.InterlockHeartbeat, new HeartbeatFrame(seq, 1, "c", DateTimeOffset.UtcNow)), CancellationToken.None).Soon();
            await Task.Delay(400);
        }

        states.HasMail.Should().BeFalse("each renews the lease");
        var lost = await SettledAsync(states);
        await person.PublishAsync(BusMessage.Of(Pump.Control("clear"), new ControlFrame(null, "dr.curie", "the interlock is retired", DateTimeOffset.UtcNow)), CancellationToken.None).Soon();
        var cleared = await SettledAsync(states);

        lost.Unit.Should().Be(UnitState.Aborted);
        lost.Aborted.Should().Be(new AbortReason(CauseCode.EmergencyStop, "the heartbeat of the interlock was missing for longer than its lease of 1 s"));
        cleared.Unit.Should().Be(UnitState.Idle);
    }

    [SkippableFact]
    public async Task Text_that_is_no_text_is_refused_and_as_a_trip_obeyed_and_does_not_end_the_program()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));
        await using var caller = await stage.StartAsync("kit-caller");
        await using var person = await stage.StartAsync("one");
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        var replies = await Mailbox.OpenAsync(caller, Topics.Replies("kit-caller"));
        program.Start();
        await SettledAsync(states);

        var dose = Dose(ActionId.Derive("python", 1, "dose", 0, 1)).ToBusMessage(Pump, 60);
        await caller.PublishAsync(BentBus.Replace(dose, "\"volume\"", "\"\\ud800\""), CancellationToken.None).Soon();
        var reply = FrameCodec.Decode<ReplyFrame>((await replies.NextAsync()).Payload);
        await person.PublishAsync(BentBus.Replace(Trip(true, "NAME"), "NAME", "\\ud800"), CancellationToken.None).Soon();
        var tripped = await SettledAsync(states);
        await program.KillAsync();
        program.Start();
        var again = await SettledAsync(states, above: tripped.Epoch);

        (reply.Status, reply.Cause).Should().Be((ActionStatus.Failed, CauseCode.InvalidCommand));
        (tripped.Unit, again.Unit).Should().Be((UnitState.Aborted, UnitState.Aborted));
        program.IsRunning.Should().BeTrue();
    }

    [SkippableFact]
    public void One_that_comes_while_the_end_of_an_action_waits_for_the_disk_stands() => OnDriver("""
        driver = make()
        driver.up()
        full, tried = full_disk(driver, "result = ?")
        action = known(driver, "set-valve", "accepted", port={"value": 2.0, "unit": "1"})
        driver.queue.append(action)
        threading.Thread(target=driver.work, daemon=True).start()
        until(lambda: tried)
        driver.abort("emergency_stop", "smoke")
        full.clear()
        until(lambda: driver.journal.find(action)["phase"] == "ended")
        until(lambda: not driver.running)
        print(driver.unit, driver.journal.stopped(), result(driver, action)["status"])
        """).Should().Be("aborted smoke succeeded");

    [SkippableTheory]
    [InlineData("", "smoke")]
    [InlineData("driver.clear('Ada')", "None")]
    public void One_that_a_full_disk_does_not_take_is_written_once_there_is_room_unless_it_was_cleared_meanwhile(string meanwhile, string kept) => OnDriver($"""
        driver, events = make(), []
        driver.up()
        driver.bulletin.event = lambda kind, message: events.append(kind)
        full, tried = full_disk(driver, "INTO stops")
        driver.abort("emergency_stop", "smoke")
        until(lambda: len(tried) == 3)
        with driver.turn:
            {meanwhile}
            full.clear()
        until(driver.journal.stopped) if driver.aborted else time.sleep(1.5)
        print(driver.journal.stopped(), events.count("journal"))
        """).Should().Be($"{kept} 1");

    [SkippableTheory]
    [InlineData("full_disk(driver, 'result = ?')", "False True", "a result waits for the disk")]
    [InlineData("driver.device.carry_out = lambda command, values, pause, progress: [pause(0.01) for _ in iter(int, 1)]", "exit 1\nTrue True", "the device does not end what was cancelled")]
    public void A_clean_stop_makes_the_device_safe_and_ends_whatever_does_not(string hindrance, string says, string because) => OnDriver($"""
        driver, safe, lab_wire.os = make(), [], Of(_exit=lambda code: print("exit", code))
        driver.up()
        driver.device.make_safe = lambda: safe.append(driver.closed)
        {hindrance}
        driver.queue.append(known(driver, "set-valve", "accepted", port=dict(value=2.0, unit="1")))
        threading.Thread(target=driver.work, daemon=True).start()
        until(lambda: driver.running or driver.unrecorded)
        stop = threading.Thread(target=driver.stop, daemon=True)
        stop.start()
        stop.join(20)
        print(stop.is_alive(), *safe)
        """).Should().Be(says, because);

    [SkippableFact]
    public void A_copy_of_a_clear_that_was_refused_is_refused_though_what_hindered_it_is_gone() => OnDriver("""
        driver, said, clear = make(), [], told(action=None, by="Ada", reason="looked")
        driver.up()
        driver.bulletin.event = lambda kind, message: said.append(message)
        with driver.turn:
            driver.tripped(told(tripped=True, by="Ada", reason="smoke").payload)
            driver.control("clear", clear)
            driver.tripped(told(tripped=False, by="Ada", reason="aired").payload)
            driver.control("clear", clear)
            print(driver.unit, driver.trip, said[-1] == said[-2], end=" ")
            driver.control("clear", told(action=None, by="Ada", reason="looked again"))
        print(driver.unit)
        """).Should().Be("aborted None True idle");

    [SkippableFact]
    public void A_copy_of_a_clear_or_of_a_reset_takes_back_none_that_was_made_since() => OnDriver("""
        driver = make()
        driver.up()
        clear, trip, reset = told(action=None, by="Ada", reason="looked"), told(tripped=True, by="Ada", reason="smoke").payload, told(tripped=False, by="Ada", reason="aired").payload
        with driver.turn:
            for _ in range(2):
                driver.abort("emergency_stop", "it moves")
                driver.control("clear", clear)
                print(driver.unit, end=" ")
            for _ in range(2):
                driver.tripped(trip)
                driver.tripped(reset)
                print("tripped" if driver.trip else "reset", end=" ")
        """).Should().Be("idle aborted reset tripped");

    [SkippableTheory]
    [InlineData("", "no broker was ever there")]
    [InlineData("driver.ask()", "one that does not even bring back what was asked might as well be away")]
    public void Where_nobody_could_stop_it_from_the_start_the_device_is_safe_and_the_unit_begins_stopped(string begun, string because) => OnDriver($"""
        lab_wire.BROKER_LEASE, safe = 0.2, []
        class Pump(python_driver.Pump):
            def make_safe(self):
                safe.append(1)
        driver, sys.stderr = make(Pump), io.StringIO()
        {begun}
        until(lambda: safe and sys.stderr.getvalue())
        print(driver.begun, sys.stderr.getvalue()[:22], end=" ")
        driver.up()
        print(driver.unit, driver.aborted[0])
        """).Should().Be("False i: the broker was away aborted emergency_stop", because);

    [SkippableFact]
    public void A_broker_that_does_not_let_it_hear_what_stops_it_is_none() => OnDriver("""
        driver, broken, asked = make(), [], []
        driver.ready, driver.ask, client, codes = 2, lambda: asked.append(1), Of(socket=lambda: Of(shutdown=broken.append)), [Of(value=1), Of(value=135)]
        try:
            driver.subscribed(client, None, 1, codes)
        except lab_wire.Refused as refused:
            print(str(refused)[:47], end=" ")
        driver.up()
        driver.subscribed(client, None, 1, codes)
        print(len(broken), len(asked))
        """).Should().Be("the broker does not let driver-i subscribe to w 1 0");
}
