using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;

namespace LabAutomation.Lab.Mcp;

/// <summary>What a program says of itself.</summary>
/// <param name="Transport">stdio or http.</param>
/// <param name="Session">Of the transport; empty where it has none.</param>
internal sealed record ClientIdentity(string Name, string Version, string Transport, string Session);

/// <summary>
/// Where programs call tools: all of them share one conversation, one budget and one label, so that calling again under another name gains nothing. What they say
/// may come from anywhere, and is untrusted from the first word.
/// </summary>
internal sealed class ClientDesk
{
    /// <summary>Programs that are remembered; one that comes back after so many others is told anew, under another number.</summary>
    private const int MostRemembered = 1000;

    private const int MostLetters = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientIdentity, Client> _clients = [];
    private readonly Queue<ClientIdentity> _order = [];
    private readonly Client _nobody = new(0);
    private readonly HeldConversation _held;
    private readonly Secrets _secrets;
    private readonly Account _account;
    private int _calls;
    private int _numbers;

    /// <param name="secrets">Taken out of what programs say of themselves.</param>
    /// <param name="clock">The wall clock.</param>
    public ClientDesk(HeldConversation held, string person, Secrets secrets, TimeProvider clock)
    {
        (_held, _secrets) = (held, secrets);
        _account = new Account(new Caller(person, ReasoningRole.Client.Name, held.Record.Conversation), clock);
        _account.Saw(Label.Untrusted);
    }

    /// <summary>The tools that the policy lets programs call at all.</summary>
    public IEnumerable<LabTool> Tools => _held.Gate.Of(ReasoningRole.Client.Name);

    public string Conversation => _held.Record.Conversation;

    /// <summary>The calls of one program are made one after the other, and hold up no other's; each is judged and on record.</summary>
    /// <inheritdoc cref="ToolGate.CallAsync"/>
    public async Task<ToolReply> CallAsync(ClientIdentity client, string tool, ImmutableSortedDictionary<string, string>? arguments, CancellationToken cancellation)
    {
        var known = Known(client);
        await known.Turn.WaitAsync(cancellation);
        try
        {
            return await _held.Gate.CallAsync(_account, FormattableString.Invariant($"{ReasoningRole.Client.Name}-{known.Number}-{Interlocked.Increment(ref _calls)}"), tool, arguments, cancellation);
        }
        finally
        {
            known.Turn.Release();
        }
    }

    /// <summary>Each program whose call may be made has a number. Who comes when the budget of calls is spent is denied, and need not be told apart: 0.</summary>
    private Client Known(ClientIdentity client)
    {
        var named = client with { Name = Short(client.Name), Version = Short(client.Version) };
        lock (_lock)
        {
            if (_clients.TryGetValue(named, out var known)) return known;
            if (!_held.Gate.HasCalls(_account)) return _nobody;
            if (_order.Count == MostRemembered) _clients.Remove(_order.Dequeue());
            _held.Record.Write(new ClientConnected(_numbers + 1, named.Name, named.Version, named.Transport));
            _order.Enqueue(named);
            return _clients[named] = new Client(++_numbers);
        }
    }

    private string Short(string text)
    {
        var clean = _secrets.Without(text);
        return clean.Length <= MostLetters ? clean : clean[..MostLetters];
    }

    /// <summary>A program that calls, and its turn.</summary>
    private sealed record Client(int Number)
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);
    }
}
