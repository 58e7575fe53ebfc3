using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Protocol;
using Stateless;
using Stateless.Graph;

namespace LabAutomation.Instruments;

/// <summary>A camera behind HTTP, as docs/reference/instruments/http-imager.md says. It changes nothing in the lab, so that a picture may be taken again.</summary>
internal sealed class HttpImagerDriver : IDriver
{
    public const string FamilyName = "http-imager";

    /// <summary>The header in which a camera tells the exposure of the picture, in ms.</summary>
    private const string ExposureHeader = "X-Exposure-Ms";

    /// <summary>Pictures that may still be from before a new exposure.</summary>
    private const int MostStale = 4;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly HttpImagerOptions _options;
    private readonly HttpLink _link;
    private readonly StateMachine<ImagerState, Trigger> _machine = new(ImagerState.Offline, FiringMode.Immediate);

    public HttpImagerDriver(HttpImagerOptions options, Func<CancellationToken, Task<Stream>> connect, TimeProvider linkClock)
    {
        _options = options;
        _link = new HttpLink("camera", connect, linkClock);
        _machine.Configure(ImagerState.Offline).Permit(Trigger.Connected, ImagerState.Ready).Ignore(Trigger.Lost);
        _machine.Configure(ImagerState.Ready).Permit(Trigger.Lost, ImagerState.Offline).Ignore(Trigger.Connected);
        Commands =
        [
            new(
                "capture",
                "Takes a picture",
                Effect.Read,
                [new("exposure", "Exposure time", Unit.Parse("ms"), options.ShortestExposure, options.LongestExposure, Math.Clamp(20, options.ShortestExposure, options.LongestExposure))],
                [
                    new("picture", "As the camera gave it", Unit.One, Media: "image"),
                    new("mean", "Mean of all samples, 1 is full scale; of PNM pictures only", Unit.One),
                    new("saturated", "Part of the samples at full scale; of PNM pictures only", Unit.One),
                ],
                CancelWithin: 60),
        ];
    }

    private enum ImagerState { Offline, Ready }

    private enum Trigger { Connected, Lost }

    public string Family => FamilyName;

    public ImmutableArray<CommandDescription> Commands { get; }

    public ImmutableArray<PropertyDescription> Properties => [];

    /// <remarks>A camera moves, heats and doses nothing; there is nothing to stop.</remarks>
    public TimeSpan SafeWithin => TimeSpan.FromSeconds(1);

    public async Task<InstrumentIdentity> ConnectAsync(CancellationToken cancellation)
    {
        _machine.Fire(Trigger.Lost);
        var status = Read<ImagerStatus>(await _link.GetAsync("/status"));
        _machine.Fire(Trigger.Connected);
        return new InstrumentIdentity(status.Manufacturer, status.Model, status.Serial, status.Firmware);
    }

    public async Task<ActionOutcome> ExecuteAsync(DriverCommand command, IActionScope scope, CancellationToken cancellation)
    {
        var asked = command["exposure"];
        var reply = await _link.PostAsync("/exposure", JsonSerializer.Serialize(new ImagerExposure(asked), Json));
        if (reply.Status is 400 or 409 or 422) throw new InstrumentFaultException($"the camera refused an exposure of {Number(asked)} ms");
        var set = Read<ImagerExposure>(reply).Milliseconds;
        if (!IsSame(set, asked)) throw new InstrumentFaultException($"the camera took an exposure of {Number(set)} ms where {Number(asked)} ms were asked for");

        for (var stale = 0; stale <= MostStale; stale++)
        {
            if (cancellation.IsCancellationRequested) return ActionOutcome.Cancelled("cancelled before the picture was taken");
            scope.Report(0.5, "exposing");
            reply = await _link.GetAsync(_options.Snapshot);
            if (!reply.IsSuccess) throw new InstrumentFaultException($"the camera gives no picture: {reply.Question} was answered with {reply.Status}");
            var picture = Picture.Of(reply.ContentType, reply.Body) ?? throw _link.Garbage(reply, "no whole picture in PNM, PNG or JPEG");
            if (IsFresh(reply, asked)) return Tell(picture);
        }

        throw new InstrumentFaultException($"the camera still gives pictures of another exposure after {MostStale + 1} of them");
    }

    public Task<Recovery> RecoverAsync(StartedAction action, IActionScope scope, CancellationToken cancellation) => Task.FromResult<Recovery>(new Recovery.DidNotHappen());

    public Task<ImmutableSortedDictionary<string, Quantity>> ReadPropertiesAsync(CancellationToken cancellation) =>
        Task.FromResult(ImmutableSortedDictionary<string, Quantity>.Empty);

    /// <remarks>A camera moves, heats and pours nothing.</remarks>
    public Task MakeSafeAsync(CancellationToken cancellation) => Task.CompletedTask;

    public string State => _machine.State.ToString();

    public string ToMermaid() => MermaidGraph.Format(_machine.GetInfo());

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static ActionOutcome Tell(Picture picture)
    {
        var outcome = ActionOutcome.Succeeded().With("picture", new Media(picture.ContentType, picture.Bytes));
        if (picture.Statistics is not { } statistics) return outcome;
        return outcome.With("mean", new Quantity(statistics.Mean, Unit.One)).With("saturated", new Quantity(statistics.Saturated, Unit.One));
    }

    /// <summary>A camera that keeps pictures ready says of each how it was exposed; one that does not say is believed.</summary>
    private bool IsFresh(HttpReply reply, double asked)
    {
        if (!reply.Headers.TryGetValue(ExposureHeader, out var text)) return true;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exposure)
            ? IsSame(exposure, asked)
            : throw _link.Garbage(reply, $"its {ExposureHeader} is '{text}'");
    }

    private T Read<T>(HttpReply reply)
    {
        if (!reply.IsSuccess || reply.ContentType != "application/json") throw _link.Garbage(reply, "it should be JSON");
        try
        {
            return JsonSerializer.Deserialize<T>(reply.Body, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw _link.Garbage(reply, error.Message, error);
        }
    }

    private static bool IsSame(double one, double other) => Math.Abs(one - other) <= 0.01 * other;

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
