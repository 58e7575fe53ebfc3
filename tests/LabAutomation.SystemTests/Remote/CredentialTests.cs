using System.Text.Json;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.Benchmarks.House;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Remote;

/// <summary>Guesses, and passwords that were right once or for somebody else.</summary>
[Trait("Faults", "real")]
public sealed class CredentialTests(ITestOutputHelper output) : IDisposable
{
    private const string Name = "driver-pump";

    /// <summary>10,000 by default; LONG_GUESSES asks for more.</summary>
    private static readonly int Guesses = int.TryParse(Environment.GetEnvironmentVariable("LONG_GUESSES"), out var guesses) ? guesses : 10_000;

    private static readonly string[] Usual =
        ["", " ", "admin", "guest", "password", "secret", "lab", "mosquitto", "123456", "root", "operator", "agents", "interlock", "driver", Name, "null", "undefined", "true", "0", new string('0', 64), new string('f', 64), new string('a', 10_000)];

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task No_usual_password_and_none_that_resembles_the_right_one_lets_anybody_in()
    {
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, _authority.Server("127.0.0.1"));
        var (right, other) = (Read(broker.Add(Name, "driver:pump")), Read(broker.Add("other", "agents")));
        var kept = JsonDocument.Parse(File.ReadAllText(new AccountFile(broker.Folder.At("data")).Path)).RootElement.EnumerateArray().Single(account => account.GetProperty("name").GetString() == Name);
        string[] near = [right[..^1], right + "0", right[1..], right.ToUpperInvariant(), $"{right}\n", $" {right}", right[..32], right + right, other, kept.GetProperty("digest").GetString()!, kept.GetProperty("salt").GetString()!];
        var tried = 0;

        foreach (var password in Usual.Concat(near))
        {
            await RefusedAsync(broker.Port, Name, Name, password);
            tried++;
        }

        foreach (var (client, user, password) in new[] { (Name, "other", other), ("other", Name, right), ("Driver-Pump", "Driver-Pump", right), ("admin", "admin", "admin"), ("nobody", "nobody", right), ("agents", "agents", right) })
        {
            await RefusedAsync(broker.Port, client, user, password);
            tried++;
        }

        await using var bus = Bus(broker.Port, Name, Name, right);
        await bus.StartAsync(CancellationToken.None).Soon();
        FaultTable.Tell(23, "usual passwords and those near the right one, refused by the broker", tried);
        output.WriteLine($"{tried} refused, and the right one taken");
    }

    [Fact]
    public void Drawn_passwords_open_no_account()
    {
        using var folder = new TemporaryFolder();
        var file = new AccountFile(folder.Path);
        foreach (var role in new[] { "driver:pump", "agents", "interlock", "operator" }) file.Add(role.Replace(':', '-'), BrokerRole.Parse(role), folder.At($"{role.Replace(':', '-')}.password"));
        var accounts = new LastingAccounts(file, "site");
        accounts.Refresh();
        var random = new Random(23);
        var bytes = new byte[32];

        for (var k = 0; k < Guesses; k++)
        {
            random.NextBytes(bytes);
            var guess = Convert.ToHexStringLower(bytes);
            foreach (var name in new[] { "driver-pump", "agents", "interlock", "operator" }) accounts.Admits(name, guess).Should().BeFalse();
        }

        accounts.Admits("agents", Read(folder.At("agents.password"))).Should().BeTrue();
        FaultTable.Tell(23, "passwords guessed", 4 * Guesses);
        output.WriteLine($"{4 * Guesses} guesses, 0 right");
    }

    [Fact]
    public async Task A_password_that_was_right_once_is_of_no_use_any_more()
    {
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, _authority.Server("127.0.0.1"));
        var old = Read(broker.Add(Name, "driver:pump"));
        await using (var bus = Bus(broker.Port, Name, Name, old)) await bus.StartAsync(CancellationToken.None).Soon();

        broker.Accounts.Remove(Name);
        File.Delete(broker.Folder.At($"{Name}.password"));
        await RefusedAsync(broker.Port, Name, Name, old);
        var current = Read(broker.Add(Name, "driver:pump"));
        await RefusedAsync(broker.Port, Name, Name, old);
        await using var again = Bus(broker.Port, Name, Name, current);
        await again.StartAsync(CancellationToken.None).Soon();
    }

    [Fact]
    public async Task A_stranger_with_a_client_s_name_does_not_turn_it_out()
    {
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, _authority.Server("127.0.0.1"));
        await using var bus = Bus(broker.Port, Name, Name, Read(broker.Add(Name, "driver:pump")));
        await bus.StartAsync(CancellationToken.None).Soon();
        var lost = false;
        bus.ConnectionChanged += connected => lost |= !connected;

        for (var k = 0; k < 5; k++) await RefusedAsync(broker.Port, Name, Name, "guess");

        await bus.PublishAsync(BusMessage.Retained(Topics.Of(broker.Site, "pump").Liveness, new Liveness(true, 1)), CancellationToken.None).Soon();
        lost.Should().BeFalse();
    }

    private static string Read(string file) => File.ReadAllText(file).Trim();

    private async Task RefusedAsync(int port, string client, string user, string password)
    {
        await using var bus = Bus(port, client, user, password);
        await bus.Awaiting(one => one.StartAsync(CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>($"{client} as {user} with '{password[..Math.Min(password.Length, 80)]}'");
    }

    private MqttLabBus Bus(int port, string client, string user, string password) =>
        new(new MqttLabBusOptions { Host = "127.0.0.1", Port = port, ClientId = client, UserName = user, Password = password, Tls = new BrokerTlsOptions { CaFile = _authority.CaFile }.Open() }, TimeProvider.System, NullLogger<MqttLabBus>.Instance);
}
