using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Http;

namespace LabAutomation.Tests.Instruments.Beamline;

/// <summary>Transcripts follow docs/reference/instruments/http-beamline.md.</summary>
public sealed class HttpBeamlineDriverTests
{
    private const string Family = "http-beamline";
    private const string Two = "P5\n2 1\n65535\n\u0001\u0002\u0003\u0004P5\n2 1\n65535\n\u0005\u0006\u0007\u0008";

    private static readonly string Id = ActionId.Derive("test", 0, "expose", 0, 0).ToString();

    private readonly JumpingClock _clock = new();
    private readonly PatientClock _linkClock = new();
    private readonly ScriptedHttpDevice _beamline = new();
    private readonly ScriptedScope _scope;

    public HttpBeamlineDriverTests() => _scope = new ScriptedScope(_clock);

    [Fact]
    public async Task Frames_are_data_by_reference_and_the_exposure_has_the_name_of_the_action()
    {
        _beamline.ExpectJson("GET /status", Status()).ExpectJson("POST /exposures", Exposure("running", 0), 201).ExpectJson($"GET /exposures/{Id}", Exposure("running", 1)).ExpectJson($"GET /exposures/{Id}", Exposure("done", 2));
        Fetched(Two);

        var outcome = await RunAsync("expose", ("frames", 2.9, "1"));

        outcome.Status.Should().Be(ActionStatus.Succeeded);
        ((Media)outcome.Data["frames"]).ToBytes().Should().HaveCount(Two.Length);
        (outcome.Outputs["taken"].Value, outcome.Outputs["transmission"].Value, outcome.Outputs["position"].Value).Should().Be((2, 0.25, 7.5));
        _beamline.Heard.Should().Contain($"POST /exposures {{\"id\":\"{Id}\",\"frames\":2}}");
        _beamline.IsFinished.Should().BeTrue(_beamline.Surprise);
    }

    [Fact]
    public async Task A_cancelled_exposure_is_aborted_and_gives_what_it_has()
    {
        using var cancel = new CancellationTokenSource();
        _beamline.ExpectJson("GET /status", Status()).ExpectJson("POST /exposures", Exposure("running", 0), 201).ExpectJson($"GET /exposures/{Id}", Exposure("running", 1)).ExpectJson($"POST /exposures/{Id}/abort", Exposure("aborted", 2));
        Fetched(Two);
        _beamline.OnHeard = question => cancel.Cancel();

        var outcome = await RunAsync("expose", cancel.Token, ("frames", 5, "1"));

        (outcome.Status, outcome.Message).Should().Be((ActionStatus.Cancelled, "cancelled after 2 of 5 frames"));
        outcome.Data.Should().ContainKey("frames");
    }

    [Fact]
    public async Task An_exposure_that_somebody_else_ended_has_failed()
    {
        _beamline.ExpectJson("GET /status", Status()).ExpectJson("POST /exposures", Exposure("running", 0), 201).ExpectJson($"GET /exposures/{Id}", Exposure("aborted", 0)).ExpectJson("GET /status", Status());

        var outcome = await RunAsync("expose", ("frames", 5, "1"));

        (outcome.Status, outcome.Message).Should().Be((ActionStatus.Failed, "the exposure ended after 0 of 5 frames"));
        outcome.Data.Should().BeEmpty();
    }

    [Theory]
    [InlineData("P5\n2 1\n65535\n\u0001\u0002\u0003\u0004")]
    [InlineData("P5\n2 1\n65535\n\u0001\u0002\u0003\u0004P5\n2 1\n65535\n\u0005\u0006\u0007")]
    [InlineData("P5\n2 1\n65535\n\u0001\u0002\u0003\u0004P5\n1 2\n65535\n\u0005\u0006\u0007\u0008")]
    public async Task Frames_that_are_not_whole_break_the_link(string body)
    {
        _beamline.ExpectJson("GET /status", Status()).ExpectJson("POST /exposures", Exposure("done", 2));
        _beamline.ExpectJson($"GET /exposures/{Id}", Exposure("done", 2));
        Fetched(body);

        await FluentActions.Awaiting(() => RunAsync("expose", ("frames", 2, "1"))).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*2 graymaps of 2 × 1*");
    }

    [Fact]
    public async Task A_refusal_is_a_fault_with_the_beamlines_own_words()
    {
        _beamline.ExpectJson("GET /status", Status()).ExpectJson("POST /exposures", "{\"error\":\"the stage is moving\"}", 409);

        await FluentActions.Awaiting(() => RunAsync("expose")).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*refused POST /exposures: the stage is moving");
    }

