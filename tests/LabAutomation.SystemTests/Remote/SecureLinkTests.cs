using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Remote;

/// <summary>TLS towards the embedded broker and towards mosquitto, over real sockets.</summary>
public sealed class SecureLinkTests
{
    private const string Agents = "remote-agents";

    public static TheoryData<string> Both => SecureBroker.Both;

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public async Task A_client_that_trusts_the_authority_talks(string kind)
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(kind, authority.Server("127.0.0.1"));
        await using var bus = Bus(broker.Link("person", authority.CaFile, broker.Add("person", "operator")));

        await bus.StartAsync(CancellationToken.None).Soon();
        var mailbox = await Mailbox.OpenAsync(bus, Topics.InterlockTrip);
        await bus.PublishAsync(new BusMessage(Topics.InterlockTrip, new byte[70_000]), CancellationToken.None).Soon();

        (await mailbox.NextAsync()).Payload.Length.Should().Be(70_000);
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public async Task A_broker_of_another_authority_is_not_trusted(string kind)
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(kind, authority.Server("127.0.0.1"));

        await RefusedAsync(broker.Link(Agents, other.CaFile, broker.Add(Agents, "agents")), "cannot be trusted");
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public async Task A_broker_that_goes_by_another_name_is_not_trusted(string kind)
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(kind, authority.Server("elsewhere.example"));

        await RefusedAsync(broker.Link(Agents, authority.CaFile, broker.Add(Agents, "agents")), "cannot be trusted");
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public async Task A_certificate_that_has_expired_is_not_trusted(string kind)
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(kind, authority.Server("127.0.0.1", expired: true));

