using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Tests.Instruments.Http;

namespace LabAutomation.Tests.Instruments.Opentrons;

/// <summary>Transcripts follow the description of the API that a robot gives at /openapi.json.</summary>
public sealed class OpentronsDriverTests
{
    private const string NoRuns = """{"data":[],"meta":{"cursor":0,"totalLength":0},"links":{}}""";

    private readonly JumpingClock _clock = new();
    private readonly ScriptedHttpDevice _robot = new();

    [Fact]
    public async Task A_run_is_filled_while_it_lies_still_and_noted_before_it_is_played()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs", NoRuns).ExpectJson("POST /runs", Run("idle"), 201).ExpectJson("POST /runs/r1/commands", Command("k", "home", "queued"), 201);
        var key = Key();
        Listed(key, "queued").ExpectJson("POST /runs/r1/actions", """{"data":{"actionType":"play"}}""", 201);
        _robot.ExpectJson("GET /runs/r1", Run("succeeded", "play"));
        Listed(key, "succeeded");
        var scope = new ScriptedScope(_clock) { OnMark = mark => _robot.Heard.Any(heard => heard.Contains("\"play\"", StringComparison.Ordinal)).Should().BeFalse($"'{mark}' comes first") };

        var outcome = await driver.ExecuteAsync(Home(driver), scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        scope.Marks.Select(mark => (mark.Key, mark.Value)).Should().Equal(("run", "r1"), ("play", "r1"));
        _robot.Heard.Should().Contain("POST /runs/r1/commands {\"data\":{\"commandType\":\"home\",\"key\":\"" + key + "\",\"intent\":\"protocol\",\"params\":{}}}");
        _robot.Heads.Should().OnlyContain(head => head.Contains("Opentrons-Version: 4"));
        AssertFinished();
    }

    [Fact]
    public async Task A_run_with_other_commands_than_were_put_into_it_is_not_played()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs", NoRuns).ExpectJson("POST /runs", Run("idle"), 201).ExpectJson("POST /runs/r1/commands", Command("k", "home", "queued"), 201);
        Listed("somebody-elses", "queued");

