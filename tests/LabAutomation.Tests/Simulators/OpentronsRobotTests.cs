using System.Text;
using System.Text.Json;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class OpentronsRobotTests : IDisposable
{
    private static readonly Dictionary<string, string> Settings = new() { ["slot-1"] = "opentrons_96_tiprack_300ul", ["slot-2"] = "nest_12_reservoir_15ml" };

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedDevice device;
    private readonly Stream line;

    public OpentronsRobotTests()
    {
        device = new SimulatedDevice("opentrons-http", 1, clock, settings: Settings);
        line = device.Connect();
    }

    private RobotDeck Deck => device.Surroundings<RobotDeck>();

    public void Dispose() => device.Dispose();

    [Fact]
    public void Its_health_needs_no_version_and_everything_else_does()
    {
        Ask("GET", "/health", version: null).Status.Should().Be(200);
        Ask("GET", "/runs", version: null).Status.Should().Be(422);
        Ask("GET", "/runs", version: "1").Body.GetProperty("errors")[0].GetProperty("id").GetString().Should().Be("OutdatedAPIVersion");
        Ask("GET", "/runs", version: "*").Status.Should().Be(200);
    }

    [Theory]
    [InlineData("GET", "/runs/none", 404, "RunNotFound")]
    [InlineData("GET", "/nothing", 404, "NotFound")]
    [InlineData("POST", "/runs/none/actions", 404, "RunNotFound")]
    public void What_is_not_there_is_refused_with_a_body_of_errors(string method, string path, int status, string id)
    {
        var (said, body) = Ask(method, path, "{}");
        (said, body.GetProperty("errors")[0].GetProperty("id").GetString()).Should().Be((status, id));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"data":{"commandType":"dance","params":{}}}""")]
    [InlineData("""{"data":{"commandType":"aspirate","params":{}}}""")]
    [InlineData("""{"data":{"commandType":7,"params":{}}}""")]
    [InlineData("""{"data":{"commandType":"home","params":{},"intent":"whim"}}""")]
    [InlineData("""{"data":{"commandType":"home","params":{},"key":"\ud800"}}""")]
    [InlineData("""{"data":{"commandType":"loadLabware","params":{"loadName":"a","namespace":"b","version":1,"location":"off"}}}""")]
    public void A_wrong_body_is_unprocessable(string body) => Ask("POST", $"/runs/{Create()}/commands", body).Status.Should().Be(422);

    [Fact]
    public void Setup_commands_run_at_once_and_protocol_commands_when_the_run_is_played()
    {
        var run = Create();
        Add(run, "loadPipette", new { pipetteName = "p300_single_gen2", mount = "left" }).GetProperty("status").GetString().Should().Be("succeeded");
        Add(run, "home", new { }, "protocol").GetProperty("status").GetString().Should().Be("queued");
        Pass(60);
        Status(run).Should().Be("idle");

        Act(run, "play").Should().Be(201);
        Statuses(run).Should().Equal("succeeded", "queued");
        Pass(6);
        Statuses(run).Should().Equal("succeeded", "running");
        Pass(5.9);
        Status(run).Should().Be("running");
        Pass(0.1);
        (Status(run), Statuses(run)[1]).Should().Be(("succeeded", "succeeded"));
    }

    [Fact]
    public void A_run_that_is_over_or_not_the_current_one_is_a_conflict()
    {
        var first = Create();
        var second = Create();
        Act(first, "play").Should().Be(409);
        Act(second, "pause").Should().Be(409);
        Act(second, "stop").Should().Be(201);
        Act(second, "stop").Should().Be(409);
        Post(second, "home", new { }).Status.Should().Be(409);
    }

    [Fact]
    public void No_run_is_made_while_another_one_moves_and_no_setup_command_is_taken()
    {
        var run = Create();
        Add(run, "home", new { }, "protocol");
        Act(run, "play");
        Ask("POST", "/runs", """{"data":{}}""").Status.Should().Be(409);
        Post(run, "home", new { }).Body.GetProperty("errors")[0].GetProperty("id").GetString().Should().Be("CommandNotAllowed");
    }

    [Fact]
    public void A_command_can_be_waited_for_and_the_wait_runs_out()
    {
        var run = Create();
        var body = JsonSerializer.Serialize(new { data = new { commandType = "home", @params = new { } } });
        Send("POST", $"/runs/{run}/commands?waitUntilComplete=true", body).Should().BeEmpty();
        Pass(6);
        Read(line.Hear()).Body.GetProperty("data").GetProperty("status").GetString().Should().Be("succeeded");

        Send("POST", $"/runs/{run}/commands?waitUntilComplete=true&timeout=1000", body).Should().BeEmpty();
        Pass(1);
        Read(line.Hear()).Body.GetProperty("data").GetProperty("status").GetString().Should().Be("running");
    }

    [Fact]
    public void A_pause_lets_the_command_end_and_holds_the_next_one()
    {
        var run = Create();
        Add(run, "home", new { }, "protocol");
        Add(run, "home", new { }, "protocol");
        Act(run, "play");
        Pass(7);
        Act(run, "pause").Should().Be(201);
        Pass(60);
        Statuses(run).Should().Equal("succeeded", "queued");
        Act(run, "play").Should().Be(201);
        Pass(6);
        Status(run).Should().Be("succeeded");
    }

    [Fact]
    public void A_stop_in_the_midst_of_drawing_leaves_a_part_of_it_in_the_tip()
    {
        var (run, pipette, tips, source) = Prepared();
        Add(run, "pickUpTip", new { pipetteId = pipette, labwareId = tips, wellName = "A1" }, "protocol");
        Add(run, "aspirate", new { pipetteId = pipette, labwareId = source, wellName = "A1", volume = 100, flowRate = 50 }, "protocol");
        Act(run, "play");
        Pass(6 + 4 + 1.75);

        Act(run, "stop").Should().Be(201);

        Deck.Volume(2, "A1").Should().BeApproximately(9950, 1e-6, "half of the time was over");
        Status(run).Should().Be("stop-requested");
        Pass(3);
        (Status(run), Deck.HasTip).Should().Be(("stopped", true));
        Statuses(run)[^1].Should().Be("failed");
    }

    [Fact]
    public void An_ot2_does_not_feel_that_a_tip_is_missing_and_draws_nothing()
    {
        for (var round = 0; round < 2; round++)
        {
            var (run, pipette, tips, source) = Prepared();
            Add(run, "pickUpTip", new { pipetteId = pipette, labwareId = tips, wellName = "A1" }, "protocol");
            Add(run, "aspirate", new { pipetteId = pipette, labwareId = source, wellName = "A1", volume = 100, flowRate = 50 }, "protocol");
            Add(run, "dropTipInPlace", new { pipetteId = pipette }, "protocol");
            Act(run, "play");
            Pass(60);
            Status(run).Should().Be("succeeded");
        }

        Deck.Volume(2, "A1").Should().Be(9900);
        device.Effects.All.Select(effect => effect.Kind).Should().Equal(EffectKind.Tip, EffectKind.Aspirate, EffectKind.Aspirate);
        Deck.RenewTips();
        Deck.Fill(2, "A1", 5);
        Deck.Volume(2, "A1").Should().Be(5);
    }

    [Fact]
    public void Drawing_without_a_tip_fails_the_run_and_says_why()
    {
        var (run, pipette, _, source) = Prepared();
        Add(run, "aspirate", new { pipetteId = pipette, labwareId = source, wellName = "A1", volume = 100, flowRate = 50 }, "protocol");
        Act(run, "play");
        Pass(6);

        Status(run).Should().Be("failed");
        Ask("GET", $"/runs/{run}/commands").Body.GetProperty("data")[3].GetProperty("error").GetProperty("errorType").GetString().Should().Be("TipNotAttachedError");
        device.Effects.All.Should().BeEmpty();
    }

    [Theory]
    [InlineData("loadPipette", """{"pipetteName":"p20_single_gen2","mount":"left"}""", "InvalidSpecificationForRobotTypeError")]
    [InlineData("loadLabware", """{"loadName":"unheard_of","namespace":"a","version":1,"location":{"slotName":"4"}}""", "LabwareDefinitionDoesNotExistError")]
    [InlineData("loadLabware", """{"loadName":"nest_12_reservoir_15ml","namespace":"a","version":1,"location":{"slotName":"1"}}""", "LocationIsOccupiedError")]
    [InlineData("dropTipInPlace", """{"pipetteId":"none"}""", "PipetteNotLoadedError")]
    public void What_cannot_be_done_fails_with_its_type(string type, string parameters, string error)
    {
        var (run, _, _, _) = Prepared();
        Ask("POST", $"/runs/{run}/commands", $$$"""{"data":{"commandType":"{{{type}}}","params":{{{parameters}}}}}""").Body
            .GetProperty("data").GetProperty("error").GetProperty("errorType").GetString().Should().Be(error);
    }

    [Fact]
    public void A_run_goes_on_while_the_program_is_away()
    {
        var directory = Directory.CreateTempSubdirectory("robot").FullName;
        try
        {
            var killed = new SimulatedDevice("opentrons-http", 1, clock, directory, settings: Settings);
            var away = killed.Connect();
            away.Ask("POST /runs HTTP/1.1\r\nOpentrons-Version: 4\r\nContent-Length: 11\r\n\r\n{\"data\":{}}").Should().Contain("\"id\":\"run-1\"");
            const string home = "{\"data\":{\"commandType\":\"home\",\"intent\":\"protocol\",\"params\":{}}}";
            away.Ask($"POST /runs/run-1/commands HTTP/1.1\r\nOpentrons-Version: 4\r\nContent-Length: {home.Length}\r\n\r\n{home}");
            away.Ask("POST /runs/run-1/actions HTTP/1.1\r\nOpentrons-Version: 4\r\nContent-Length: 30\r\n\r\n{\"data\":{\"actionType\":\"play\"}}").Should().StartWith("HTTP/1.1 201 ");
            Pass(30);

            using var again = new SimulatedDevice("opentrons-http", 1, clock, directory, settings: Settings);
            again.Connect().Ask("GET /runs/run-1 HTTP/1.1\r\nOpentrons-Version: 4\r\n\r\n").Should().Contain("\"status\":\"succeeded\"");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Lists_leave_results_out_and_page()
    {
        var (run, _, _, _) = Prepared();
        var page = Ask("GET", $"/runs/{run}/commands?cursor=1&pageLength=1").Body;
        page.GetProperty("meta").GetProperty("totalLength").GetInt32().Should().Be(3);
        var listed = page.GetProperty("data").EnumerateArray().Should().ContainSingle().Which;
        listed.TryGetProperty("result", out _).Should().BeFalse();
        Ask("GET", $"/runs/{run}/commands/{listed.GetProperty("id").GetString()}").Body.GetProperty("data").GetProperty("result").GetProperty("definition").GetProperty("ordering")[0].GetArrayLength().Should().Be(8);
    }

    private (string Run, string Pipette, string Tips, string Source) Prepared()
    {
        var run = Create();
        var pipette = Add(run, "loadPipette", new { pipetteName = "p300_single_gen2", mount = "left" }).GetProperty("result").GetProperty("pipetteId").GetString()!;
        return (run, pipette, Load(run, "1"), Load(run, "2"));
    }

    private string Load(string run, string slot) =>
        Add(run, "loadLabware", new { location = new { slotName = slot }, loadName = Settings[$"slot-{slot}"], @namespace = "opentrons", version = 1 }).GetProperty("result").GetProperty("labwareId").GetString()!;

    private string Create() => Ask("POST", "/runs", """{"data":{}}""").Body.GetProperty("data").GetProperty("id").GetString()!;

    private JsonElement Add(string run, string type, object parameters, string intent = "setup") => Post(run, type, parameters, intent).Body.GetProperty("data");

    private (int Status, JsonElement Body) Post(string run, string type, object parameters, string intent = "setup") =>
        Ask("POST", $"/runs/{run}/commands", JsonSerializer.Serialize(new { data = new { commandType = type, @params = parameters, intent } }));

    private int Act(string run, string action) => Ask("POST", $"/runs/{run}/actions", $$$"""{"data":{"actionType":"{{{action}}}"}}""").Status;

    private string Status(string run) => Ask("GET", $"/runs/{run}").Body.GetProperty("data").GetProperty("status").GetString()!;

    private List<string> Statuses(string run) => [.. Ask("GET", $"/runs/{run}/commands").Body.GetProperty("data").EnumerateArray().Select(command => command.GetProperty("status").GetString()!)];

    private (int Status, JsonElement Body) Ask(string method, string path, string body = "", string? version = "4") => Read(Send(method, path, body, version));

    private string Send(string method, string path, string body = "", string? version = "4") => line.Ask(
        $"{method} {path} HTTP/1.1\r\nHost: x\r\n{(version is null ? "" : $"Opentrons-Version: {version}\r\n")}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static (int Status, JsonElement Body) Read(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (int.Parse(answer[9..12]), JsonSerializer.Deserialize<JsonElement>(answer[(end + 4)..]));
    }

    private void Pass(double seconds) => clock.Advance(TimeSpan.FromSeconds(seconds));
}
