using System.Text;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Http;

namespace LabAutomation.Tests.Instruments.Imaging;

/// <summary>Transcripts follow docs/reference/instruments/http-imager.md.</summary>
public sealed class HttpImagerDriverTests
{
    private const string Graymap = "P5\n2 1\n255\n\u0000\u00ff";

    private readonly JumpingClock _clock = new();
    private readonly PatientClock _linkClock = new();
    private readonly ScriptedHttpDevice _camera = new();

    [Fact]
    public async Task A_picture_is_data_by_reference_with_its_figures_beside_it()
    {
        Exposed(20).Snapshot("X-Exposure-Ms: 20\r\n");

        var outcome = await CaptureAsync(await ConnectedAsync());

        var picture = (Media)outcome.Data["picture"];
        (picture.ContentType, Encoding.Latin1.GetString(picture.ToBytes())).Should().Be(("image/x-portable-graymap", Graymap));
        (outcome.Outputs["mean"].Value, outcome.Outputs["saturated"].Value).Should().Be((0.5, 0.5));
        _camera.Heard[0].Should().Be("POST /exposure {\"milliseconds\":20}");
        _camera.IsFinished.Should().BeTrue(_camera.Surprise);
    }

    [Fact]
    public async Task A_picture_of_the_former_exposure_is_taken_again()
    {
        Exposed(20).Snapshot("X-Exposure-Ms: 5\r\n").Snapshot("X-Exposure-Ms: 20.1\r\n");

        (await CaptureAsync(await ConnectedAsync())).Status.Should().Be(ActionStatus.Succeeded);
        _camera.IsFinished.Should().BeTrue(_camera.Surprise);
    }

    [Fact]
    public async Task A_camera_that_keeps_its_exposure_is_at_fault()
    {
        Exposed(20);
        for (var i = 0; i < 5; i++) Snapshot("X-Exposure-Ms: 5\r\n");

        await (await ConnectedAsync()).Invoking(CaptureAsync).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*another exposure after 5*");
    }

    [Fact]
    public async Task A_camera_that_does_not_tell_exposures_is_believed()
    {
        Exposed(20).Snapshot("");

        (await CaptureAsync(await ConnectedAsync())).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task An_exposure_that_is_refused_or_changed_is_a_fault()
    {
        _camera.ExpectJson("POST /exposure", "{\"error\":\"no\"}", 422).ExpectJson("POST /exposure", "{\"milliseconds\":10}");
        var driver = await ConnectedAsync();

        await driver.Invoking(CaptureAsync).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*refused an exposure of 20 ms");
        await driver.Invoking(CaptureAsync).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*10 ms where 20 ms*");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\nContent-Length: 12\r\n\r\nP5\n2 1\n255\n\u0000")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\nP5\n2 1\n255\n\u0000\u00ff")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\nX-Exposure-Ms: long\r\nContent-Length: 13\r\n\r\nP5\n2 1\n255\n\u0000\u00ff")]
    public async Task A_picture_that_is_none_breaks_the_link(string answer)
    {
        Exposed(20)._camera.Expect("GET /snapshot", answer, ends: true);

        await (await ConnectedAsync()).Invoking(CaptureAsync).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task A_camera_without_a_picture_is_at_fault()
    {
        Exposed(20)._camera.Expect("GET /snapshot", "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");

        await (await ConnectedAsync()).Invoking(CaptureAsync).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*gives no picture*503");
    }

    [Fact]
    public async Task Silence_breaks_the_link()
    {
        Exposed(20)._camera.Expect("GET /snapshot", (string?)null);
        var driver = await ConnectedAsync();
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _camera.OnHeard = question =>
        {
            if (question == "GET /snapshot") heard.TrySetResult();
        };

        var capturing = CaptureAsync(driver);
        await heard.Task;
        _linkClock.RunOut();

        await capturing.Invoking(it => it).Should().ThrowAsync<InstrumentLinkException>().WithMessage("*within 10 s");
    }

    [Fact]
    public async Task Capturing_may_always_be_repeated_and_a_cancelled_one_takes_no_picture()
    {
        Exposed(20);
        var driver = await ConnectedAsync();
        var command = Commands.Resolve(driver, "capture");

        (await driver.RecoverAsync(Commands.Started(command, _clock), new ScriptedScope(_clock), CancellationToken.None)).Should().BeOfType<Recovery.DidNotHappen>();
        (await driver.ExecuteAsync(command, new ScriptedScope(_clock), new CancellationToken(true))).Status.Should().Be(ActionStatus.Cancelled);
        _camera.IsFinished.Should().BeTrue(_camera.Surprise);
    }

    [Fact]
    public async Task The_path_of_the_picture_is_a_setting()
    {
        Exposed(20)._camera.Expect("GET /cam?action=snapshot", $"HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\nContent-Length: {Graymap.Length}\r\n\r\n{Graymap}");

        (await CaptureAsync(await ConnectedAsync(("snapshot", "/cam?action=snapshot")))).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task On_the_simulated_camera_the_mean_follows_the_exposure_until_it_saturates()
    {
        using var device = new SimulatedDevice("http-imager", 5, _clock);
        await using var driver = DriverFamilies.BuiltIn.Create(Commands.Settings("http-imager"), _ => Task.FromResult(device.Connect()), _clock, _linkClock);
        (await driver.ConnectAsync(CancellationToken.None)).Model.Should().Be("CAM160");

        var outcomes = new List<ActionOutcome>();
        foreach (var exposure in new[] { 10, 20, 200 })
            outcomes.Add(await driver.ExecuteAsync(Commands.Resolve(driver, "capture", ("exposure", exposure, "ms")), new ScriptedScope(_clock), CancellationToken.None));

        var means = outcomes.Select(outcome => outcome.Outputs["mean"].Value).ToList();
        (means[1] / means[0]).Should().BeApproximately(2, 0.02);
        outcomes[1].Outputs["saturated"].Value.Should().Be(0);
        outcomes[2].Outputs["saturated"].Value.Should().BeGreaterThan(0.9);
        device.Effects.All.Should().HaveCount(6, "three pictures were of the former exposure and thrown away");
    }

    private HttpImagerDriverTests Exposed(double milliseconds)
    {
        _camera.ExpectJson("POST /exposure", FormattableString.Invariant($"{{\"milliseconds\":{milliseconds}}}"));
        return this;
    }

    private HttpImagerDriverTests Snapshot(string header)
    {
        _camera.Expect("GET /snapshot", $"HTTP/1.1 200 OK\r\nContent-Type: image/x-portable-graymap\r\n{header}Content-Length: {Graymap.Length}\r\n\r\n{Graymap}");
        return this;
    }

    private async Task<IDriver> ConnectedAsync(params (string, string)[] settings)
    {
        var status = new ScriptedHttpDevice().ExpectJson("GET /status", "{\"manufacturer\":\"A\",\"model\":\"B\",\"serial\":\"C\",\"firmware\":\"D\",\"milliseconds\":1}");
        var device = status;
        var driver = DriverFamilies.BuiltIn.Create(Commands.Settings("http-imager", settings), cancellation => device.ConnectAsync(cancellation), _clock, _linkClock);
        (await driver.ConnectAsync(CancellationToken.None)).Should().Be(new InstrumentIdentity("A", "B", "C", "D"));
        device = _camera;
        return driver;
    }

    private Task<ActionOutcome> CaptureAsync(IDriver driver) => driver.ExecuteAsync(Commands.Resolve(driver, "capture"), new ScriptedScope(_clock), CancellationToken.None);
}
