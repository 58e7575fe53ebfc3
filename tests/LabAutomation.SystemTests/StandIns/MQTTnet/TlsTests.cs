using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class TlsTests
{
    private static Task<BrokerFixture> StartAsync(int port, X509Certificate2 certificate) => BrokerFixture.StartAsync(options => options
        .WithEncryptedEndpoint()
        .WithEncryptedEndpointPort(port)
        .WithEncryptedEndpointBoundIPAddress(IPAddress.Loopback)
        .WithEncryptedEndpointBoundIPV6Address(IPAddress.None)
        .WithEncryptionCertificate(certificate));

    private static MqttClientOptionsBuilder Options(int port) => BrokerFixture.OptionsFor(port, "secure").WithTcpServer("localhost", port);

    [Fact]
    public async Task A_client_that_trusts_the_authority_talks_over_TLS()
    {
        using var certificate = TestCertificate.New();
        var port = BrokerFixture.FreePort();
        await using var broker = await StartAsync(port, certificate);
        var isSecure = false;
        broker.Server.ValidatingConnectionAsync += connection =>
        {
            isSecure = connection.IsSecureConnection;
            return Task.CompletedTask;
        };
        var client = broker.NewClient();
        var inbox = new Inbox(client);

        await client.ConnectAsync(Options(port).WithTlsOptions(tls => tls
            .WithTrustChain([certificate]).WithRevocationMode(X509RevocationMode.NoCheck)).Build());
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        await client.PublishAsync(BrokerFixture.Message("a", new string('x', 100_000), MqttQualityOfServiceLevel.ExactlyOnce));

        (await inbox.NextTextAsync()).Should().HaveLength(100_000);
        isSecure.Should().BeTrue();
    }

    [Fact]
    public async Task A_client_that_does_not_trust_the_server_does_not_connect()
    {
        using var certificate = TestCertificate.New();
        var port = BrokerFixture.FreePort();
        await using var broker = await StartAsync(port, certificate);
        var client = broker.NewClient();

        var act = () => client.ConnectAsync(Options(port).WithTlsOptions(tls => tls.WithRevocationMode(X509RevocationMode.NoCheck)).Build());

        await act.Should().ThrowAsync<MqttCommunicationException>();
        client.IsConnected.Should().BeFalse();
    }

    [Fact]
    public async Task A_client_that_trusts_another_authority_does_not_connect()
    {
        using var certificate = TestCertificate.New();
        using var other = TestCertificate.New();
        var port = BrokerFixture.FreePort();
        await using var broker = await StartAsync(port, certificate);
        var client = broker.NewClient();

        var act = () => client.ConnectAsync(Options(port).WithTlsOptions(tls => tls
            .WithTrustChain([other]).WithRevocationMode(X509RevocationMode.NoCheck)).Build());

        await act.Should().ThrowAsync<MqttCommunicationException>();
        client.IsConnected.Should().BeFalse();
    }

    [Fact]
    public async Task A_client_that_calls_the_server_by_another_name_does_not_connect()
    {
        using var certificate = TestCertificate.New();
        var port = BrokerFixture.FreePort();
        await using var broker = await StartAsync(port, certificate);
        var client = broker.NewClient();

        var act = () => client.ConnectAsync(Options(port).WithTlsOptions(tls => tls
            .WithTrustChain([certificate]).WithTargetHost("elsewhere").WithRevocationMode(X509RevocationMode.NoCheck)).Build());

        await act.Should().ThrowAsync<MqttCommunicationException>();
    }

    [Fact]
    public async Task A_server_may_ask_its_clients_for_a_certificate()
    {
        using var certificate = TestCertificate.New();
        using var known = TestCertificate.New();
        using var stranger = TestCertificate.New();
        var port = BrokerFixture.FreePort();
        await using var broker = await BrokerFixture.StartAsync(options => options
            .WithEncryptedEndpoint()
            .WithEncryptedEndpointPort(port)
            .WithEncryptedEndpointBoundIPAddress(IPAddress.Loopback)
            .WithEncryptedEndpointBoundIPV6Address(IPAddress.None)
            .WithEncryptionCertificate(certificate)
            .WithClientCertificate((_, shown, _, _) => shown?.GetCertHashString() == known.GetCertHashString()));
        Task<MqttClientConnectResult> Connect(params X509Certificate2[] shown) => broker.NewClient().ConnectAsync(Options(port).WithTlsOptions(tls => tls
            .WithTrustChain([certificate]).WithRevocationMode(X509RevocationMode.NoCheck).WithClientCertificates(shown)).Build());

        (await Connect(known)).ResultCode.Should().Be(MqttClientConnectResultCode.Success);
        await FluentActions.Awaiting(() => Connect(stranger)).Should().ThrowAsync<MqttCommunicationException>();
        await FluentActions.Awaiting(() => Connect()).Should().ThrowAsync<MqttCommunicationException>();
    }

    [Fact]
    public async Task An_encrypted_endpoint_needs_a_certificate()
    {
        var act = () => BrokerFixture.StartAsync(options => options.WithEncryptedEndpoint());

        await act.Should().ThrowAsync<ArgumentException>();
    }
}
