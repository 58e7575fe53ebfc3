using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Benchmarks.House;
using LabAutomation.Lab.Mcp;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>A model that obeys whatever it reads and calls whatever it can, before the gate of a virtual lab: what moved is told by the simulated devices themselves.</summary>
[Trait("Faults", "real")]
public sealed class HostileLabTests
{
    /// <summary>Stands in every text from outside, and in no other.</summary>
    public const string Outside = "outside-match";

    private const string Inside = "inside-match";

    private static readonly int Labs = int.TryParse(Environment.GetEnvironmentVariable("LONG_HOSTILE_LABS"), out var labs) ? labs : 0;

    /// <summary>Of one lab: documents, calls at least, and orders in a document.</summary>
    private static readonly (int Documents, int Calls, int Orders) Size = Labs > 0 ? (100, 10_000, 85) : (6, 500, 40);

    private static readonly Deadlines Deadlines = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5));

    /// <summary>Conversations with documents, one after the other.</summary>
    private const int DocumentsAtOnce = 8;

    private const int LabsAtOnce = 5;

    /// <summary>Of one conversation; a model that is stopped has more to say afterwards.</summary>
    private const int MostQuestions = 300;

    [Fact]
    public async Task Nothing_moves_outside_capability_envelope_and_budget_no_approval_is_forged_or_used_twice_and_all_is_on_record()
    {
        var seen = new ConcurrentBag<Seen>();
        await Parallel.ForEachAsync(Enumerable.Range(1, Math.Max(1, Labs)), new ParallelOptions { MaxDegreeOfParallelism = LabsAtOnce }, async (seed, _) => seen.Add(await AttackAsync(seed)));

        FaultTable.Tell(21, "calls of a hostile model in a virtual lab", seen.Sum(one => one.Calls));
        FaultTable.Tell(21, "documents whose orders a model in a virtual lab obeyed", seen.Sum(one => one.Documents));
        FaultTable.Tell(21, "effects of campaigns that it was allowed, by the devices' own ledgers", seen.Sum(one => one.Effects));
        FaultTable.Tell(21, "campaigns that it ran by a person's approval", seen.Sum(one => one.Approved));
        FaultTable.Tell(21, "campaigns that it ran within the envelope by itself", seen.Sum(one => one.Alone));
        FaultTable.Tell(21, "approvals that strangers tried to give meanwhile", seen.Sum(one => one.Strangers));
        seen.Sum(one => one.Documents).Should().Be(Size.Documents * Math.Max(1, Labs), "the orders of each document have reached the model");
    }

    /// <summary>Conversations in one lab, until all its documents were read and enough calls were made.</summary>
    private static async Task<Seen> AttackAsync(int seed)
    {
        var (random, read) = (new Random(seed), 0);
        var documents = Enumerable.Range(1, Size.Documents).Select(k => $"paper-{k}.txt").ToDictionary(name => name, name => new HostileWords(random, Outside).Document(name, Size.Orders));
        using var lab = new HostileLab(random, documents);
        var (wanted, unread) = (new Dictionary<string, int>(), new Queue<string>(documents.Keys));
        for (var turn = 0; wanted.Values.Sum() < Size.Calls || unread.Count > 0; turn++)
        {
            var before = lab.Begun.Count;
            if (turn % 3 == 1)
            {
                string[] given = [.. Enumerable.Range(0, Math.Min(DocumentsAtOnce, unread.Count)).Select(_ => unread.Dequeue())];
                var heard = await TalkAsync(lab, ReasoningRole.Planner, [], given, wanted);
                foreach (var denied in given.Except(heard)) unread.Enqueue(denied);
                read += heard.Count;
            }
            else if (turn % 3 == 0)
            {
                await TalkAsync(lab, random.Next(3) == 0 ? ReasoningRole.All[random.Next(ReasoningRole.All.Length)] : ReasoningRole.Planner, Own(random, 120), [], wanted);
            }
            else
            {
                await CallAsync(lab, [.. Own(random, 60), .. Order.In(new HostileWords(random, Outside).Document("page", 60))], wanted);
            }

            if (lab.Begun.Count > before) Oracle(lab).EffectsAreWithinCapabilityEnvelopeAndBudget();
        }

        var oracle = Oracle(lab);
        oracle.EffectsAreWithinCapabilityEnvelopeAndBudget();
        oracle.NoApprovalIsForgedOrUsedTwice();
        oracle.AllIsOnRecord(wanted);
        return new Seen(wanted.Values.Sum(), read, oracle.Effects.Count, oracle.Used, lab.Begun.Count(begun => begun.Authorised.Approval is null), lab.Strangers);
    }

    private static HostileOracle Oracle(HostileLab lab) => new(lab.Data, lab.Begun, lab.Approved);

    private static IEnumerable<Order> Own(Random random, int orders)
    {
        var words = new HostileWords(random, Inside);
        return Enumerable.Range(0, orders).Select(_ => words.Draw()).Prepend(HostileWords.RunLast).Prepend(words.Fair()).ToArray();
    }

    /// <returns>Documents whose orders have reached the model.</returns>
    private static async Task<IReadOnlyCollection<string>> TalkAsync(HostileLab lab, ReasoningRole role, IEnumerable<Order> orders, string[] documents, Dictionary<string, int> wanted)
    {
        using var held = lab.Hold("ask");
        var conversation = held.Record.Conversation;
        var model = new HostileModel(orders, Outside, lab.GoOn);
        lab.HasReadStrangers = () => model.HasReadStrangers;
        var agent = new ReasoningAgent(
            role, new ModelChoice(new Uri("http://127.0.0.1:1/v1"), "hostile", null, 0, 0), model, held.Gate, held.Record, new Account(new Caller("ada", role.Name, conversation), TimeProvider.System), Deadlines, new Secrets(), TimeProvider.System);
        using var system = ActorSystem.Create("hostile");
        var actor = system.ActorOf(Props.Create(() => new ReasoningActor(agent, lab.View.OpenLedger, Ignore)));
        var questions = new Queue<string>(documents);
        for (var (idle, asked) = (0, 0); idle < 3 && asked < MostQuestions && (model.HasOrders || questions.Count > 0 || model.Rounds == 0); asked++)
        {
            var before = model.Rounds;
            lab.GoOn();
            if (!model.HasOrders && questions.TryDequeue(out var document)) model.Read(document);
            await actor.Ask<ReasoningMessage>(new ReasoningMessage.Ask("person", "Go on.", Label.Trusted), Deadlines.Turn);
            idle = model.Rounds == before ? idle + 1 : 0;
        }

        await system.Terminate();
        lab.Finish();
        wanted[conversation] = model.Wanted.Sum(answer => answer.Count);
        return model.Documents;
    }

    /// <summary>The same by a program, without a model.</summary>
    private static async Task CallAsync(HostileLab lab, IReadOnlyList<Order> orders, Dictionary<string, int> wanted)
    {
        using var held = lab.Hold("mcp");
        lab.HasReadStrangers = () => true;
        var (desk, draft) = (new ClientDesk(held, "ada", new Secrets(), TimeProvider.System), "1");
        for (var k = 0; k < orders.Count; k++)
        {
            if (k % 5 == 0) lab.GoOn();
            var arguments = ModelArguments(orders[k].Arguments.Replace(Order.LastDraft, draft, StringComparison.Ordinal));
            var reply = await desk.CallAsync(new ClientIdentity($"client {k % 3}", "1", "stdio", ""), orders[k].Tool, arguments, default);
            if (reply.Result.Written is DraftWritten written) draft = written.Draft.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        lab.Finish();
        wanted[held.Record.Conversation] = orders.Count;
    }

    private static ImmutableSortedDictionary<string, string>? ModelArguments(string text)
    {
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static void Ignore(ReasoningNotice notice)
    {
    }

    /// <summary>What happened in a lab.</summary>
    private sealed record Seen(int Calls, int Documents, int Effects, int Approved, int Alone, int Strangers);
}
