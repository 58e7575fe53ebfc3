using System.Security.Cryptography;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using LabAutomation.Benchmarks.House;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Remote;

/// <summary>Every role, on every kind of topic, with everything that can be asked of a broker. What stands here is allowed, and nothing else.</summary>
[Trait("Faults", "real")]
public sealed class AccessMatrixTests(ITestOutputHelper output) : IDisposable
{
    private const string Site = "site";
    private static readonly string[] Roles = ["driver:pump", "agents", "interlock", "operator"];

    /// <summary>Of each role, in their order: P publish, retained or not, and so clear; C clear alone; S subscribe. A dot is nothing.</summary>
    private static readonly (string Topic, string Allowed)[] Matrix =
    [
        ("lab/1/site/pump/birth", "PS  S  S  CS"),
        ("lab/1/site/pump/liveness", "PS  S  S  CS"),
        ("lab/1/site/pump/state", "P  S  S  CS"),
        ("lab/1/site/pump/prop/volume", "P  S  S  CS"),
        ("lab/1/site/pump/event", "PS  S  PS  S"),
        ("lab/1/site/pump/exec/ID/status", "P  S  .  ."),
        ("lab/1/site/pump/exec/ID/result", "P  S  .  ."),
        ("lab/1/site/pump/exec/ID/data/uv", "P  S  .  ."),
        ("lab/1/site/pump/exec/ID/ack", "S  PS  .  ."),
        ("lab/1/site/pump/cmd/dispense", "S  P  .  ."),
        ("lab/1/site/pump/ctl/abort", "S  P  .  P"),
        ("lab/1/site/pump/ctl/reconcile", "S  P  .  P"),
        ("lab/1/site/stirrer/birth", ".  S  S  CS"),
        ("lab/1/site/stirrer/state", ".  S  S  CS"),
        ("lab/1/site/stirrer/exec/ID/result", ".  S  .  ."),
        ("lab/1/site/stirrer/exec/ID/ack", ".  PS  .  ."),
        ("lab/1/site/stirrer/cmd/stir", ".  P  .  ."),
        ("lab/1/site/stirrer/ctl/clear", ".  P  .  P"),
        ("lab/1/elsewhere/pump/birth", ".  S  S  S"),
        ("lab/1/elsewhere/pump/state", ".  S  S  S"),
        ("lab/1/elsewhere/pump/event", ".  S  S  S"),
        ("lab/1/elsewhere/pump/cmd/dispense", ".  .  .  ."),
        ("lab/1/elsewhere/pump/ctl/abort", ".  .  .  ."),
        ("lab/1/elsewhere/pump/exec/ID/result", ".  .  .  ."),
        ("lab/1/interlock/trip", "S  S  PS  PS"),
        ("lab/1/interlock/heartbeat", "S  S  PS  S"),
        ("lab/1/interlock/else", ".  .  PS  S"),
        ("lab/1/site/desk/ctl/refill", ".  PS  .  P"),
        ("lab/1/clients/ME/reply", "PS  S  S  S"),
        ("lab/1/clients/ME/reply/7", "PS  S  S  S"),
        ("lab/1/clients/other/reply", "P  .  .  ."),
        ("lab/1/clients/other/reply/7", "P  .  .  ."),
        ("lab/1/clients/other/reply/control", "P  P  .  ."),
        ("lab/1/site/pump/prop/a/b", ".  .  .  ."),
        ("lab/1/site/pump/cmd", ".  .  .  ."),
        ("lab/1/site/pump", ".  .  .  ."),
        ("lab/1/site", ".  .  .  ."),
        ("lab/2/site/pump/state", ".  .  .  ."),
        ("other", ".  .  .  ."),
        ("$SYS/broker/version", ".  .  .  ."),
    ];

    /// <summary>Wider than any role is entitled to; all but those named are refused to all.</summary>
    private static readonly (string Filter, string Allowed)[] Wide =
    [
        ("#", ".  .  .  ."),
        ("lab/#", ".  .  .  ."),
        ("lab/1/#", ".  .  .  ."),
        ("+/1/site/pump/cmd/+", ".  .  .  ."),
        ("lab/+/interlock/trip", ".  .  .  ."),
        ("lab/1/site/#", ".  .  .  ."),
        ("lab/1/site/pump/#", ".  .  .  ."),
        ("lab/1/site/+/cmd/+", ".  .  .  ."),
        ("lab/1/+/+/cmd/+", ".  .  .  ."),
        ("lab/1/+/+/ctl/#", ".  .  .  ."),
        ("lab/1/+/+/exec/#", ".  .  .  ."),
        ("lab/1/site/+/exec/#", ".  S  .  ."),
        ("lab/1/+/+/birth", ".  S  S  S"),
        ("lab/1/+/+/prop/+", ".  S  S  S"),
        ("lab/1/interlock/#", ".  .  S  S"),
        ("lab/1/clients/#", ".  .  .  ."),
        ("lab/1/clients/+/reply", ".  .  .  ."),
        ("lab/1/clients/ME/reply/#", "S  S  S  S"),
        ("$SYS/#", ".  .  .  ."),
    ];