    [Theory]
    [InlineData("running", null, null, typeof(Recovery.Happened))]
    [InlineData(null, "before", "before", typeof(Recovery.DidNotHappen))]
    [InlineData(null, "before", "later", typeof(Recovery.Unknown))]
    [InlineData(null, "before", null, typeof(Recovery.Unknown))]
    [InlineData(null, "", null, typeof(Recovery.Unknown))]
    public async Task After_a_broken_link_the_detector_tells_whether_an_exposure_was_made_where_it_can_still_know(string? state, string? before, string? last, Type expected)
    {
        if (state is null) _beamline.ExpectJson($"GET /exposures/{Id}", "{\"error\":\"there is none\"}", 404).ExpectJson("GET /status", Status(last: last));
        else
        {
            _beamline.ExpectJson($"GET /exposures/{Id}", Exposure(state, 1)).ExpectJson($"GET /exposures/{Id}", Exposure("done", 2));
            Fetched(Two);
        }

        (await RecoverAsync("expose", before, ("frames", 2, "1"))).Should().BeOfType(expected);
        _beamline.IsFinished.Should().BeTrue(_beamline.Surprise);
    }

    [Fact]
    public async Task An_exposure_that_the_detector_has_made_and_forgotten_is_not_made_again()
    {
        using var device = new SimulatedDevice(Family, 5, _clock);
        await using var driver = DriverFamilies.BuiltIn.Create(Commands.Settings(Family), _ => Task.FromResult(device.Connect()), _clock, _linkClock);
        var exposures = Enumerable.Range(1, 10).Select(n => Commands.Resolve(driver, "expose", ("frames", 1, "1")) with { Action = ActionId.Derive("test", n, "expose", 0, 0) }).ToList();
        await driver.ExecuteAsync(exposures[0], _scope, CancellationToken.None);
        var scope = new ScriptedScope(_clock);
        await driver.ExecuteAsync(exposures[1], scope, CancellationToken.None);
        foreach (var other in exposures.Skip(2)) await driver.ExecuteAsync(other, _scope, CancellationToken.None);

        var recovery = await driver.RecoverAsync(Commands.Started(exposures[1], _clock, [.. scope.Marks]), _scope, CancellationToken.None);

        recovery.Should().BeOfType<Recovery.Unknown>();
        device.Effects.All.Count(effect => effect.Kind == EffectKind.Frames).Should().Be(10);
    }

    [Theory]
    [InlineData("set-transmission", "transmission", 0.25, "1", typeof(Recovery.Happened))]
    [InlineData("set-transmission", "transmission", 0.5, "1", typeof(Recovery.DidNotHappen))]
    [InlineData("move-stage", "position", 7.5, "um", typeof(Recovery.Happened))]
    [InlineData("move-stage", "position", 8, "um", typeof(Recovery.DidNotHappen))]
    public async Task What_was_to_be_set_has_happened_where_it_is_there(string command, string parameter, double value, string unit, Type expected)
    {
        _beamline.ExpectJson("GET /status", Status());
        if (command == "move-stage" && expected == typeof(Recovery.Happened)) _beamline.ExpectJson("GET /status", Status());

        (await RecoverAsync(command, (parameter, value, unit))).Should().BeOfType(expected);
        _beamline.IsFinished.Should().BeTrue(_beamline.Surprise);
    }

    [Fact]
    public async Task The_stage_is_waited_for_and_stopped_where_the_move_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        _beamline.ExpectJson("POST /stage", "{\"target\":7.5}").ExpectJson("GET /status", Status(moving: true)).ExpectJson("POST /stage/stop", "{\"position\":3}").ExpectJson("GET /status", Status());
        _beamline.OnHeard = question => cancel.Cancel();

        var outcome = await RunAsync("move-stage", cancel.Token, ("position", 7.5, "um"));

