using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Remote;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The driver in Python that the documentation shows keeps the contract: the contract is the wire, and not our classes.</summary>
[Trait("Length", "long")]
public sealed class PythonDriverTests : IDisposable
{
    /// <summary>What does not apply, and why. Everything else has to pass.</summary>
    private static readonly SortedDictionary<int, string> DoNotApply = new()
    {
        [20] = "needs a harness that can do this: Graph",
        [37] = "needs a harness that can do this: Boundaries",
        [38] = "needs a harness that can do this: Boundaries",
        [40] = "needs a harness that can do this: Twin",
        [41] = "needs a harness that can do this: Disk",
        [45] = "needs a harness that can do this: DeviceLine",
        [46] = "needs a harness that can do this: DeviceLine",
        [47] = "no command gives bulk data",
        [51] = "the device is real, or the harness does not know",
        [52] = "needs a harness that can do this: Seed",
    };

    private static readonly ConformanceSample Sample = new() { Brief = SampleCommand.Of("dose", ("volume", "0.02 mL")), Long = SampleCommand.Of("dose", ("volume", "10 mL"), ("rate", "1 mL/min")) };

    private readonly TemporaryFolder _folder = new();

    private string Effects => _folder.At("pump", "pump.ledger");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task It_passes_everything_that_applies_on_mosquitto() => await PassesAsync(await MosquittoStage.OpenAsync(), []);

    [SkippableFact]
    public async Task On_the_embedded_broker_it_passes_what_needs_hands_on_the_broker() => await PassesAsync(await EmbeddedStage.OpenAsync(), [13, 39]);

    [SkippableFact]
    public async Task The_command_passes_it_over_TLS_with_accounts()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"));
        var password = broker.Add("driver-pump", "driver:pump");
        foreach (var client in WireHarness.Clients) broker.Add(client, "agents");
        broker.Add(WireHarness.Stranger, "driver:other");
        broker.Add(WireHarness.Interlock, "interlock");
        var folder = Path.GetDirectoryName(password)!;
        var link = Link(new { Host = "127.0.0.1", broker.Port, UserName = "{client}", PasswordFile = Path.Combine(folder, "{client}.password"), Tls = new { authority.CaFile } });

        var verdicts = await ConformAsync(0, link, $"{Driver(broker.Port, "pump", broker.Site)} --password-file {password} --ca {authority.CaFile}", broker.Site, "--stranger", "--interlock");

