using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Remote;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>Every key that lets other machines in, or lets the lab out to another broker.</summary>
public sealed class BrokerConfigurationTests : IDisposable
{
    private const string Key = "Key";

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.7")]
    [Trait(Key, "Broker:Listen")]
    public async Task Anything_but_loopback_without_TLS_is_refused_by_key(string address) =>
        await RefusedAsync("Broker:Listen", address, ("Broker:Listen", address));

    [Theory]
    [InlineData("localhost")]
    [InlineData("::")]
    [Trait(Key, "Broker:Listen")]
    public async Task What_is_no_address_to_listen_on_is_refused(string address) => await RefusedAsync("Broker:Listen", "IPv4", ("Broker:Listen", address));

    [Fact]
    [Trait(Key, "Broker:Listen")]
    [Trait(Key, "Broker:Tls:CertificateFile")]
    [Trait(Key, "Broker:Tls:KeyFile")]
    public async Task With_a_certificate_it_listens_for_other_machines_and_accounts_get_in()
    {
        var (certificate, key) = _authority.Server("127.0.0.1");
        var port = BrokerFixture.FreePort();
        await using var lab = await ConfiguredLab.StartAsync(
            ("Broker:Listen", "0.0.0.0"), ("Broker:Port", Text(port)), ("Broker:Tls:CertificateFile", certificate), ("Broker:Tls:KeyFile", key));

        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => end.Port == port).Should().Equal(new IPEndPoint(IPAddress.Any, port));
        new LabAccounts(lab.Laboratory.DataDirectory).Add("watcher", "agents", _folder.At("password"));
        await using var bus = Bus(new BrokerLinkOptions { Host = "127.0.0.1", Port = port, UserName = "watcher", PasswordFile = _folder.At("password"), Tls = new BrokerTlsOptions { CaFile = _authority.CaFile } });
        await bus.StartAsync(CancellationToken.None).Soon();
        var births = await Mailbox.OpenAsync(bus, Topics.EveryBirth);
        (await births.NextAsync()).Topic.Should().StartWith("lab/1/bench-1/");
    }

    [Theory]
    [InlineData("Broker:Tls:CertificateFile")]
    [InlineData("Broker:Tls:KeyFile")]
    [Trait(Key, "Broker:Tls:CertificateFile")]
    [Trait(Key, "Broker:Tls:KeyFile")]
    public async Task A_certificate_and_its_key_go_together(string key) => await RefusedAsync(key, "together", (key, "file.pem"));

    [Fact]
    [Trait(Key, "Broker:Tls:ClientCaFile")]
    public async Task The_authority_of_client_certificates_is_read_and_named_where_it_cannot_be()
    {
        var (certificate, key) = _authority.Server("127.0.0.1");
        await RefusedAsync("Broker:Tls:ClientCaFile", "CertificateFile", ("Broker:Tls:ClientCaFile", _authority.CaFile));
        await RefusedAsync("Broker:Tls:ClientCaFile", "nowhere", ("Broker:Tls:CertificateFile", certificate), ("Broker:Tls:KeyFile", key), ("Broker:Tls:ClientCaFile", "nowhere"));
    }

    [Theory]
    [InlineData("Broker:ClientId", "agents")]
    [InlineData("Broker:UserName", "lab")]
    [InlineData("Broker:PasswordFile", "password")]
    [InlineData("Broker:Tls:Enabled", "true")]
    [InlineData("Broker:Tls:CaFile", "ca.pem")]
    [Trait(Key, "Broker:ClientId")]
    [Trait(Key, "Broker:UserName")]
    [Trait(Key, "Broker:PasswordFile")]
    [Trait(Key, "Broker:Tls:Enabled")]
    [Trait(Key, "Broker:Tls:CaFile")]
    public async Task What_another_broker_wants_needs_its_host(string key, string value) => await RefusedAsync(key, "Broker:Host", (key, value));

    [Theory]
    [InlineData("Broker:Host", "lab.example.org", "Broker:Tls")]
    [InlineData("Broker:PasswordFile", "nowhere", "Broker:PasswordFile: there is no file")]
    [InlineData("Broker:ClientId", "lab", "{client}")]
    [InlineData("Broker:Tls:CaFile", "nowhere", "Broker:Tls:CaFile: there is no file")]
    [InlineData("Broker:Tls:ClientCaFile", "nowhere", "Broker:Tls:ClientCaFile")]
    [InlineData("Broker:Listen", "0.0.0.0", "Broker:Listen")]
    [Trait(Key, "Broker:Host")]
    public async Task A_wrong_link_to_another_broker_is_refused_by_key(string key, string value, string complaint) =>
        await RefusedAsync(complaint, complaint, ("Broker:Host", "127.0.0.1"), ("Broker:UserName", "lab"), ("Broker:ClientId", "{client}"), (key, value));

    [SkippableFact]
    [Trait(Key, "Broker:Host")]
    [Trait(Key, "Broker:ClientId")]
    [Trait(Key, "Broker:Tls:CaFile")]
    public async Task A_lab_works_on_another_broker()
    {
        await using var mosquitto = await SecureBroker.StartAsync(SecureBroker.Mosquitto, _authority.Server("127.0.0.1"));
        await using var lab = await ConfiguredLab.StartAsync(
            ("Broker:Host", "127.0.0.1"), ("Broker:Port", Text(mosquitto.Port)), ("Broker:ClientId", "{client}"), ("Broker:Tls:CaFile", _authority.CaFile));

        (await lab.InstrumentsAsync()).Should().HaveCount(7);
        await using var bus = Bus(mosquitto.Link("watcher", _authority.CaFile, null));
        await bus.StartAsync(CancellationToken.None).Soon();
        (await (await Mailbox.OpenAsync(bus, Topics.EveryBirth)).NextAsync()).Topic.Should().StartWith("lab/1/bench-1/", "the births are on the other broker");
    }

    [Fact]
    [Trait(Key, "Broker:Host")]
    public async Task Another_broker_that_is_not_there_ends_the_start_and_is_named()
    {
        var failure = await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(("Broker:Host", "127.0.0.1"), ("Broker:Port", "9"), ("Broker:ClientId", "{client}"), ("Lab:InstrumentWait", "1")))
            .Should().ThrowAsync<LabException>().WithMessage("*127.0.0.1:9*Broker:Host*");

        failure.Which.Fault.Should().Be(LabFault.Broker);
    }

    [Fact]
    [Trait(Key, "Instruments:N:Connection")]
    public async Task A_remote_instrument_is_waited_for_and_has_its_settings_elsewhere()
    {
        (string, string?)[] remote = [("Instruments:0:Connection", "remote"), ("Instruments:0:Settings", null), ("Simulation:Speed", "1"), ("Lab:InstrumentWait", "1")];
        await using var lab = await ConfiguredLab.StartAsync(remote);

        await FluentActions.Awaiting(lab.InstrumentsAsync).Should().ThrowAsync<LabException>().WithMessage("pump-cyan did not come up*");
        await RefusedAsync("Instruments:0", "Settings", ("Instruments:0:Connection", "remote"), ("Simulation:Speed", "1"));
        await RefusedAsync("Simulation:Speed", "Simulation:From", ("Instruments:0:Connection", "remote"), ("Instruments:0:Settings", null));
    }

    [Fact]
    [Trait(Key, "Simulation:From")]
    public async Task Labs_that_count_from_one_instant_agree_on_lab_time()
    {
        var from = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("O", CultureInfo.InvariantCulture);
        await using var one = await ConfiguredLab.StartAsync(("Simulation:From", from), ("Simulation:Speed", "100"));
        await using var two = await ConfiguredLab.StartAsync(("Simulation:From", from), ("Simulation:Speed", "100"));

        var apart = two.Laboratory.Clock.GetUtcNow() - one.Laboratory.Clock.GetUtcNow();

        apart.Duration().Should().BeLessThan(TimeSpan.FromSeconds(20), "both read it within 200 ms");
        one.Laboratory.Clock.GetUtcNow().Should().BeAfter(TimeProvider.System.GetUtcNow().AddHours(90));
        await RefusedAsync("Simulation:From", "future", ("Simulation:From", "2999-01-01T00:00:00Z"));
        await RefusedAsync("Simulation:From", "calendar", ("Simulation:From", "0900-01-01T00:00:00Z"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static MqttLabBus Bus(BrokerLinkOptions link) => new(link.Open(), TimeProvider.System, NullLogger<MqttLabBus>.Instance);

    private static async Task RefusedAsync(string key, string why, params (string Key, string? Value)[] changes)
    {
        var failure = (await FluentActions.Awaiting(() => ConfiguredLab.StartAsync(changes)).Should().ThrowAsync<Exception>()).Which;

        failure.Should().Match<Exception>(error => error is OptionsValidationException || (error is LabException && ((LabException)error).Fault == LabFault.Configuration));
        failure.Message.Should().Contain(key).And.Contain(why);
    }
}
