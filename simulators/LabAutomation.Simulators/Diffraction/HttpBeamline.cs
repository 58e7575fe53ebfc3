using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LabAutomation.Simulators.Http;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Diffraction;

/// <summary>
/// The detector, attenuator and stage of docs/reference/instruments/http-beamline.md. The attenuator has filters in steps of a thousandth, the stage carries the nozzle of the jet, and where
/// the jet meets the beam follows from the seed. From a pulse on it may drift. An exposure has the caller's name: asked for again, it is not made again.
/// </summary>
internal sealed class HttpBeamline(World<BeamlineState> world, string name, int driftFrom) : IWireDevice
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(0.1);

    private const int MostFrames = 24;
    private const int Remembered = 8;

    /// <summary>µm.</summary>
    private const double Reach = 50;

    /// <summary>µm/s.</summary>
    private const double Speed = 10;

    internal static readonly DetectorGeometry Geometry = new(256, 256, 0.3, 60, 1.3);

    internal static readonly DetectorScene Scene = new() { Panel = 124, Gap = 8, RingWidth = 11, JetWidth = 22, Brightness = 1500, Background = 3, Ring = 6, BestHitRate = 0.7 };

    private readonly HttpRequestReader reader = new();
    private readonly Lazy<AreaDetector> detector = new(() => new AreaDetector(Geometry, driftFrom == 0 ? Scene : Scene with { Drift = Drift(driftFrom) }, UnitCell.Lysozyme, world.Seed));
    private readonly double jet = (2 * new SeededNoise(world.Seed, "jet", 0).Uniform() - 1) * 0.6 * Reach;
    private Action<byte[]> send = _ => { };

    /// <summary>Crystals that grow worse under a beam that spreads: what a network that was taught sharp peaks has not seen.</summary>
    private static DetectorDrift Drift(int from) => new(from, 200) { PeakWidth = 2, Background = 2, Gain = 0.9, Pedestal = 5 };

    private BeamlineState State => world.State;

    public static DeviceSetup Make(DeviceSite site) => site.Place<BeamlineState, HttpBeamline>(world => new HttpBeamline(world, site.Name, Math.Max(0, site.Setting("drift-from", 0))), (_, device) => device);

    /// <summary>µm: where the stage has to stand for jet and beam to meet.</summary>
    public double Jet => jet;

    public bool? IsAtRest => !IsMoving && State.Exposures.TrueForAll(IsOver);

    public void Open(Action<byte[]> output) => send = output;

    public void Close() => reader.Clear();

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var (request, status) in reader.Feed(bytes)) send((request is null ? Error(status, "no request of HTTP/1.1") : Answer(request)).ToBytes());
    }

    private HttpAnswer Answer(HttpRequest request) => (request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries), request.Method) switch
    {
        (["status"], "GET") => HttpAnswer.Json(200, Status()),
        (["attenuator"], "POST") => Attenuate(request),
        (["stage"], "POST") => Move(request),
        (["stage", "stop"], "POST") => Halt(),
        (["exposures"], "POST") => Expose(request),
        (["exposures", var id], "GET") => Of(id, one => HttpAnswer.Json(200, Told(one))),
        (["exposures", var id, "frames"], "GET") => Of(id, one => IsOver(one) ? new HttpAnswer(200, "image/x-portable-graymap", Frames(one)) : Error(409, "the exposure is not over")),
        (["exposures", var id, "abort"], "POST") => Of(id, Abort),
        (["status"] or ["attenuator"] or ["stage", ..] or ["exposures", ..], _) => Error(405, $"{request.Path} knows no {request.Method}"),
        _ => Error(404, $"there is no {request.Path}"),
    };

    private JsonObject Status() => new()
    {
        ["manufacturer"] = "LABAUTOMATION",
        ["model"] = "BEAM256",
        ["serial"] = ((uint)world.Seed).ToString("X8", CultureInfo.InvariantCulture),
        ["firmware"] = "1.0",
        ["width"] = Geometry.Width,
        ["height"] = Geometry.Height,
        ["transmission"] = State.Transmission,
        ["position"] = Position,
        ["target"] = State.To,
        ["moving"] = IsMoving,
        ["exposing"] = State.Exposures.LastOrDefault() is { } last && !IsOver(last) ? last.Id : null,
        ["last"] = State.Exposures.LastOrDefault()?.Id,
    };

    private double Position
    {
        get
        {
            var way = (world.Now - State.Since).TotalSeconds * Speed;
            return way >= Math.Abs(State.To - State.From) ? State.To : State.From + (way * Math.Sign(State.To - State.From));
        }
    }

    private bool IsMoving => Position != State.To;

    private HttpAnswer Attenuate(HttpRequest request)
    {
        if (Number(request, "transmission") is not { } asked) return Error(400, "the body must be {\"transmission\": number}");
        if (!(asked is >= 0.001 and <= 1)) return Error(422, "transmission must be from 0.001 to 1");
        if (State.Exposures.Exists(one => !IsOver(one))) return Error(409, "an exposure is under way");
        var filter = Math.Round(asked, 3);
        if (filter != State.Transmission) world.Record(name, EffectKind.Attenuation, filter);
        State.Transmission = filter;
        return HttpAnswer.Json(200, new JsonObject { ["transmission"] = filter });
    }

    private HttpAnswer Move(HttpRequest request)
    {
        if (Number(request, "position") is not { } asked) return Error(400, "the body must be {\"position\": number}");
        if (!(Math.Abs(asked) <= Reach)) return Error(422, string.Create(CultureInfo.InvariantCulture, $"position must be from -{Reach} to {Reach}"));
        if (State.Exposures.Exists(one => !IsOver(one))) return Error(409, "an exposure is under way");
        if (asked != State.To)
        {
            (State.From, State.To, State.Since) = (Position, asked, world.Now);
            world.Record(name, EffectKind.Move, asked);
        }

        return HttpAnswer.Json(200, new JsonObject { ["target"] = asked });
    }

    private HttpAnswer Halt()
    {
        (State.From, State.To) = (Position, Position);
        world.Changed();
        return HttpAnswer.Json(200, new JsonObject { ["position"] = State.To });
    }

    private HttpAnswer Expose(HttpRequest request)
    {
        var (frames, id) = (Number(request, "frames"), Text(request, "id"));
        if (frames is not (>= 1 and <= MostFrames) || frames != Math.Floor(frames.Value)) return Error(422, $"frames must be a whole number from 1 to {MostFrames}");
        if (id is null || id.Length is 0 or > 64) return Error(422, "id must be a text of 1 to 64 characters");
        if (State.Exposures.Find(one => one.Id == id) is { } known) return HttpAnswer.Json(200, Told(known));
        if (IsMoving) return Error(409, "the stage is moving");
        if (State.Exposures.Exists(one => !IsOver(one))) return Error(409, "an exposure is under way");
        var made = new ExposureState { Id = id, First = State.Pulses + 1, Frames = (int)frames, Since = world.Now, Transmission = State.Transmission, Position = Position };
        State.Pulses += made.Frames;
        State.Exposures.Add(made);
        if (State.Exposures.Count > Remembered) State.Exposures.RemoveAt(0);
        world.Record(name, EffectKind.Frames, made.Frames);
        return HttpAnswer.Json(201, Told(made));
    }

    private HttpAnswer Abort(ExposureState one)
    {
        if (!IsOver(one))
        {
            (one.Frames, one.WasAborted) = (Taken(one), true);
            world.Changed();
        }

        return HttpAnswer.Json(200, Told(one));
    }

    private bool IsOver(ExposureState one) => one.WasAborted || world.Now >= one.Ends;

    private int Taken(ExposureState one) => (int)Math.Clamp((world.Now - one.Since) / Period, 0, one.Frames);

    private JsonObject Told(ExposureState one) => new()
    {
        ["id"] = one.Id,
        ["state"] = one.WasAborted ? "aborted" : IsOver(one) ? "done" : "running",
        ["taken"] = Taken(one),
        ["transmission"] = one.Transmission,
        ["position"] = one.Position,
    };

    private HttpAnswer Of(string id, Func<ExposureState, HttpAnswer> answer) => State.Exposures.Find(one => one.Id == id) is { } known ? answer(known) : Error(404, $"there is no exposure '{id}'");

    /// <summary>A graymap of 16 bits for each frame, one after the other (pgm(5)); the first says what it is.</summary>
    private byte[] Frames(ExposureState one)
    {
        using var bytes = new MemoryStream();
        for (var k = 0; k < one.Frames; k++)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"P5\n{Geometry.Width} {Geometry.Height}\n65535\n"));
            var counts = detector.Value.Draw(one.First + k, one.Transmission, one.Position - jet).Counts;
            var samples = new byte[2 * counts.Length];
            for (var i = 0; i < counts.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(samples.AsSpan(2 * i), counts[i]);
            bytes.Write(samples);
        }

        return bytes.ToArray();
    }

    private static double? Number(HttpRequest request, string key) => Read(request, key) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    private static string? Text(HttpRequest request, string key) => Read(request, key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement? Read(HttpRequest request, string key)
    {
        try
        {
            using var body = JsonDocument.Parse(request.Body);
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(key, out var value) ? value.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HttpAnswer Error(int status, string message) => HttpAnswer.Json(status, new JsonObject { ["error"] = message });
}
