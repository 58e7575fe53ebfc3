using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Tests.Protocol.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>The driver in Python that the documentation shows, as a program and as a part of one.</summary>
public abstract class PythonDriverStage : IDisposable
{
    /// <summary>A driver without a broker, whose messages nobody hears.</summary>
    private const string Prelude = """
        import io, lab_wire, python_driver, json, sqlite3, sys, threading, time, uuid
        from types import SimpleNamespace as Of
        def make(pump=python_driver.Pump):
            return lab_wire.Driver(pump, Of(broker="127.0.0.1:1", site="s", instrument="i", folder=FOLDER, user=None, password_file=None, ca=None))
        def known(driver, command, phase, mark=None, **arguments):
            action = str(uuid.uuid4())
            driver.journal.write("INSERT INTO actions (id, command, arguments, deadline, phase, mark) VALUES (?, ?, ?, ?, ?, ?)", action, command, json.dumps(arguments), time.time() + 600, phase, json.dumps(mark))
            return action
        def full_disk(driver, taken_from):
            write, full, tried = driver.journal.write, [True], []
            def failing(sql, *values):
                if full and taken_from in sql:
                    tried.append(sql)
                    raise sqlite3.OperationalError("database or disk is full")
                return write(sql, *values)
            driver.journal.write = failing
            return full, tried
        def message(command, expiry=60, id=None, **arguments):
            payload = json.dumps({"arguments": arguments, "deadline": lab_wire.stamp(time.time() + 60)}).encode()
            return Of(topic="lab/1/s/i/cmd/" + command, payload=payload, retain=False, properties=Of(CorrelationData=id or uuid.uuid4().bytes,
                ResponseTopic="lab/1/clients/c/reply", UserProperty=[("protocol", "1"), ("source", "c")], **({"MessageExpiryInterval": expiry} if expiry else {})))
        def result(driver, action):
            return json.loads(driver.journal.find(action)["result"])
        def told(**members):
            return Of(payload=json.dumps({**members, "at": "2026-03-01T12:00:00Z"}).encode(), retain=False, properties=Of())
        def until(holds):
            end = time.time() + 60
            while not holds() and time.time() < end:
                time.sleep(0.01)

        """;

    private protected static readonly ConformanceSample Sample = new() { Brief = SampleCommand.Of("dose", ("volume", "0.02 mL")), Long = SampleCommand.Of("dose", ("volume", "10 mL"), ("rate", "1 mL/min")) };

    private protected TemporaryFolder Folder { get; } = new();

    private protected string Effects => Folder.At("pump", "pump.ledger");

    public void Dispose() => Folder.Dispose();

    private protected static InstrumentTopics Pump => Topics.Of(ConformanceBroker.Site, ConformanceBroker.Instrument);

    private protected static BusMessage Trip(bool tripped, string by) => BusMessage.Retained(Topics.InterlockTrip, new TripFrame(tripped, "it smells", by, DateTimeOffset.UtcNow));

    private protected static async Task<string> EventAsync(Mailbox events, string kind)
    {
        while (true)
        {
            var told = FrameCodec.Decode<EventFrame>((await events.NextAsync()).Payload);
            if (told.Kind == kind) return told.Message;
        }
    }

    /// <summary>The next state in which the unit stays, of an epoch above another.</summary>
    private protected static async Task<StateFrame> SettledAsync(Mailbox states, long above = 0)
    {
        while (true)
        {
            var state = FrameCodec.Decode<StateFrame>((await states.NextAsync()).Payload);
            if (state.Epoch > above && state.Unit is UnitState.Idle or UnitState.Aborted) return state;
        }
    }

    private protected static CommandMessage Dose(ActionId action) => new(
        action, "dose", new CommandFrame(ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.12, "mL")), DateTimeOffset.UtcNow.AddMinutes(1)), Topics.Replies("kit-caller"), "kit-caller", null, null);

    private protected ConformanceKit Kit(MqttStage stage, DriverProgram program)
    {
        var topics = Topics.Of(ConformanceBroker.Site, ConformanceBroker.Instrument);
        var harness = new WireHarness(topics, id => stage.Create(id), TimeProvider.System, program)
        {
            Patience = TimeSpan.FromSeconds(5),
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
    private protected string Bent(MqttStage stage, string what, string instead)
    {
        var examples = Path.Combine(LabProcess.Root, "docs", "examples");
        var text = File.ReadAllText(Path.Combine(examples, "lab_wire.py"));
        text.Should().Contain(what);
        File.Copy(Path.Combine(examples, "python_driver.py"), Folder.At("python_driver.py"));
        File.WriteAllText(Folder.At("lab_wire.py"), text.Replace(what, instead, StringComparison.Ordinal));
        return Driver(stage).Replace(examples, Folder.Path, StringComparison.Ordinal);
    }

    private protected string Driver(MqttStage stage) => DriverAs(stage, ConformanceBroker.Driver, Folder.At("pump"));

    private protected string DriverAs(MqttStage stage, string account, string folder)
    {
        var link = stage.Options(account);
        File.WriteAllText(Folder.At($"{account}.password"), link.Password);
        return $"{Driver(link.Port, ConformanceBroker.Instrument, ConformanceBroker.Site, folder)} --user {link.UserName} --password-file {Folder.At($"{account}.password")}";
    }

    private protected string Driver(int port, string instrument, string site, string? folder = null)
    {
        ForeignProgram.Require("python3-paho-mqtt", "/usr/lib/python3/dist-packages/paho/mqtt/client.py");
        var python = ForeignProgram.Require("python3", "/usr/bin/python3");
        return $"{python} {Path.Combine(LabProcess.Root, "docs", "examples", "python_driver.py")} 127.0.0.1:{port} {site} {instrument} {folder ?? Folder.At("pump")}";
    }

    /// <summary>What a program in Python prints that stands beside the driver.</summary>
    private protected static string Say(string program)
    {
        ForeignProgram.Require("python3-paho-mqtt", "/usr/lib/python3/dist-packages/paho/mqtt/client.py");
        var python = new ProcessStartInfo(ForeignProgram.Require("python3", "/usr/bin/python3"), ["-c", program]) { RedirectStandardOutput = true, WorkingDirectory = Path.Combine(LabProcess.Root, "docs", "examples") };
        python.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(python)!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    /// <inheritdoc cref="Say"/>
    /// <param name="program">Of the driver that <c>make()</c> makes.</param>
    private protected string OnDriver(string program) => Say(Prelude.Replace("FOLDER", JsonSerializer.Serialize(Folder.At("pump")), StringComparison.Ordinal) + program);
}
