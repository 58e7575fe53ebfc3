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
    /// <summary>Programs that are told apart; the calls of any more are recorded under number 0.</summary>
    private const int MostClients = 100;

    private const int MostLetters = 100;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<ClientIdentity, int> _clients = [];
    private readonly HeldConversation _held;
    private readonly Secrets _secrets;
    private readonly Account _account;
    private int _calls;

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

    /// <summary>One call after the other, each judged and on record.</summary>
    /// <inheritdoc cref="ToolGate.CallAsync"/>
    public async Task<ToolReply> CallAsync(ClientIdentity client, string tool, ImmutableSortedDictionary<string, string>? arguments, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await _held.Gate.CallAsync(_account, FormattableString.Invariant($"{ReasoningRole.Client.Name}-{Number(client)}-{++_calls}"), tool, arguments, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private int Number(ClientIdentity client)
    {
        var named = client with { Name = Short(client.Name), Version = Short(client.Version) };
        if (_clients.TryGetValue(named, out var known)) return known;
        if (_clients.Count == MostClients) return 0;
        var number = _clients.Count + 1;
        _held.Record.Write(new ClientConnected(number, named.Name, named.Version, named.Transport));
        return _clients[named] = number;
    }

    private string Short(string text)
    {
        var clean = _secrets.Without(text);
        return clean.Length <= MostLetters ? clean : clean[..MostLetters];
    }
}