        (outcome.Status, outcome.Message).Should().Be((ActionStatus.Cancelled, "the stage was stopped at 7.5 um"));
        _beamline.IsFinished.Should().BeTrue(_beamline.Surprise);
    }

    [Fact]
    public async Task A_stage_that_somebody_else_moves_meanwhile_is_a_fault()
    {
        _beamline.ExpectJson("POST /stage", "{\"target\":9}").ExpectJson("GET /status", Status(moving: true));

        await FluentActions.Awaiting(() => RunAsync("move-stage", ("position", 9, "um"))).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*goes to 7.5 um where 9 um*");
    }

    [Fact]
    public async Task To_make_it_safe_the_exposure_is_aborted_and_the_stage_stopped_and_nothing_else_where_all_rests()
    {
        _beamline.ExpectJson("GET /status", Status(moving: true, exposing: "x")).ExpectJson("POST /exposures/x/abort", Exposure("aborted", 1).Replace(Id, "x", StringComparison.Ordinal)).ExpectJson("POST /stage/stop", "{\"position\":3}").ExpectJson("GET /status", Status());
        var driver = await ConnectedAsync();

        await driver.MakeSafeAsync(CancellationToken.None);
        await driver.MakeSafeAsync(CancellationToken.None);

        _beamline.IsFinished.Should().BeTrue(_beamline.Surprise);
    }

    [Fact]
    public async Task On_the_simulated_beamline_the_stage_moves_the_beam_is_attenuated_and_frames_are_taken_once()
    {
        using var device = new SimulatedDevice(Family, 5, _clock);
        await using var driver = DriverFamilies.BuiltIn.Create(Commands.Settings(Family), _ => Task.FromResult(device.Connect()), _clock, _linkClock);
        (await driver.ConnectAsync(CancellationToken.None)).Model.Should().Be("BEAM256");

        await driver.ExecuteAsync(Commands.Resolve(driver, "move-stage", ("position", 20, "um")), _scope, CancellationToken.None);
        (await driver.ExecuteAsync(Commands.Resolve(driver, "set-transmission", ("transmission", 0.3, "1")), _scope, CancellationToken.None)).Outputs["transmission"].Value.Should().Be(0.3);
        var expose = Commands.Resolve(driver, "expose", ("frames", 2, "1"));
        var first = await driver.ExecuteAsync(expose, _scope, CancellationToken.None);
        var again = await driver.ExecuteAsync(expose, _scope, CancellationToken.None);

        (first.Outputs["position"].Value, first.Outputs["transmission"].Value, first.Outputs["taken"].Value).Should().Be((20, 0.3, 2));
        ((Media)first.Data["frames"]).ToBytes().Should().Equal(((Media)again.Data["frames"]).ToBytes());
        device.Effects.All.Select(effect => (effect.Kind, effect.Amount)).Should().Equal((EffectKind.Move, 20), (EffectKind.Attenuation, 0.3), (EffectKind.Frames, 2));
    }

    private static string Status(bool moving = false, string? exposing = null, string? last = "before") =>
        $"{{\"manufacturer\":\"A\",\"model\":\"B\",\"serial\":\"C\",\"firmware\":\"D\",\"width\":2,\"height\":1,\"transmission\":0.25,\"position\":7.5,\"target\":7.5,\"moving\":{(moving ? "true" : "false")},\"exposing\":{(exposing is null ? "null" : $"\"{exposing}\"")},\"last\":{(last is null ? "null" : $"\"{last}\"")}}}";

    private static string Exposure(string state, int taken) => $"{{\"id\":\"{Id}\",\"state\":\"{state}\",\"taken\":{taken},\"transmission\":0.25,\"position\":7.5}}";

    private void Fetched(string body) => _beamline.ExpectJson("GET /status", Status())
        .Expect($"GET /exposures/{Id}/frames", $"HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private async Task<IDriver> ConnectedAsync()
    {
        var device = new ScriptedHttpDevice().ExpectJson("GET /status", Status());
        var driver = DriverFamilies.BuiltIn.Create(Commands.Settings(Family), cancellation => device.ConnectAsync(cancellation), _clock, _linkClock);
        (await driver.ConnectAsync(CancellationToken.None)).Should().Be(new InstrumentIdentity("A", "B", "C", "D"));
        device = _beamline;
        return driver;
    }

    private Task<ActionOutcome> RunAsync(string command, params (string, double, string)[] arguments) => RunAsync(command, CancellationToken.None, arguments);

    private async Task<ActionOutcome> RunAsync(string command, CancellationToken cancellation, params (string, double, string)[] arguments)
    {
        var driver = await ConnectedAsync();
        return await driver.ExecuteAsync(Commands.Resolve(driver, command, arguments), _scope, cancellation);
    }

    private Task<Recovery> RecoverAsync(string command, params (string, double, string)[] arguments) => RecoverAsync(command, command, arguments);

    private async Task<Recovery> RecoverAsync(string command, string? mark, params (string, double, string)[] arguments)
    {
        var driver = await ConnectedAsync();
        return await driver.RecoverAsync(Commands.Started(Commands.Resolve(driver, command, arguments), _clock, new ActionMark("sent", mark ?? "", _clock.GetUtcNow())), _scope, CancellationToken.None);
    }
}
