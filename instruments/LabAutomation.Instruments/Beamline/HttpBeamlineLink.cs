using System.Text.Json;

namespace LabAutomation.Instruments;

/// <summary>The requests of docs/reference/instruments/http-beamline.md, and their answers checked.</summary>
internal sealed class HttpBeamlineLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly HttpLink _link = new("beamline", connect, clock);

    public async Task<BeamlineStatus> StatusAsync()
    {
        var reply = await _link.GetAsync("/status");
        var status = Read<BeamlineStatus>(reply);
        return status is { Width: > 0 and <= 8192, Height: > 0 and <= 8192 } && double.IsFinite(status.Position) && double.IsFinite(status.Target)
            ? status
            : throw _link.Garbage(reply, "a detector has 1 to 8192 pixels each way and a stage is somewhere");
    }

    /// <returns>The transmission that was set.</returns>
    public async Task<double> AttenuateAsync(double transmission)
    {
        var reply = await ActAsync("/attenuator", new { transmission });
        var set = Read<JsonElement>(reply);
        return set.ValueKind == JsonValueKind.Object && set.TryGetProperty("transmission", out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : throw _link.Garbage(reply, "it tells no transmission");
    }

    /// <param name="position">µm.</param>
    public Task MoveAsync(double position) => ActAsync("/stage", new { position });

    public Task HaltAsync() => ActAsync("/stage/stop", new { });

    public async Task<BeamlineExposure> ExposeAsync(string id, int frames) => Exposure(await ActAsync("/exposures", new { id, frames }), id);

    public async Task<BeamlineExposure> AbortAsync(string id) => Exposure(await ActAsync($"/exposures/{id}/abort", new { }), id);

    /// <returns>Null where the detector knows none of that name.</returns>
    public async Task<BeamlineExposure?> ExposureAsync(string id)
    {
        var reply = await _link.GetAsync($"/exposures/{id}");
        return reply.Status == 404 && Refusal(reply) is not null ? null : Exposure(reply, id);
    }

    /// <summary>What an exposure that is over has given; null where it has no frames.</summary>
    public async Task<byte[]?> FramesAsync(BeamlineExposure exposure, BeamlineStatus detector)
    {
        if (exposure.Taken == 0) return null;
        var reply = await _link.GetAsync($"/exposures/{exposure.Id}/frames");
        if (!reply.IsSuccess || reply.ContentType != FrameStack.ContentType || !FrameStack.IsWhole(reply.Body, exposure.Taken, detector.Width, detector.Height))
            throw _link.Garbage(reply, $"it should be {exposure.Taken} graymaps of {detector.Width} × {detector.Height} pixels of 16 bits");
        return reply.Body;
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<HttpReply> ActAsync(string path, object body)
    {
        var reply = await _link.PostAsync(path, JsonSerializer.Serialize(body, Json));
        return reply.Status is 400 or 404 or 409 or 422 ? throw new InstrumentFaultException($"the beamline refused {reply.Question}: {Refusal(reply) ?? $"status {reply.Status}"}") : reply;
    }

    private BeamlineExposure Exposure(HttpReply reply, string id)
    {
        var exposure = Read<BeamlineExposure>(reply);
        return exposure.Id == id && exposure.State is "running" or "done" or "aborted" && exposure.Taken >= 0 ? exposure : throw _link.Garbage(reply, $"it is not exposure {id}");
    }

    /// <summary>Its own words; null where it gives none.</summary>
    private string? Refusal(HttpReply reply)
    {
        var told = Parse<JsonElement>(reply);
        return told.ValueKind == JsonValueKind.Object && told.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString() : null;
    }

    private T Read<T>(HttpReply reply) => reply.IsSuccess ? Parse<T>(reply) : throw _link.Garbage(reply, "it should be an answer");

    private T Parse<T>(HttpReply reply)
    {
        if (reply.ContentType != "application/json") throw _link.Garbage(reply, "it should be JSON");
        try
        {
            return JsonSerializer.Deserialize<T>(reply.Body, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw _link.Garbage(reply, error.Message, error);
        }
    }
}
