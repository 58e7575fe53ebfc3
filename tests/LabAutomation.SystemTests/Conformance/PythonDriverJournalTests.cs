using System.Globalization;
using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The driver in Python does nothing twice and forgets nothing, whatever ends it or its link.</summary>
[Trait("Length", "long")]
public sealed class PythonDriverJournalTests : PythonDriverStage
{
    [SkippableFact]
    public async Task Killed_at_moments_drawn_from_a_seed_it_has_dosed_what_its_results_say()
    {
        await using var stage = await MosquittoStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));
        await using var caller = await stage.StartAsync("kit-caller");
        var topics = Topics.Of(ConformanceBroker.Site, ConformanceBroker.Instrument);
        var births = await Mailbox.OpenAsync(caller, topics.Birth);
        var results = await Mailbox.OpenAsync(caller, $"lab/1/{topics.Site}/{topics.Instrument}/exec/+/result");
        var random = new Random(15);
        var told = new List<(ActionStatus Status, double Dosed)>();
        program.Start();
        await births.NextAsync();
        for (var kill = 1; kill <= 15; kill++)
        {
            var action = ActionId.Derive("python", kill, "dose", 0, 1);
            await caller.PublishAsync(Dose(action).ToBusMessage(topics, 60), CancellationToken.None).Soon();
            await Task.Delay(random.Next(0, 300));
            await program.KillAsync();
            program.Start();
            await births.NextAsync();
            await caller.PublishAsync(Dose(action).ToBusMessage(topics, 60), CancellationToken.None).Soon();
            ResultFrame result;
            do result = FrameCodec.Decode<ResultFrame>((await results.NextAsync()).Payload);
            while (result.Action != action);
            told.Add((result.Status, result.Outputs.TryGetValue("dosed", out var dosed) ? dosed.Value : 0));
        }

        told.Should().OnlyContain(result => result.Dosed < 0.12 + 1e-9);
        told.Select(result => result.Status).Distinct().Should().BeEquivalentTo([ActionStatus.Succeeded, ActionStatus.Failed], "some kills hit the middle of a dose, and some do not");
        File.ReadLines(Effects).Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).Should().BeApproximately(told.Sum(result => result.Dosed), 1e-6);
    }

    [SkippableFact]
    public async Task What_a_person_finds_out_of_an_action_that_it_does_not_know_its_caller_hears_and_nothing_is_written()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));
        await using var agents = await stage.StartAsync("kit-caller");
        var states = await Mailbox.OpenAsync(agents, Pump.State);
        program.Start();
        await SettledAsync(states);
        var caller = new ControlCaller(agents);

        var lost = await ReconcileAsync(Finding.Unknowable);
        var found = await ReconcileAsync(Finding.DidNotHappen);

        (lost.Done, found.Done).Should().Be((true, true));
        lost.Message.Should().Contain("knows nothing of action");
        found.Message.Should().Be(lost.Message);

        Task<ControlReply> ReconcileAsync(Finding finding) =>
            caller.AskAsync(Pump, "reconcile", new ReconcileFrame(ActionId.Derive("python", 1, "dose", 0, 1), finding, "dr.curie", "looked", DateTimeOffset.UtcNow), TimeSpan.FromSeconds(30), CancellationToken.None);
    }

    [SkippableFact]
    public async Task An_error_of_the_network_that_its_library_lets_through_breaks_the_link_and_not_the_program()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var caller = await stage.StartAsync("kit-caller");
        var births = await Mailbox.OpenAsync(caller, Pump.Birth);
        const string Link = "client.reconnect_delay_set(1, 2)";
        const string Breaks = """
            ; import ssl; names = {"write": client._packet_write, "said": [], "ssl": ssl, "time": time, "at": time.time() + 3}
                    client._packet_write = eval("lambda: write() if said or time.time() < at else said.append(1) or (_ for _ in ()).throw(ssl.SSLEOFError())", names)
            """;
        await using var program = new DriverProgram(Bent(stage, Link, Link + Breaks));
        program.Start();
        var first = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);

        var again = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);

        (again.Epoch, again.At, program.IsRunning).Should().Be((first.Epoch, first.At, true));
    }

    [SkippableFact]
    public void Its_journal_forgets_what_is_over_and_keeps_the_latest_deadline_of_that()
    {
        Say($"""
            import lab_wire
            journal = lab_wire.Journal({JsonSerializer.Serialize(Folder.At("journal.db"))})
            for n, phase in enumerate(["acknowledged", "refused", "ended", "unknown", "accepted", "acknowledged"]):
                journal.write("INSERT INTO actions (id, phase, deadline) VALUES (?, ?, ?)", str(n), phase, 1000.0 if n == 5 else 100.0 + n)
            journal.forget(500)
            journal.forget(50)
            print(" ".join(row["id"] for row in journal.all("SELECT id FROM actions ORDER BY n")), journal.forgotten())
            """).Should().Be("2 3 4 5 101.0");
    }

    [SkippableFact]
    public void AFolder_from_before_that_was_written_down_does_not_say_since_when_it_remembers() => Say($"""
        import lab_wire, sqlite3
        path = {JsonSerializer.Serialize(Folder.At("journal.db"))}
        with sqlite3.connect(path) as before:
            before.execute("CREATE TABLE numbers (epoch INTEGER, token INTEGER, holder TEXT, until REAL)")
            before.execute("INSERT INTO numbers VALUES (6, 0, '', 0)")
        before.close()
        for _ in range(2):
            journal = lab_wire.Journal(path)
            print(journal.epoch, journal.since, end=" ")
        """).Should().Be("7 None 8 None");

    [SkippableFact]
    public void A_newFolder_begins_above_what_another_one_has_told_of_and_says_since_when_it_remembers() => Say($"""
        import lab_wire, time
        lab_wire.time.time = lambda: 1_800_000_000.25
        for _ in range(2):
            journal = lab_wire.Journal({JsonSerializer.Serialize(Folder.At("journal.db"))})
            print(journal.epoch, journal.since, end=" ")
        """).Should().Be("1800000001 2027-01-15T08:00:00.250000Z 1800000002 2027-01-15T08:00:00.250000Z");

    [SkippableTheory]
    [InlineData("COMMIT", "disk I/O error")]
    [InlineData("COMMIT", "database or disk is full")]
    [InlineData("INSERT", "disk I/O error")]
    public void What_the_disk_does_not_take_is_neither_accepted_nor_refused_and_told_once(string step, string error) => OnDriver($$$"""
        driver, answers, events, full = make(), [], [], [True]
        driver.up()
        class Failing:
            def __init__(self, db):
                self.db = db
            def __getattr__(self, name):
                return getattr(self.db, name)
            def execute(self, sql, values=()):
                if full and sql.startswith("{{{step}}}"):
                    raise sqlite3.OperationalError("{{{error}}}")
                return self.db.execute(sql, values)
        driver.journal.db = Failing(driver.journal.db)
        driver.bulletin.answer = lambda message, reply: answers.append(reply["status"])
        driver.bulletin.event = lambda kind, message: events.append(kind)
        command = message("set-valve", port={"value": 2, "unit": "1"})
        driver.message(None, None, command)
        driver.message(None, None, command)
        print(*answers, *events, len(driver.queue), end=" ")
        full.clear()
        driver.message(None, None, command)
        print(*answers, *events, len(driver.queue))
        """).Should().Be("journal 0 accepted journal 1");

    [SkippableFact]
    public void A_copy_that_a_broker_hands_over_without_its_expiry_gets_the_answer_on_record_and_an_unknown_command_is_refused() => OnDriver("""
        driver, answers = make(), []
        driver.up()
        driver.bulletin.answer = lambda message, reply: answers.append(reply["status"])
        first = message("dose", id=b"1" * 16, volume={"value": 1, "unit": "mL"})
        driver.message(None, None, first)
        del first.properties.MessageExpiryInterval
        driver.message(None, None, first)
        driver.message(None, None, message("dose", None, volume={"value": 1, "unit": "mL"}))
        print(*answers, len(driver.queue))
        """).Should().Be("accepted accepted failed 1");

    [SkippableFact]
    public void What_a_device_knows_no_more_is_unknown_where_it_was_started_and_fails_where_it_was_not() => OnDriver("""
        driver = make()
        started, waits = known(driver, "gone", "started", 0.0), known(driver, "gone", "accepted")
        driver.up()
        print(driver.unit, driver.aborted[0], driver.journal.find(started)["phase"], end=" ")
        driver.journal.write("DELETE FROM actions WHERE id = ?", started)
        driver.journal.write("UPDATE actions SET phase = 'accepted' WHERE id = ?", waits)
        with driver.turn:
            driver.clear("Ada")
            driver.queue.append(waits)
        threading.Thread(target=driver.work, daemon=True).start()
        until(lambda: driver.journal.find(waits)["phase"] == "ended")
        print(result(driver, waits)["message"])
        """).Should().Be("aborted link_lost unknown there is no command 'gone'");
}
