using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Desk;
using LabAutomation.Lab.Commands;
using LabAutomation.Protocol;
using LabAutomation.Tests.Instruments.Hosts;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LabAutomation.Tests.Lab;

/// <summary>Who may change the queue is judged by the policy of that moment, and whoever may not fills no disk.</summary>
public sealed class QueuePolicyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("queue-policy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_lab_that_runs_judges_by_what_the_file_says_then()
    {
        var file = Write("grace");
        var settings = Read() with { Again = Read };
        using var host = settings.BuildHost();
        var laboratory = host.Services.GetRequiredService<Laboratory>();

        await FluentActions.Awaiting(() => laboratory.QueueAsync(Order("ada"), default)).Should().ThrowAsync<LabException>("she is refused, which cannot be put on record").WithMessage("the lab has not started");
        Write("ada");
        var allowed = await laboratory.QueueAsync(Order("ada"), default);
        File.WriteAllText(file, """{ "Policy": { "Queue": { "Operators": [ "ada" ] }, "Client": { "Tier": "god" } } }""");
        var broken = FluentActions.Awaiting(() => laboratory.QueueAsync(Order("ada"), default));
        using var other = (Read() with { Again = Read }).BuildHost();
        var halts = new[] { laboratory, other.Services.GetRequiredService<Laboratory>() }.Select(lab => lab.QueueAsync(Order("eve") with { What = QueueOrder.Halt, Campaign = "" }, default).GetAwaiter().GetResult().Words);

        halts.Should().AllSatisfy(words => words.Should().StartWith("no campaign runs here that could be halted"), "a file that cannot be read stops nobody from halting the lab");
        allowed.Words.Should().Be("no campaign 'match-1' runs here; there is none");
        await broken.Should().ThrowAsync<LabException>().WithMessage("*");

        Settings Read() => new(new ConfigurationBuilder().AddJsonFile(file).Build(), InstrumentFamilies.BuiltIn) { File = file };
    }

    [Fact]
    public void Orders_that_are_refused_without_end_are_counted_and_cut()
    {
        using (var lab = VirtualLaboratory.Of(Configuration("Policy:Queue:Operators:0", "grace")))
        {
            lab.Run(async laboratory =>
            {
                for (var k = 0; k < 250; k++) (await laboratory.QueueAsync(Order($"eve-{k} {new string('x', 5_000)}"), default)).Done.Should().BeFalse();
                return 0;
            });
        }

        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(_folder));
        var refused = ledger.Events<QueueRefused>();
        refused.Should().HaveCount(102);
        refused.Select(one => one.Count).Where(count => count is not null).Should().Equal(100, 50);
        refused[^1].By.Should().StartWith("eve-249 xxx").And.HaveLength(201);
    }

    [Fact]
    public void A_desk_whose_record_is_broken_says_so_and_does_nothing()
    {
        using var lab = VirtualLaboratory.Of(Configuration("Policy:Queue:Operators:0", "grace"));
        var broker = new FakeBroker();
        var bus = broker.Connect(new BusMessage("lab/1/x", ReadOnlyMemory<byte>.Empty));
        var answer = lab.Run(async laboratory =>
        {
            await bus.StartAsync(default);
            (await new LabDesk(bus, "bench-1", laboratory).OpenAsync(default)).Should().BeNull();
            laboratory.Ledger.Boundary = isOver =>
            {
                if (!isOver) throw new LedgerException("the disk is full");
            };
            broker.Publish(BusMessage.Of("lab/1/bench-1/desk/ctl/queue", Order("eve")) with { ResponseTopic = "answers" });
            return broker.Published.Single(message => message.Topic == "answers");
        });

        FrameCodec.Decode<ControlReply>(answer.Payload).Should().Match<ControlReply>(reply => !reply.Done && reply.Message.StartsWith("it cannot be put on record, and was not done: "));
    }

    private static QueueOrder Order(string by) => new(QueueOrder.Hold, "match-1", by, "operator", "a visitor");

    private string Write(string name)
    {
        var file = Path.Combine(_folder, "lab.json");
        File.WriteAllText(file, $$"""{ "Policy": { "Queue": { "Operators": [ "{{name}}" ] } } }""");
        return file;
    }

    private IConfiguration Configuration(string key, string value) =>
        new ConfigurationBuilder().AddJsonFile(Repository.At("appsettings.json")).AddInMemoryCollection([new("Lab:DataDirectory", _folder), new(key, value)]).Build();
}
