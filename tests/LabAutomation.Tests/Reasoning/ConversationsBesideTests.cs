using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Tests.Campaigns;

namespace LabAutomation.Tests.Reasoning;

/// <summary>Several people talk in one lab at the same time.</summary>
public sealed class ConversationsBesideTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("beside-").FullName;
    private readonly GateBed _bed = new();

    public void Dispose()
    {
        _bed.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Drafts_have_one_number_in_the_lab_and_each_conversation_a_name_of_its_own()
    {
        using (var first = Open("ada"))
        using (var second = Open("grace"))
        {
            (first.Record.Conversation, second.Record.Conversation).Should().Be(("ask-1", "ask-2.1"));

            (await ProposeAsync(first, "ada", CampaignTexts.Match)).Draft.Should().Be(1);
            (await ProposeAsync(second, "grace", Another(8))).Draft.Should().Be(2);
            (await ProposeAsync(first, "ada", Another(9))).Draft.Should().Be(3);

            first.Record.Draft(2)!.Text.Should().Contain("seed: 8");
            second.Record.Draft(3)!.Text.Should().Contain("seed: 9");
            second.Record.Draft(4).Should().BeNull();
        }

        using var later = Open("ada");
        (await ProposeAsync(later, "ada", Another(10))).Draft.Should().Be(4);
        foreach (var path in Laboratory.ConversationsIn(_folder))
        {
            using var ledger = Ledger.OpenForReading(path);
            ledger.Verify().IsSound.Should().BeTrue();
        }

        Laboratory.ConversationsIn(_folder).Select(Path.GetFileName).Should().Equal("reasoning.db", "reasoning-2.db");
    }

    [Fact]
    public async Task A_text_that_one_wrote_down_as_untrusted_is_so_in_the_other()
    {
        using var first = Open("ada");
        using var second = Open("grace");
        await ProposeAsync(first, "ada", Another(8));

        var tainted = new Account(new Caller("grace", "planner", second.Record.Conversation), _bed.Clock);
        tainted.Saw(Label.Untrusted);
        await ProposeAsync(second, tainted, CampaignTexts.Match);

        (await ProposeAsync(first, "ada", CampaignTexts.Match)).Label.Should().Be(Label.Untrusted);
        (await ProposeAsync(first, "ada", Another(8))).Label.Should().Be(Label.Trusted);
    }

    [Fact]
    public async Task Drafts_that_are_written_at_the_same_time_get_different_numbers()
    {
        var held = Enumerable.Range(0, 4).Select(k => Open($"person-{k}")).ToArray();

        var drafts = await Task.WhenAll(held.SelectMany((one, k) => Enumerable.Range(0, 5).Select(seed => Task.Run(() => ProposeAsync(one, $"person-{k}", Another(100 + 10 * k + seed))))));

        drafts.Select(draft => draft.Draft).Order().Should().Equal(Enumerable.Range(1, 20));
        foreach (var one in held) one.Dispose();
    }

    [Fact]
    public void No_more_than_so_many_are_held()
    {
        var held = Enumerable.Range(0, 8).Select(_ => Open("ada")).ToArray();

        FluentActions.Invoking(() => Open("ada")).Should().Throw<LabException>().WithMessage("8 conversations are held in*").Which.Fault.Should().Be(LabFault.InUse);

        held[3].Dispose();
        using (var again = Open("ada")) again.Record.Conversation.Should().Be("ask-4.2");
        foreach (var one in held.Where(one => one != held[3])) one.Dispose();
    }

    private HeldConversation Open(string person)
    {
        var policy = GateBed.Standard();
        return HeldConversation.Open(new ConversationSetup("ask", person, () => policy, _folder, _bed.View, new Secrets(), TimeProvider.System));
    }

    private Task<DraftWritten> ProposeAsync(HeldConversation held, string person, string text) => ProposeAsync(held, new Account(new Caller(person, "planner", held.Record.Conversation), _bed.Clock), text);

    private static async Task<DraftWritten> ProposeAsync(HeldConversation held, Account account, string text)
    {
        var arguments = ImmutableSortedDictionary<string, string>.Empty.Add("text", text).Add("reasons", "as asked");
        var reply = await held.Gate.CallAsync(account, account.NextCall(), "propose_campaign", arguments, default);
        return (DraftWritten)(reply.Result.Written ?? throw new InvalidOperationException(reply.Result.Text));
    }

    private static string Another(int seed) => CampaignTexts.Match.Replace("seed: 7", $"seed: {seed}", StringComparison.Ordinal);
}
