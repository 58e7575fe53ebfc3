using System.Text.Json;
using LabAutomation.Agents.Reasoning;

namespace LabAutomation.Hosting;

/// <summary>Finds the configured model of each role: its endpoint, its name, its key.</summary>
internal static class ModelDirectory
{
    private const int MostBytes = 1 << 20;

    /// <summary>Of a name that is told.</summary>
    private const int MostLetters = 100;

    /// <summary>Where a list of models is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="LabException">It is not configured, its key cannot be read, or its name cannot be found out; the message says what to do.</exception>
    public static async Task<ModelChoice> FindAsync(ReasoningOptions options, string role, HttpClient http, TimeProvider clock, CancellationToken cancellation)
    {
        var given = options.For(role);
        if (given.Endpoint is null)
        {
            throw new LabException(LabFault.Configuration,
                "there is no language model: Reasoning:Endpoint is not set. Give the address of one that speaks OpenAI's chat completions API, in appsettings.json or with --set, such as "
                + "--set Reasoning:Endpoint=http://127.0.0.1:11434/v1. Everything else works without one");
        }

        var (endpoint, key) = (new Uri(given.Endpoint), Key(given));
        var model = given.Model ?? await OnlyModelAsync(endpoint, key, http, clock, cancellation);
        return new ModelChoice(endpoint, model, key, given.InputPrice ?? 0, given.OutputPrice ?? 0);
    }

    /// <summary>The keys of all roles, also of those that take no part: whoever says one, it goes to no endpoint and on no record. One that cannot be read cannot be said either.</summary>
    public static IEnumerable<string?> Keys(ReasoningOptions options)
    {
        foreach (var given in options.Roles.Values.Prepend(options))
        {
            string? key = null;
            try
            {
                key = Key(given);
            }
            catch (LabException)
            {
                // Whoever takes the role is told.
            }

            yield return key;
        }
    }

    private static string? Key(RoleModelOptions given) =>
        ConfiguredSecret.Read(("Reasoning:KeyFile", given.KeyFile), ("Reasoning:KeyVariable", given.KeyVariable), "the key of the endpoint");

    /// <summary>Many endpoints on one's own machine have one model; nobody should have to look up its name.</summary>
    private static async Task<string> OnlyModelAsync(Uri endpoint, string? key, HttpClient http, TimeProvider clock, CancellationToken cancellation)
    {
        string[] models;
        try
        {
            using var deadline = new CancellationTokenSource(Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{endpoint.ToString().TrimEnd('/')}/models");
            if (key is not null) request.Headers.Authorization = new("Bearer", key);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            response.EnsureSuccessStatusCode();
            using var document = JsonDocument.Parse(await BodyAsync(response, either.Token));
            models = [.. document.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString() is { } id && !string.IsNullOrWhiteSpace(id) ? id : throw new JsonException("one of its models has no name"))];
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or IOException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new LabException(LabFault.Configuration, $"Reasoning:Model is not set, and the endpoint {endpoint.GetLeftPart(UriPartial.Path)} does not say which it has: {(error is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : error.Message)}", error);
        }

        return models switch
        {
            [var only] => only,
            [] => throw new LabException(LabFault.Configuration, $"the endpoint {endpoint.GetLeftPart(UriPartial.Path)} has no model; load one, or set Reasoning:Model"),
            _ => throw new LabException(LabFault.Configuration, $"Reasoning:Model is not set, and the endpoint has several: {string.Join(", ", models.Take(20).Select(id => id.Length <= MostLetters ? id : id[..MostLetters] + "…"))}"),
        };
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
            if (body.Length > MostBytes) throw new IOException($"its list has more than {MostBytes} bytes");
        }

        return body.ToArray();
    }
}
