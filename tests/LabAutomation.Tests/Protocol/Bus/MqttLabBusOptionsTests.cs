using System.ComponentModel.DataAnnotations;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Tests.Protocol.Bus;

public sealed class MqttLabBusOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Make(Options()).Should().NotThrow();

    public static TheoryData<string, MqttLabBusOptions> Wrong => new()
    {
        { "Host", Options(host: "") },
        { "Port", Options(port: 0) },
        { "Port", Options(port: 65536) },
        { "ClientId", Options(clientId: "") },
        { "ClientId", Options(clientId: "a/b") },
        { "ClientId", Options(clientId: new string('a', 65)) },
        { "KeepAlive", Options(keepAlive: TimeSpan.FromMilliseconds(999)) },
        { "KeepAlive", Options(keepAlive: TimeSpan.FromMinutes(61)) },
        { "MaximumInFlight", Options(maximumInFlight: 0) },
        { "MaximumInFlight", Options(maximumInFlight: 1001) },
        { "MaximumMessageBytes", Options(maximumMessageBytes: 1000) },
        { "MaximumMessageBytes", Options(maximumMessageBytes: int.MaxValue) },
        { "UserName", Options(password: "secret") },
        { "Will", Options(will: new BusMessage("lab/+", default)) },
        { "Will", Options(will: new BusMessage("lab/x", new byte[65536])) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_option_out_of_its_range_is_refused_by_name(string option, MqttLabBusOptions options) =>
        Make(options).Should().Throw<ValidationException>().WithMessage($"*{option}*").And.Message.Should().NotContain("secret");

    [Theory]
    [InlineData(10, 9)]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    public void The_broker_is_asked_for_so_much_less_that_it_gives_a_silent_client_up_in_time(double wished, double asked) =>
        MqttMessages.Connect(Options(keepAlive: TimeSpan.FromSeconds(wished)), cleanStart: true).KeepAlivePeriod.Should().Be(TimeSpan.FromSeconds(asked));

    private static Action Make(MqttLabBusOptions options) => () => _ = new MqttLabBus(options, TimeProvider.System, NullLogger<MqttLabBus>.Instance);

    private static MqttLabBusOptions Options(
        string host = "localhost", int port = 1883, string clientId = "agents", TimeSpan? keepAlive = null, int maximumInFlight = 64,
        int maximumMessageBytes = 1 << 20, string? password = null, BusMessage? will = null) => new()
    {
        Host = host,
        Port = port,
        ClientId = clientId,
        KeepAlive = keepAlive ?? TimeSpan.FromSeconds(5),
        MaximumInFlight = maximumInFlight,
        MaximumMessageBytes = maximumMessageBytes,
        Password = password,
        Will = will,
    };
}