        // No hands on the broker from the command line.
        Judge(verdicts, new(DoNotApply) { [13] = "needs a harness that can do this: BusLink", [39] = "needs a harness that can do this: Broker" });
    }

    [SkippableFact]
    public async Task The_command_shows_its_own_certificate_where_the_broker_wants_one()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Mosquitto, authority.Server("127.0.0.1"), authority.CaFile);
        var (certificate, key) = authority.Client("the kit");
        var (own, ownKey) = authority.Client("driver-pump");
        var link = Link(new { Host = "127.0.0.1", broker.Port, ClientId = "{client}", Tls = new { authority.CaFile, CertificateFile = certificate, KeyFile = key } });

        var verdicts = await ConformAsync(0, link, $"{Driver(broker.Port, "pump", broker.Site)} --ca {authority.CaFile} --certificate {own} --key {ownKey}", broker.Site, "--id", "5", "--id", "34");

        verdicts.Select(verdict => (verdict.Id, verdict.Outcome)).Should().Equal((5, ConformanceOutcome.Passed), (34, ConformanceOutcome.Passed));
    }

    [SkippableFact]
    public async Task A_driver_that_forgets_its_epoch_is_found()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        ConformanceVerdict verdict;
        await using (var program = new DriverProgram($"sh -c 'rm -rf {_folder.At("pump")}; exec {Bent(stage, "(int(time.time()),", "(0,")}'"))
            verdict = (await Kit(stage, program, patience: 2).CheckAsync([5])).Single();

        Running().Should().BeEmpty("a program that is put away leaves nothing behind");
        verdict.Outcome.Should().Be(ConformanceOutcome.Failed, "its journal is lost at every start");
        verdict.Detail.Should().Contain("epoch above 1");
    }

    [SkippableFact]
    public async Task The_kit_leaves_nothing_of_its_actions_on_the_broker()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));

        var verdicts = await Kit(stage, program).CheckAsync([21, 29, 32]);

        verdicts.Should().OnlyContain(verdict => verdict.Outcome == ConformanceOutcome.Passed);
        await using var late = await stage.StartAsync("kit-late");
        var left = new List<string>();
        await late.SubscribeAsync($"lab/1/{ConformanceBroker.Site}/{ConformanceBroker.Instrument}/exec/#", message => left.Add(message.Topic), CancellationToken.None).Soon();
        await Task.Delay(500);
        left.Should().BeEmpty();
    }

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
    public async Task What_it_knows_nothing_of_can_be_given_up_and_not_found_out()
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

        (lost.Done, found.Done).Should().Be((true, false));
        lost.Message.Should().Contain("knows nothing of action");
        found.Message.Should().Contain("is not unknown here");

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
    public async Task Another_driver_of_the_instrument_finds_it_and_does_not_start()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Driver(stage));
        await using var caller = await stage.StartAsync("kit-caller");
        var states = await Mailbox.OpenAsync(caller, Pump.State);
        program.Start();
        await SettledAsync(states);
        var place = new Instruments.HostedInstrument(ConformanceBroker.Site, ConformanceBroker.Instrument, Simulated: true);
        using var journal = new Instruments.Journal(_folder.At("other.db"));
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
        var (folder, errors) = (_folder.At("second"), _folder.At("second.err"));
        await using var second = new DriverProgram($"sh -c '{DriverAs(stage, ConformanceBroker.Twin, folder)} 2> {errors}'");

        second.Start();

        await Remote.DriveStage.UntilAsync(() => !second.IsRunning);
        File.ReadAllText(errors).Should().StartWith($"{ConformanceBroker.Instrument}: it is driven by another program with a journal of its own, in epoch ");
        first.IsRunning.Should().BeTrue();
        File.ReadAllText(Path.Combine(folder, "pump.ledger")).Should().BeEmpty();
        states.HasMail.Should().BeFalse("the lab hears nothing of the second one, and the first one goes on");
    }

    [SkippableFact]
    public async Task The_same_command_again_from_another_folder_ends_the_first_and_says_that_it_remembers_nothing()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var caller = await stage.StartAsync("kit-caller");
        var births = await Mailbox.OpenAsync(caller, Pump.Birth);
        var errors = _folder.At("first.err");
        await using var first = new DriverProgram($"sh -c '{Driver(stage)} 2> {errors}'");
        first.Start();
        var known = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);
        await using var second = new DriverProgram(DriverAs(stage, ConformanceBroker.Driver, _folder.At("second")));

        second.Start();

        await Remote.DriveStage.UntilAsync(() => !first.IsRunning);
        File.ReadAllText(errors).Should().StartWith($"{ConformanceBroker.Instrument}: it has been taken over by another program with a journal of its own, in epoch ");
        var taken = FrameCodec.Decode<Birth>((await births.NextAsync()).Payload);
        (taken.RemembersSince > known.RemembersSince).Should().BeTrue("nothing is sent to it again that the first one may have begun");
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

    [SkippableFact]
    public void Its_journal_forgets_what_is_over_and_keeps_the_latest_deadline_of_that()
    {
        Say($"""
            import lab_wire
            journal = lab_wire.Journal({JsonSerializer.Serialize(_folder.At("journal.db"))})
            for n, phase in enumerate(["acknowledged", "refused", "ended", "unknown", "accepted", "acknowledged"]):
                journal.write("INSERT INTO actions (id, phase, deadline) VALUES (?, ?, ?)", str(n), phase, 1000.0 if n == 5 else 100.0 + n)
            journal.forget(500)
            journal.forget(50)
            print(" ".join(row["id"] for row in journal.all("SELECT id FROM actions ORDER BY n")), journal.forgotten())
            """).Should().Be("2 3 4 5 101.0");
    }

    [SkippableFact]
    public void A_folder_from_before_that_was_written_down_does_not_say_since_when_it_remembers() => Say($"""
        import lab_wire, sqlite3
        path = {JsonSerializer.Serialize(_folder.At("journal.db"))}
        with sqlite3.connect(path) as before:
            before.execute("CREATE TABLE numbers (epoch INTEGER, token INTEGER, holder TEXT, until REAL)")
            before.execute("INSERT INTO numbers VALUES (6, 0, '', 0)")
        before.close()
        for _ in range(2):
            journal = lab_wire.Journal(path)
            print(journal.epoch, journal.since, end=" ")
        """).Should().Be("7 None 8 None");

    [SkippableFact]
    public void A_new_folder_begins_above_what_another_one_has_told_of_and_says_since_when_it_remembers() => Say($"""
        import lab_wire, time
        lab_wire.time.time = lambda: 1_800_000_000.25
        for _ in range(2):
            journal = lab_wire.Journal({JsonSerializer.Serialize(_folder.At("journal.db"))})
            print(journal.epoch, journal.since, end=" ")
        """).Should().Be("1800000001 2027-01-15T08:00:00.250000Z 1800000002 2027-01-15T08:00:00.250000Z");

    [SkippableTheory]
    [InlineData("COMMIT", "disk I/O error", "nothing is answered", "the next program may find it and carry it out")]
    [InlineData("COMMIT", "database or disk is full", "failed", "it is not there")]
    [InlineData("INSERT", "disk I/O error", "failed", "it is not there")]
    public void What_the_disk_may_have_taken_is_neither_accepted_nor_refused(string step, string error, string answer, string because) => Say($$"""
        import lab_wire, sqlite3
        from types import SimpleNamespace as Of
        journal, answers = lab_wire.Journal({{JsonSerializer.Serialize(_folder.At("journal.db"))}}), []
        class Failing:
            def __init__(self, db):
                self.db = db
            def __getattr__(self, name):
                return getattr(self.db, name)
            def execute(self, sql, values=()):
                if sql.startswith("{{step}}"):
                    raise sqlite3.OperationalError("{{error}}")
                return self.db.execute(sql, values)
        journal.db = Failing(journal.db)
        driver = Of(journal=journal, refused={}, running=None, queue=[], turn=Of(notify_all=lambda: None), bulletin=Of(answer=lambda message, reply: answers.append(reply["status"])),
            read=lambda message: ("id", {}, 1.0), judge=lambda *_: {"status": "accepted"}, reply=lambda *_: {"status": "failed"})
        try:
            lab_wire.Driver.command(driver, "dose", Of(properties=Of(UserProperty=[])))
        except sqlite3.Error:
            answers.append("nothing is answered")
        print(*answers)
        """).Should().Be(answer, because);

    [SkippableFact]
    public async Task A_driver_that_asks_the_broker_for_a_long_keep_alive_is_found()
    {
        await using var stage = await EmbeddedStage.OpenAsync();
        await using var program = new DriverProgram(Bent(stage, "keepalive=5", "keepalive=60"));

        var verdict = (await Kit(stage, program).CheckAsync([10])).Single();

        (verdict.Outcome, verdict.Detail).Should().Be((ConformanceOutcome.Failed, "expected offline; seen: nothing of the kind within 13.5 s"));
    }

    /// <summary>What a program in Python prints that stands beside the driver.</summary>
    private static string Say(string program)
    {
        ForeignProgram.Require("python3-paho-mqtt", "/usr/lib/python3/dist-packages/paho/mqtt/client.py");
        var python = new ProcessStartInfo(ForeignProgram.Require("python3", "/usr/bin/python3"), ["-c", program]) { RedirectStandardOutput = true, WorkingDirectory = Path.Combine(LabProcess.Root, "docs", "examples") };
        python.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(python)!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private static async Task TellOfAnotherAsync(MqttStage stage, long epoch)
    {
        await using var other = await stage.StartAsync(ConformanceBroker.Twin);
        var birth = new Birth("1", ConformanceBroker.Instrument, "other", new InstrumentIdentity("a", "b", "c", "d"), true, epoch, SchemaHashes.Of([], []), [], [], 1, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await other.PublishAsync(BusMessage.Retained(Pump.Birth, birth), CancellationToken.None).Soon();
        await other.PublishAsync(BusMessage.Retained(Pump.Liveness, new Liveness(true, epoch)), CancellationToken.None).Soon();
    }

    private static InstrumentTopics Pump => Topics.Of(ConformanceBroker.Site, ConformanceBroker.Instrument);

    private static BusMessage Trip(bool tripped, string by) => BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "it smells", by, DateTimeOffset.UtcNow));

    private static async Task<string> EventAsync(Mailbox events, string kind)
    {
        while (true)
        {
            var told = FrameCodec.Decode<EventFrame>((await events.NextAsync()).Payload);
            if (told.Kind == kind) return told.Message;
        }
    }

    /// <summary>The next state in which the unit stays, of an epoch above another.</summary>
    private static async Task<StateFrame> SettledAsync(Mailbox states, long above = 0)
    {
        while (true)
        {
            var state = FrameCodec.Decode<StateFrame>((await states.NextAsync()).Payload);
            if (state.Epoch > above && state.Unit is UnitState.Idle or UnitState.Aborted) return state;
        }
    }

    /// <summary>Command lines of programs on this machine that speak of this test's folder.</summary>
    private List<string> Running()
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (line.Contains(_folder.At("pump"), StringComparison.Ordinal)) found.Add(line);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }

    private static CommandMessage Dose(ActionId action) => new(
        action, "dose", new CommandFrame(ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.12, "mL")), DateTimeOffset.UtcNow.AddMinutes(1)), Topics.Replies("kit-caller"), "kit-caller", null, null);

    private async Task PassesAsync(MqttStage stage, int[] ids)
    {
        await using var _ = stage;
        await using var program = new DriverProgram(Driver(stage));

        var verdicts = await Kit(stage, program).CheckAsync(ids);

        Judge(verdicts, ids.Length == 0 ? DoNotApply : []);
        verdicts.Should().HaveCount(ids.Length == 0 ? 52 : ids.Length);
    }

    private static void Judge(IReadOnlyList<ConformanceVerdict> verdicts, SortedDictionary<int, string> doNotApply)
    {
        verdicts.Where(verdict => verdict.Failed).Should().BeEmpty();
        verdicts.Where(verdict => verdict.Outcome == ConformanceOutcome.DoesNotApply).ToDictionary(verdict => verdict.Id, verdict => verdict.Detail).Should().Equal(doNotApply);
    }

    private ConformanceKit Kit(MqttStage stage, DriverProgram program, double patience = 5)
    {
        var topics = Topics.Of(ConformanceBroker.Site, ConformanceBroker.Instrument);
        var harness = new WireHarness(topics, id => stage.Create(id), TimeProvider.System, program)
        {
            Patience = TimeSpan.FromSeconds(patience),
            EffectsFile = Effects,
            HasStranger = true,
            HasInterlock = true,
            BrokerLease = TimeSpan.FromSeconds(15),
            Twin = ConformanceBroker.Twin,
            Hands = new BrokerHands(() => stage.Cut(ConformanceBroker.Driver), () => stage.Restore(ConformanceBroker.Driver), stage.RestartBrokerAsync),
        };
        return new ConformanceKit(() => Task.FromResult<IConformanceHarness>(harness), Sample);
    }

    /// <summary>One that does something else than the documented one.</summary>
    private string Bent(MqttStage stage, string what, string instead)
    {
        var examples = Path.Combine(LabProcess.Root, "docs", "examples");
        var text = File.ReadAllText(Path.Combine(examples, "lab_wire.py"));
        text.Should().Contain(what);
        File.Copy(Path.Combine(examples, "python_driver.py"), _folder.At("python_driver.py"));
        File.WriteAllText(_folder.At("lab_wire.py"), text.Replace(what, instead, StringComparison.Ordinal));
        return Driver(stage).Replace(examples, _folder.Path, StringComparison.Ordinal);
    }

    private string Driver(MqttStage stage) => DriverAs(stage, ConformanceBroker.Driver, _folder.At("pump"));

    private string DriverAs(MqttStage stage, string account, string folder)
    {
        var link = stage.Options(account);
        File.WriteAllText(_folder.At($"{account}.password"), link.Password);
        return $"{Driver(link.Port, ConformanceBroker.Instrument, ConformanceBroker.Site, folder)} --user {link.UserName} --password-file {_folder.At($"{account}.password")}";
    }

    private string Driver(int port, string instrument, string site, string? folder = null)
    {
        ForeignProgram.Require("python3-paho-mqtt", "/usr/lib/python3/dist-packages/paho/mqtt/client.py");
        var python = ForeignProgram.Require("python3", "/usr/bin/python3");
        return $"{python} {Path.Combine(LabProcess.Root, "docs", "examples", "python_driver.py")} 127.0.0.1:{port} {site} {instrument} {folder ?? _folder.At("pump")}";
    }

    private string Link(object options) => _folder.Write("link.json", JsonSerializer.Serialize(options, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));

    private async Task<IReadOnlyList<ConformanceVerdict>> ConformAsync(int exitCode, string link, string start, string site, params string[] rest)
    {
        using var lab = LabProcess.StartAsTyped(
            _folder.Path,
            ["conform", "--broker", link, "--site", site, "--instrument", "pump", "--start-command", start, "--brief", "dose volume=0.02 mL", "--long", "dose volume=10 mL, rate=1 mL/min", "--effects", Effects, "--json", .. rest],
            new Dictionary<string, string?>());
        var result = await lab.EndAsync();

        result.ExitCode.Should().Be(exitCode, result.Out + result.Error);
        using var told = JsonDocument.Parse(result.Out);
        return [.. told.RootElement.EnumerateArray().Select(verdict => new ConformanceVerdict(
            verdict.GetProperty("id").GetInt32(),
            verdict.GetProperty("assertion").GetString()!,
            verdict.GetProperty("outcome").GetString() switch { "passed" => ConformanceOutcome.Passed, "failed" => ConformanceOutcome.Failed, _ => ConformanceOutcome.DoesNotApply },
            verdict.GetProperty("detail").GetString()!))];
    }
}
