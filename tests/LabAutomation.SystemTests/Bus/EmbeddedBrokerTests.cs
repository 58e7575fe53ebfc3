using System.Net;
using System.Net.NetworkInformation;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Bus;

public sealed class EmbeddedBrokerTests : IAsyncLifetime
{
    private static readonly string Action = ActionId.Derive("c", 1, "s", 0, 1).ToString();

    private readonly EmbeddedBroker _broker = new(NullLogger<EmbeddedBroker>.Instance);

    public Task InitializeAsync() => _broker.StartAsync();

    public Task DisposeAsync() => _broker.StopAsync();

    public static TheoryData<string, string, bool> Publishing => Matrix(
    [
        ("lab/1/site/pump/birth", "driver"),
        ("lab/1/site/pump/liveness", "driver"),
        ("lab/1/site/pump/state", "driver"),
        ("lab/1/site/pump/prop/volume", "driver"),
        ("lab/1/site/pump/event", "driver"),
        ($"lab/1/site/pump/exec/{Action}/status", "driver"),
        ($"lab/1/site/pump/exec/{Action}/result", "driver"),
        ($"lab/1/site/pump/exec/{Action}/data/uv", "driver"),
        ($"lab/1/site/pump/exec/{Action}/ack", "agents"),
        ("lab/1/site/pump/cmd/dispense", "agents"),
        ("lab/1/site/pump/ctl/abort", "agents"),
        ("lab/1/site/stirrer/state", ""),
        ($"lab/1/site/stirrer/exec/{Action}/result", ""),
        ("lab/1/site/stirrer/cmd/stir", "agents"),
        ("lab/1/elsewhere/pump/cmd/dispense", ""),
        ("lab/1/elsewhere/pump/state", ""),
        ("lab/1/clients/agents/reply", "driver"),
        ("lab/1/clients/other/reply/7", "driver"),
        ("lab/1/clients/other/reply/control", "driver agents"),
        ("lab/1/interlock/trip", ""),
        ("lab/1/site/pump/prop/a/b", ""),
        ("lab/2/site/pump/state", ""),
        ("$SYS/broker/version", ""),
    ]);

    public static TheoryData<string, string, bool> Subscribing => Matrix(
    [
        ("lab/1/site/pump/cmd/+", "driver"),
        ("lab/1/site/pump/ctl/+", "driver"),
        ("lab/1/site/pump/exec/+/ack", "driver agents"),
        ("lab/1/interlock/trip", "driver agents"),
        ("lab/1/site/pump/exec/#", "agents"),
        ("lab/1/site/+/exec/+/result", "agents"),
        ("lab/1/+/+/birth", "agents"),
        ("lab/1/+/+/liveness", "agents"),
        ("lab/1/+/+/prop/+", "agents"),
        ("lab/1/site/+/event", "agents"),
        ("lab/1/site/stirrer/cmd/+", ""),
        ("lab/1/site/+/cmd/+", ""),
        ("lab/1/clients/agents/reply", "agents"),
        ("lab/1/clients/agents/reply/#", "agents"),
        ("lab/1/clients/driver/reply", "driver"),
        ("lab/1/clients/+/reply", ""),
        ("lab/1/clients/#", ""),
        ("lab/1/site/#", ""),
        ("lab/1/#", ""),
        ("#", ""),
        ("+/1/site/pump/cmd/+", ""),
        ("$SYS/#", ""),
    ]);