        await driver.Invoking(it => it.ExecuteAsync(Home(it), new ScriptedScope(_clock), CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("run r1 holds*");
        AssertFinished();
    }

    [Fact]
    public async Task A_busy_robot_is_left_alone()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs", Page("""{"id":"r1","status":"running","current":true}""")).ExpectJson("GET /runs/r1", Run("running", "play"));

        var outcome = await driver.ExecuteAsync(Home(driver), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Cause, outcome.Recoverable).Should().Be((CauseCode.Unachievable, true));
        AssertFinished();
    }

    [Fact]
    public async Task A_conflict_when_playing_is_a_fault()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs", NoRuns).ExpectJson("POST /runs", Run("idle"), 201).ExpectJson("POST /runs/r1/commands", Command("k", "home", "queued"), 201);
        Listed(Key(), "queued").ExpectJson("POST /runs/r1/actions", Refusal("RunStopped", "Run Stopped"), 409);

        await driver.Invoking(it => it.ExecuteAsync(Home(it), new ScriptedScope(_clock), CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*does not let run r1 be played");
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_words_of_the_robot()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs", NoRuns).ExpectJson("POST /runs", Refusal("RunAlreadyActive", "Run Already Active"), 409);

        await driver.Invoking(it => it.ExecuteAsync(Home(it), new ScriptedScope(_clock), CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*POST runs: Run Already Active: because*");
    }

    [Fact]
    public async Task Recovery_without_a_mark_says_that_nothing_happened() => (await RecoverAsync(await ConnectedAsync())).Should().BeOfType<Recovery.DidNotHappen>();

    [Fact]
    public async Task Recovery_closes_a_run_that_was_not_played_before_it_says_so()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs/r1", Run("idle")).ExpectJson("POST /runs/r1/actions", """{"data":{"actionType":"stop"}}""", 201).ExpectJson("GET /runs/r1", Run("stopped", "stop")).ExpectJson("GET /runs/r1", Run("stopped", "stop"));

        (await RecoverAsync(driver, "run", "play")).Should().BeOfType<Recovery.DidNotHappen>();
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_play_that_arrived_late_follows_it()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs/r1", Run("idle")).ExpectJson("POST /runs/r1/actions", """{"data":{"actionType":"stop"}}""", 201).ExpectJson("GET /runs/r1", Run("stopped", "play", "stop"));
        _robot.ExpectJson("GET /runs/r1", Run("stopped", "play", "stop")).ExpectJson("GET /runs/r1", Run("stopped", "play", "stop"));
        Listed("k", "queued");

        (await RecoverAsync(driver, "run", "play")).Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Failed);
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_run_that_the_robot_forgot_is_for_a_person_to_decide()
    {
        var driver = await ConnectedAsync();
        _robot.ExpectJson("GET /runs/r1", Refusal("RunNotFound", "Run Not Found"), 404).ExpectJson("GET /runs/r1", Refusal("RunNotFound", "Run Not Found"), 404);

        (await RecoverAsync(driver, "run", "play")).Should().BeOfType<Recovery.Unknown>();
        (await RecoverAsync(driver, "run")).Should().BeOfType<Recovery.DidNotHappen>();
    }

    [Theory]
    [InlineData("""{"name":"Otie"}""", 200, "application/json")]
    [InlineData("""{"name":"Otie","robot_model":null,"api_version":"8"}""", 200, "application/json")]
    [InlineData("<html>", 200, "text/html")]
    [InlineData("{", 200, "application/json")]
    [InlineData("null", 200, "application/json")]
    [InlineData("<html>bad gateway", 502, "text/html")]
    [InlineData("""{"errors":[]}""", 500, "application/json")]
    public async Task What_is_no_answer_of_the_api_breaks_the_link(string body, int status, string type)
    {
        var driver = Driver();
        _robot.Expect("GET /health", $"HTTP/1.1 {status} Said\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        await driver.Invoking(it => it.ConnectAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>().WithMessage("the robot answered GET health with*");
    }

    [Theory]
    [InlineData("pipette", "p301", "*'p301' and must be one of p10_single*")]
    [InlineData("mount", "middle", "*must be left or right")]
    [InlineData("tip-slot", "4", "*'slot-4' must name the tip rack*")]
    [InlineData("slot-2", "a/b", "*namespace/load-name/version")]
    [InlineData("slot-12", "x", "*no setting 'slot-12'*")]
    [InlineData("trash", "a b", "*fixedTrash*")]
    [InlineData("tip-volume", "10", "*from 20 to 1000")]
    public void Wrong_settings_say_what_would_be_right(string key, string value, string message) =>
        FluentActions.Invoking(() => Driver((key, value))).Should().Throw<DriverSettingsException>().WithMessage(message);

    private static string Run(string status, params string[] actions) =>
        $$$"""{"data":{"id":"r1","status":"{{{status}}}","current":true,"actions":[{{{string.Join(',', actions.Select(action => $$"""{"id":"a","actionType":"{{action}}"}"""))}}}]}}""";

    private static string Page(string data) => $$$"""{"data":[{{{data}}}],"meta":{"cursor":0,"totalLength":1},"links":{}}""";

    private static string CommandForm(string key, string type, string status) => $$"""{"id":"c1","key":"{{key}}","commandType":"{{type}}","params":{},"status":"{{status}}"}""";

    private static string Command(string key, string type, string status) => $$$"""{"data":{{{CommandForm(key, type, status)}}}}""";

    private static string Refusal(string id, string title) => $$"""{"errors":[{"id":"{{id}}","title":"{{title}}","detail":"because","errorCode":"4000"}]}""";

    private ScriptedHttpDevice Listed(string key, string status) => _robot.ExpectJson("GET /runs/r1/commands?cursor=0&pageLength=100", Page(CommandForm(key, "home", status)));

    private static string Key() => $"{ActionId.Derive("test", 0, "home", 0, 0)}-1";

    private static DriverCommand Home(IDriver driver) => Commands.Resolve(driver, "home");

    private Task<Recovery> RecoverAsync(IDriver driver, params string[] marks) => driver.RecoverAsync(
        Commands.Started(Home(driver), _clock, [.. marks.Select(mark => new ActionMark(mark, "r1", _clock.GetUtcNow()))]), new ScriptedScope(_clock), CancellationToken.None);

    private IDriver Driver(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string> { ["pipette"] = "p300_single_gen2", ["tip-slot"] = "1", ["slot-1"] = "opentrons_96_tiprack_300ul" };
        foreach (var (key, value) in more) settings[key] = value;
        return DriverFamilies.BuiltIn.Create(Commands.Settings("opentrons-http", [.. settings.Select(setting => (setting.Key, setting.Value))]), _robot.ConnectAsync, _clock, new PatientClock());
    }

    private async Task<IDriver> ConnectedAsync()
    {
        var driver = Driver();
        _robot.ExpectJson("GET /health", """{"name":"Otie","robot_model":"OT-2 Standard","api_version":"7.3.0","fw_version":"v1","robot_serial":null}""").ExpectJson("GET /runs", NoRuns);
        (await driver.ConnectAsync(CancellationToken.None)).Should().Be(new InstrumentIdentity("Opentrons", "OT-2 Standard", "Otie", "7.3.0"));
        return driver;
    }

    private void AssertFinished() => _robot.IsFinished.Should().BeTrue(_robot.Surprise ?? "the whole script has to be played");
}
