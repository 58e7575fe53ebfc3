using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Effect = LabAutomation.Simulators.Worlds.Effect;

namespace LabAutomation.SystemTests.Remote;

/// <summary>The embedded broker over TLS with accounts, one pump for <c>lab drive</c>, and an operator's link.</summary>
internal sealed class DriveStage : IAsyncDisposable
{
    /// <summary>Seconds; of the driver and of everybody else.</summary>
    public const int KeepAlive = 2;

    private const string Pump = "pump-cyan";
    private const string Operator = "operator";

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private string _password = "";

    public SecureBroker Broker { get; private set; } = null!;

    public InstrumentTopics Topics => Protocol.Topics.Of(Broker.Site, Pump);

    public IReadOnlyList<Effect> Dispensed => DispensedFrom("data");

    public TemporaryFolder Folder => _folder;

    public IReadOnlyList<Effect> DispensedFrom(string data) => [.. EffectLedger.Read(_folder.At(data, "devices")).Where(effect => effect.Kind == EffectKind.Dispense)];

    public static async Task<DriveStage> OpenAsync(string broker = SecureBroker.Embedded)
    {
        var stage = new DriveStage();
        stage.Broker = await SecureBroker.StartAsync(broker, stage._authority.Server("127.0.0.1"));
        stage._password = stage.Broker.Add($"driver-{Pump}", $"driver:{Pump}");
        stage._folder.Write("operator.json", JsonSerializer.Serialize(new
        {
            host = "127.0.0.1", port = stage.Broker.Port, userName = Operator, passwordFile = stage.Broker.Add(Operator, "operator"), tls = new { caFile = stage._authority.CaFile },
        }));
        return stage;
    }

    /// <summary>Starts <c>lab drive</c>; the program keeps what it knows from one start to the next.</summary>
    /// <param name="diameter">Of the syringe, in mm. A pump that has to be told another one forgets what it has moved.</param>
    /// <param name="data">Its data directory; two programs on one are told of each other.</param>
    /// <param name="firstHeartbeatWithin">Seconds.</param>
    /// <param name="brokerLease">Seconds.</param>
    /// <param name="account">One of its own, which is made; null for the pump's.</param>
    /// <param name="balance">The name of a balance in the same file, with an account of its own; null for none.</param>
    public LabProcess Drive(string diameter = "26.59", bool requiresInterlock = false, string data = "data", double firstHeartbeatWithin = 0.2, double brokerLease = 15, string? account = null, string? balance = null, params string[] limits)
    {
        if (balance is not null) Broker.Add($"driver-{balance}", $"driver:{balance}");
        var file = _folder.Write($"{data.Replace('/', '-')}.json", JsonSerializer.Serialize(new
        {
            Lab = new { Broker.Site, DataDirectory = _folder.At(data) },
            Broker = new { Host = "127.0.0.1", Broker.Port, UserName = account ?? "{client}", PasswordFile = account is null ? _password.Replace($"driver-{Pump}", "{client}", StringComparison.Ordinal) : Broker.Add(account, $"driver:{Pump}"), KeepAlive, Tls = new { _authority.CaFile } },
            Instruments = (object[])
            [
                new { Name = Pump, Family = "new-era-ne1000", Connection = "simulated", Settings = new { diameter }, RequiresInterlock = requiresInterlock, FirstHeartbeatWithin = firstHeartbeatWithin, BrokerLease = brokerLease, Limits = limits },
                .. balance is null ? (object[])[] : [new { Name = balance, Family = "mettler-mtsics", Connection = "simulated" }],
            ],
        }));
        return LabProcess.StartAsTyped(_folder.Path, ["drive", file], new Dictionary<string, string?>());
    }

    /// <summary>A command of the <c>lab</c> program that reads operator.json.</summary>
    public async Task<LabResult> OperateAsync(params string[] arguments)
    {
        using var lab = LabProcess.StartAsTyped(_folder.Path, arguments, new Dictionary<string, string?>());
        return await lab.EndAsync();
    }

    /// <summary>A client with a new account of this role, not connected yet.</summary>
    public MqttLabBus Client(string name, string role, BusMessage? will = null)
    {
        var link = Broker.Link(name, _authority.CaFile, Broker.Add(name, role)) with { KeepAlive = KeepAlive };
        return new MqttLabBus(link.Open(will), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
    }

    /// <summary>A connected client with a new account of this role.</summary>
    public async Task<MqttLabBus> ConnectAsync(string name, string role, BusMessage? will = null)
    {
        var bus = Client(name, role, will);
        await bus.StartAsync(CancellationToken.None).Soon();
        return bus;
    }

    /// <param name="rate">In mL/min; the volume is 0.4 mL.</param>
    public BusMessage Dispense(ActionId action, string source, double rate = 0.4)
    {
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.4, "mL")).Add("rate", Quantity.Of(rate, "mL/min"));
        return new CommandMessage(action, "dispense", new CommandFrame(arguments, DateTimeOffset.UtcNow.AddMinutes(5)), Protocol.Topics.Replies(source), source, null, null).ToBusMessage(Topics, 300);
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(10, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (Broker is not null) await Broker.DisposeAsync();
        _folder.Dispose();
        _authority.Dispose();
    }
}