    [Theory]
    [MemberData(nameof(Publishing))]
    public async Task Publishing_is_allowed_where_the_access_list_says_so_and_nowhere_else(string topic, string client, bool allowed)
    {
        await using var bus = await StartAsync(client);
        await using var witness = await StartAsync("witness", BrokerAccess.Everything);
        var mailbox = await Mailbox.OpenAsync(witness, "lab/#");

        foreach (var message in new[] { new BusMessage(topic, new byte[1]), new BusMessage(topic, new byte[1]) { Retain = true }, BusMessage.Cleared(topic) })
        {
            var publishing = bus.Awaiting(b => b.PublishAsync(message, CancellationToken.None).Soon());
            if (allowed) await publishing.Should().NotThrowAsync();
            else await publishing.Should().ThrowAsync<BusRefusedException>().WithMessage($"*{topic}*NotAuthorized*");
        }

        await witness.PublishAsync(new BusMessage("lab/end", default), CancellationToken.None).Soon();
        for (var i = 0; i < (allowed ? 3 : 0); i++) (await mailbox.NextAsync()).Topic.Should().Be(topic);
        (await mailbox.NextAsync()).Topic.Should().Be("lab/end");
        bus.IsConnected.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Subscribing))]
    public async Task Subscribing_is_allowed_where_the_access_list_says_so_and_nowhere_else(string filter, string client, bool allowed)
    {
        await using var bus = await StartAsync(client);

        var subscribing = bus.Awaiting(b => Mailbox.OpenAsync(b, filter));

        if (allowed) await subscribing.Should().NotThrowAsync();
        else await subscribing.Should().ThrowAsync<BusRefusedException>().WithMessage($"*{filter}*NotAuthorized*");
        bus.IsConnected.Should().BeTrue();
    }

    [Fact]
    public async Task A_will_outside_the_access_list_is_not_published()
    {
        var account = _broker.Issue("thief", new BrokerAccess(["lab/1/site/thief/#"], []));
        await using var witness = await StartAsync("witness", BrokerAccess.Everything);
        var mailbox = await Mailbox.OpenAsync(witness, "lab/#");
        await using var proxy = new LinkProxy(_broker.Port);
        await using var bus = Bus(account.ClientId, account.UserName, account.Password, proxy.Port, new BusMessage("lab/1/interlock/trip", new byte[1]));
        await bus.StartAsync(CancellationToken.None).Soon();

        var lost = BusStage.Change(bus, false);
        proxy.Cut();
        await lost.Soon();
        proxy.Restore();
        await bus.PublishAsync(new BusMessage("lab/1/site/thief/state", default), CancellationToken.None).Soon();

        (await mailbox.NextAsync()).Topic.Should().Be("lab/1/site/thief/state");
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_right_name_password_and_client_id()
    {
        var pump = _broker.Issue("pump", BrokerAccess.Everything);
        var stirrer = _broker.Issue("stirrer", BrokerAccess.Everything);

        (string ClientId, string? UserName, string? Password)[] attempts =
        [
            ("pump", null, null),
            ("pump", "pump", null),
            ("pump", "pump", ""),
            ("pump", "pump", pump.Password[..^1]),
            ("pump", "pump", pump.Password + "0"),
            ("pump", "pump", pump.Password.ToUpperInvariant()),
            ("pump", "pump", stirrer.Password),
            ("pump", "stirrer", stirrer.Password),
            ("stirrer", "pump", pump.Password),
            ("Pump", "Pump", pump.Password),
            ("stranger", "stranger", pump.Password),
            ("stranger", "pump", pump.Password),
            ("admin", "admin", "admin"),
        ];
        foreach (var (clientId, userName, password) in attempts)
        {
            await using var bus = Bus(clientId, userName, password, _broker.Port);
            await bus.Awaiting(b => b.StartAsync(CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>($"{clientId}, {userName}");
        }

        await using var right = Bus("pump", "pump", pump.Password, _broker.Port);
        await right.StartAsync(CancellationToken.None).Soon();
    }

    [Fact]
    public async Task A_new_account_makes_the_old_password_void()
    {
        var old = _broker.Issue("pump", BrokerAccess.Everything);
        var current = _broker.Issue("pump", BrokerAccess.Everything);
        await using var late = Bus("pump", "pump", old.Password, _broker.Port);
        await using var right = Bus("pump", "pump", current.Password, _broker.Port);

        await late.Awaiting(b => b.StartAsync(CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>();
        await right.StartAsync(CancellationToken.None).Soon();
    }

    [Fact]
    public void Passwords_have_256_random_bits_and_do_not_show()
    {
        var accounts = Enumerable.Range(0, 100).Select(i => _broker.Issue($"client{i}", BrokerAccess.None)).ToList();

        accounts.Select(account => account.Password).Should().OnlyHaveUniqueItems().And.OnlyContain(password => Convert.FromHexString(password).Length == 32);
        accounts.Should().OnlyContain(account => !account.ToString().Contains(account.Password));
    }

    [Fact]
    public void There_is_an_end_to_accounts_and_so_to_connections()
    {
        for (var i = 0; i < BrokerAccounts.MaximumAccounts; i++) _broker.Issue($"client{i}", BrokerAccess.None);

        _broker.Invoking(broker => broker.Issue("another", BrokerAccess.None)).Should().Throw<InvalidOperationException>().WithMessage("*4096*");
        _broker.Invoking(broker => broker.Issue("client7", BrokerAccess.None)).Should().NotThrow();
    }

    [Fact]
    public async Task A_payload_beyond_the_limit_is_refused_and_the_connection_stands()
    {
        var account = _broker.Issue("pump", BrokerAccess.Everything);
        var options = new MqttLabBusOptions
        {
            Host = "127.0.0.1", Port = _broker.Port, ClientId = "pump", UserName = "pump", Password = account.Password, MaximumMessageBytes = 8 << 20,
        };
        await using var bus = new MqttLabBus(options, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        await bus.StartAsync(CancellationToken.None).Soon();

        await bus.Awaiting(b => b.PublishAsync(new BusMessage("lab/x", new byte[EmbeddedBroker.MaximumMessageBytes + 1]), CancellationToken.None).Soon())
            .Should().ThrowAsync<BusRefusedException>().WithMessage("*lab/x*");
        await bus.PublishAsync(new BusMessage("lab/x", new byte[1]), CancellationToken.None).Soon();
    }

    [Fact]
    public void It_listens_on_the_loopback_address_alone()
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => end.Port == _broker.Port);

        listening.Should().Equal(new IPEndPoint(IPAddress.Loopback, _broker.Port));
    }

    [Fact]
    public async Task Two_brokers_run_side_by_side_and_a_stopped_one_can_start_again()
    {
        await using var other = new EmbeddedBroker(NullLogger<EmbeddedBroker>.Instance);
        await other.StartAsync();
        other.Port.Should().NotBe(_broker.Port);
        var account = other.Issue("pump", BrokerAccess.Everything);

        await other.Awaiting(broker => broker.StartAsync()).Should().ThrowAsync<InvalidOperationException>();
        await other.StopAsync();
        await other.StopAsync();
        await other.StartAsync();

        await using var bus = Bus("pump", "pump", account.Password, other.Port);
        await bus.StartAsync(CancellationToken.None).Soon();
    }

    private static TheoryData<string, string, bool> Matrix(IEnumerable<(string Topic, string Allowed)> rows)
    {
        var data = new TheoryData<string, string, bool>();
        foreach (var (topic, allowed) in rows)
        {
            foreach (var client in new[] { "driver", "agents", "stranger" }) data.Add(topic, client, allowed.Split(' ').Contains(client));
        }

        return data;
    }

    private static MqttLabBus Bus(string clientId, string? userName, string? password, int port, BusMessage? will = null)
    {
        var options = new MqttLabBusOptions { Host = "127.0.0.1", Port = port, ClientId = clientId, UserName = userName, Password = password, Will = will };
        return new MqttLabBus(options, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
    }

    private Task<MqttLabBus> StartAsync(string client) => StartAsync(client, client switch
    {
        "driver" => BrokerAccess.ForDriver("site", "pump", "driver"),
        "agents" => BrokerAccess.ForAgents("site", "agents"),
        _ => BrokerAccess.None,
    });

    private async Task<MqttLabBus> StartAsync(string client, BrokerAccess access)
    {
        var account = _broker.Issue(client, access);
        var bus = Bus(client, account.UserName, account.Password, _broker.Port);
        await bus.StartAsync(CancellationToken.None).Soon();
        return bus;
    }
}
