using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LabAutomation.Simulators.Http;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Cameras;

/// <summary>
/// The camera of docs/reference/instruments/http-imager.md. It runs freely: the first picture after a new exposure was begun with the former
/// one and says so. Pictures go out in chunks, everything else with its length.
/// </summary>
internal sealed class HttpCamera : IWireDevice, IDisposable
{
    /// <summary>ms.</summary>
    private const double ShortestExposure = 0.1;

    /// <summary>ms.</summary>
    private const double LongestExposure = 1000;

    private static readonly TimeSpan Readout = TimeSpan.FromMilliseconds(30);

    private readonly World<CameraState> world;
    private readonly string name;
    private readonly HttpIntake intake;
    private readonly ITimer resume;
    private DateTimeOffset? pictureEnds;

    public HttpCamera(World<CameraState> world, string name)
    {
        (this.world, this.name) = (world, name);
        intake = new HttpIntake(Answer, status => Error(status, "no request of HTTP/1.1"));
        resume = world.Clock.CreateTimer(_ => world.Do(Continue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private CameraState State => world.State;

    public static DeviceSetup Make(DeviceSite site) => site.Place<CameraState, HttpCamera>(world => new HttpCamera(world, site.Name));

    public bool? IsAtRest => true;

    public void Open(Action<byte[]> output) => intake.Open(output);

    public void Close()
    {
        intake.Close();
        pictureEnds = null;
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        intake.Receive(bytes);
        Continue();
    }

    public void Dispose() => resume.Dispose();

    private bool Continue()
    {
        if (intake.Run()) return true;
        resume.Change(pictureEnds!.Value - world.Now, Timeout.InfiniteTimeSpan);
        return false;
    }

    /// <summary>Null where the answer is not ready.</summary>
    private HttpAnswer? Answer(HttpRequest request) => (request.Path, request.Method) switch
    {
        ("/status", "GET") => HttpAnswer.Json(200, new JsonObject
        {
            ["manufacturer"] = "LABAUTOMATION",
            ["model"] = "CAM160",
            ["serial"] = ((uint)world.Seed).ToString("X8", CultureInfo.InvariantCulture),
            ["firmware"] = "1.0",
            ["milliseconds"] = State.Exposure,
        }),
        ("/snapshot", "GET") => Snapshot(),
        ("/exposure", "POST") => Expose(request),
        ("/status" or "/snapshot" or "/exposure", _) => Error(405, $"{request.Path} knows no {request.Method}"),
        _ => Error(404, $"there is no {request.Path}"),
    };

    private HttpAnswer Expose(HttpRequest request)
    {
        double exposure;
        try
        {
            using var body = JsonDocument.Parse(request.Body);
            exposure = body.RootElement.GetProperty("milliseconds").GetDouble();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Error(400, "the body must be {\"milliseconds\": number}");
        }

        if (!(exposure >= ShortestExposure && exposure <= LongestExposure))
            return Error(422, string.Create(CultureInfo.InvariantCulture, $"milliseconds must be from {ShortestExposure} to {LongestExposure}"));
        if (exposure != State.Exposure) (State.Former, State.Exposure) = (State.Former ?? State.Exposure, exposure);
        world.Changed();
        return HttpAnswer.Json(200, new JsonObject { ["milliseconds"] = exposure });
    }

    private HttpAnswer? Snapshot()
    {
        var exposure = State.Former ?? State.Exposure;
        pictureEnds ??= world.Now + TimeSpan.FromMilliseconds(exposure) + Readout;
        if (world.Now < pictureEnds) return null;
        (pictureEnds, State.Former) = (null, null);
        world.Record(name, EffectKind.Exposure, ++State.Pictures);
        return new HttpAnswer(200, "image/x-portable-graymap", Scene.Draw(world.Seed, State.Pictures, exposure), IsChunked: true)
        {
            Headers = [("X-Exposure-Ms", exposure.ToString("R", CultureInfo.InvariantCulture))],
        };
    }

    private static HttpAnswer Error(int status, string message) => HttpAnswer.Json(status, new JsonObject { ["error"] = message });
}