        await RefusedAsync(broker.Link(Agents, authority.CaFile, broker.Add(Agents, "agents")), "cannot be trusted");
    }

    [SkippableTheory]
    [MemberData(nameof(Both))]
    public async Task A_client_certificate_stands_in_place_of_the_password(string kind)
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(kind, authority.Server("127.0.0.1"), authority.CaFile);
        broker.Add(Agents, "agents");
        var (certificate, key) = authority.Client(Agents);
        await using var bus = Bus(Showing(broker.Link(Agents, authority.CaFile, null), certificate, key));

        await bus.StartAsync(CancellationToken.None).Soon();

        bus.IsConnected.Should().BeTrue();
    }

    [Fact]
    public async Task A_client_certificate_of_another_name_or_another_authority_does_not()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"), authority.CaFile);
        broker.Add(Agents, "agents");
        var (otherName, otherKey) = authority.Client("somebody");
        await RefusedAsync(Showing(broker.Link(Agents, authority.CaFile, null), otherName, otherKey), "BadUserNameOrPassword");

        var (forged, forgedKey) = other.Client(Agents);
        await using var bus = Bus(Showing(broker.Link(Agents, authority.CaFile, null), forged, forgedKey));
        var connecting = bus.StartAsync(CancellationToken.None);
        await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromSeconds(2)));

        bus.IsConnected.Should().BeFalse();
    }

    [Fact]
    public async Task A_certificate_without_an_account_and_an_account_without_anything_are_refused()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"), authority.CaFile);
        var (certificate, key) = authority.Client("nobody");
        broker.Add(Agents, "agents");

        await RefusedAsync(Showing(broker.Link("nobody", authority.CaFile, null), certificate, key), "BadUserNameOrPassword");
        await RefusedAsync(broker.Link(Agents, authority.CaFile, null), "BadUserNameOrPassword");
    }

    [Fact]
    public async Task A_port_that_closes_the_link_at_the_greeting_is_asked_whether_it_speaks_TLS_and_one_with_nobody_is_not()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"));
        await using var plain = await EmbeddedStage.OpenAsync();
        var link = broker.Link(Agents, authority.CaFile, broker.Add(Agents, "agents"));
        var (heard, nobody) = (new SaidLog(), new SaidLog());
        await using var bus = new MqttLabBus((link with { Port = plain.BrokerPort }).Open(null), TimeProvider.System, heard);
        await using var other = new MqttLabBus((link with { Port = 1 }).Open(null), TimeProvider.System, nobody);

        _ = (bus.StartAsync(CancellationToken.None), other.StartAsync(CancellationToken.None));
        await DriveStage.UntilAsync(() => heard.Said is { Length: > 0 } && nobody.Said is { Length: > 0 });

        heard.Said.Should().EndWith("; does that port speak TLS?");
        nobody.Said.Should().NotContain("TLS");
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"));
        broker.Add(Agents, "agents");

        await RefusedAsync(broker.Link(Agents, authority.CaFile, broker.Add("other", "agents")), "BadUserNameOrPassword");
    }

    [Fact]
    public async Task An_account_that_is_removed_while_its_client_is_connected_loses_it_and_is_refused_from_then_on()
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"));
        var link = broker.Link("driver-pump", authority.CaFile, broker.Add("driver-pump", "driver:pump"));
        var topics = Topics.Of(broker.Site, "pump");
        await using var agents = Bus(broker.Link(Agents, authority.CaFile, broker.Add(Agents, "agents")));
        await agents.StartAsync(CancellationToken.None).Soon();
        var liveness = await Mailbox.OpenAsync(agents, Topics.EveryLiveness);
        await using var driver = Bus(link, BusMessage.Retained(topics.Liveness, new Liveness(false, 1)));
        await driver.StartAsync(CancellationToken.None).Soon();
        await driver.PublishAsync(BusMessage.Retained(topics.Liveness, new Liveness(true, 1)), CancellationToken.None).Soon();
        FrameCodec.Decode<Liveness>((await liveness.NextAsync()).Payload).Online.Should().BeTrue();

        var lost = BusStage.Change(driver, false);
        broker.Accounts.Remove("driver-pump");

        await lost.Soon();
        FrameCodec.Decode<Liveness>((await liveness.NextAsync()).Payload).Online.Should().BeFalse("the lab hears that it is gone");
        await RefusedAsync(link, "BadUserNameOrPassword");
        agents.IsConnected.Should().BeTrue();
    }

    [Theory]
    [InlineData("interlock", "lab/1/interlock/heartbeat", "lab/1/site/pump/ctl/abort")]
    [InlineData("operator", "lab/1/site/pump/ctl/abort", "lab/1/site/pump/cmd/dispense")]
    [InlineData("driver:pump", "lab/1/site/pump/state", "lab/1/site/stirrer/state")]
    [InlineData("agents", "lab/1/site/pump/cmd/dispense", "lab/1/interlock/heartbeat")]
    public async Task An_account_may_do_what_its_role_says_and_no_more(string role, string allowed, string forbidden)
    {
        using var authority = new TestAuthority();
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, authority.Server("127.0.0.1"));
        await using var bus = Bus(broker.Link("client", authority.CaFile, broker.Add("client", role)));
        await bus.StartAsync(CancellationToken.None).Soon();

        await bus.PublishAsync(new BusMessage(allowed, default), CancellationToken.None).Soon();
        await bus.Awaiting(one => one.PublishAsync(new BusMessage(forbidden, default), CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>().WithMessage("*NotAuthorized*");
        await bus.Awaiting(one => Mailbox.OpenAsync(one, "lab/1/#")).Should().ThrowAsync<BusRefusedException>();
        await bus.Awaiting(one => Mailbox.OpenAsync(one, "lab/1/interlock/heartbeat")).Should().NotThrowAsync();
    }

    private static MqttLabBus Bus(BrokerLinkOptions link, BusMessage? will = null) => new(link.Open(will), TimeProvider.System, NullLogger<MqttLabBus>.Instance);

    private static BrokerLinkOptions Showing(BrokerLinkOptions link, string certificate, string key) =>
        link with { Tls = link.Tls with { CertificateFile = certificate, KeyFile = key } };

    private static async Task RefusedAsync(BrokerLinkOptions link, string why)
    {
        await using var bus = Bus(link);
        await bus.Awaiting(one => one.StartAsync(CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>().WithMessage($"*{why}*");
    }

    /// <summary>The first warning.</summary>
    private sealed class SaidLog : Microsoft.Extensions.Logging.ILogger<MqttLabBus>
    {
        public volatile string? Said;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel level) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel level, Microsoft.Extensions.Logging.EventId id, TState state, Exception? error, Func<TState, Exception?, string> format)
        {
            if (level == Microsoft.Extensions.Logging.LogLevel.Warning) Said ??= format(state, error);
        }
    }
}