    /// <summary>Refused to all, whatever they may subscribe to otherwise.</summary>
    private static readonly string[] Never = ["$share/g/lab/1/site/pump/cmd/+", "$share/g/lab/1/#", "$share/g/#", "", "lab/1/site/pump/cmd/#/x", "lab/1/site/pump/cmd+"];

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_role_may_do_on_each_topic_what_the_matrix_says_and_no_more(int column)
    {
        var role = Roles[column];
        await using var broker = await SecureBroker.StartAsync(SecureBroker.Embedded, _authority.Server("127.0.0.1"));
        await using var bus = Bus(broker.Link("me", _authority.CaFile, broker.Add("me", role)));
        await bus.StartAsync(CancellationToken.None).Soon();
        var (allowed, refused) = (0, 0);
        foreach (var (pattern, cells) in Matrix)
        {
            var (topic, cell) = (Named(pattern), Cell(cells, column));
            await AskAsync(cell.Contains('P'), $"{role} publishes on {topic}", () => bus.PublishAsync(new BusMessage(topic, new byte[1]), CancellationToken.None));
            await AskAsync(cell.Contains('P'), $"{role} publishes for keeping on {topic}", () => bus.PublishAsync(new BusMessage(topic, new byte[1]) { Retain = true }, CancellationToken.None));
            await AskAsync(cell.Contains('P') || cell.Contains('C'), $"{role} clears {topic}", () => bus.PublishAsync(BusMessage.Cleared(topic), CancellationToken.None));
            await AskAsync(cell.Contains('S'), $"{role} subscribes to {topic}", () => bus.SubscribeAsync(topic, _ => { }, CancellationToken.None));
        }

        foreach (var (filter, cells) in Wide)
            await AskAsync(Cell(cells, column).Contains('S'), $"{role} subscribes to {Named(filter)}", () => bus.SubscribeAsync(Named(filter), _ => { }, CancellationToken.None));
        bus.IsConnected.Should().BeTrue("what is refused leaves the connection standing");
        FaultTable.Tell(23, $"what {role} must not do, asked for and refused", refused);
        output.WriteLine($"{role}: {allowed} allowed, {refused} refused, 0 otherwise than expected");

        async Task AskAsync(bool isAllowed, string what, Func<Task> ask)
        {
            if (isAllowed) await ask.Awaiting(one => one().Soon()).Should().NotThrowAsync(what);
            else await ask.Awaiting(one => one().Soon()).Should().ThrowAsync<BusRefusedException>(what);
            if (isAllowed) allowed++;
            else refused++;
        }
    }

    [Fact]
    public void Whoever_has_no_account_may_do_nothing()
    {
        var asked = Matrix.Select(row => Named(row.Topic)).Concat(Wide.Select(row => Named(row.Filter))).ToArray();

        asked.Should().OnlyContain(topic => !BrokerAccess.None.MayPublish(topic, false) && !BrokerAccess.None.MayPublish(topic, true) && !BrokerAccess.None.MaySubscribe(topic));
        new LastingAccounts(new AccountFile(Path.Combine(Path.GetTempPath(), "no-such-folder")), Site).AccessOf("me").Should().Be(BrokerAccess.None);
    }

    [Fact]
    public void What_is_no_filter_or_shares_a_subscription_is_refused_to_all() =>
        Roles.SelectMany(role => Never.Where(BrokerRole.Parse(role).AccessOf(Site, "me").MaySubscribe)).Should().BeEmpty();

    [Fact]
    public void Every_role_that_there_is_has_its_column() =>
        FluentActions.Invoking(() => BrokerRole.Parse("nobody")).Should().Throw<FormatException>().WithMessage("a role is driver:INSTRUMENT, interlock, operator or agents, not 'nobody'");

    private static string Cell(string cells, int column) => cells.Split(' ', StringSplitOptions.RemoveEmptyEntries)[column];

    private static string Named(string pattern) => pattern.Replace("ID", Convert.ToHexStringLower(SHA256.HashData([1]))[..32], StringComparison.Ordinal).Replace("ME", "me", StringComparison.Ordinal);

    private static MqttLabBus Bus(BrokerLinkOptions link) => new(link.Open(), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
}
