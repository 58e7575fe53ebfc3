namespace LabAutomation.Simulators.Http;

/// <summary>Requests in and answers out, in their order. One whose answer is not ready holds up those behind it.</summary>
/// <param name="answer">Null where the answer is not ready.</param>
/// <param name="refuse">The answer to what is no request, by its status.</param>
internal sealed class HttpIntake(Func<HttpRequest, HttpAnswer?> answer, Func<int, HttpAnswer> refuse)
{
    private readonly HttpRequestReader reader = new();
    private readonly Queue<(HttpRequest? Request, int Status)> requests = [];
    private Action<byte[]> send = _ => { };

    public void Open(Action<byte[]> output) => send = output;

    public void Close()
    {
        reader.Clear();
        requests.Clear();
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var request in reader.Feed(bytes)) requests.Enqueue(request);
    }

    /// <returns>False where an answer is not ready; call again later.</returns>
    public bool Run()
    {
        while (requests.TryPeek(out var next))
        {
            if ((next.Request is { } request ? answer(request) : refuse(next.Status)) is not { } ready) return false;
            requests.Dequeue();
            send(ready.ToBytes());
        }

        return true;
    }
}
