using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;

namespace LabAutomation.Tests.Reasoning;

/// <summary>What the record says of the policy, and of those whom it denies.</summary>
public sealed class RecordedPolicyTests
{
    [Fact]
    public void Whatever_a_policy_says_is_in_its_hash()
    {
        var policy = GateBed.Standard();
        var planner = policy.Roles["planner"];
        RolePolicy[] planners =
        [
            planner with { Tier = Tier.Read }, planner with { Tools = ["list_campaigns"] }, planner with { Tools = [] }, With(budget => budget with { Calls = 1 }), With(budget => budget with { Simulated = 1 }), With(budget => budget with { Trials = 1 }),
            With(budget => budget with { Volume = 1 }), With(budget => budget with { Money = 1 }), With(budget => budget with { Time = TimeSpan.FromMinutes(1) }), With(budget => budget with { Drawn = Policies.Volumes(("cyan", 1)) }),
        ];
        LabPolicy[] changed =
        [
            .. planners.Select(rules => policy with { Roles = policy.Roles.SetItem("planner", rules) }),
            policy with { Roles = policy.Roles.Remove("planner") },
            policy with { Envelope = new Envelope(["a", "b"], 200, TimeSpan.FromHours(48), Policies.Volumes()) },
            policy with { Envelope = new Envelope(["a, b"], 200, TimeSpan.FromHours(48), Policies.Volumes()) },
            policy with { Envelope = new Envelope(null, 199, TimeSpan.FromHours(48), Policies.Volumes()) },
            policy with { Envelope = new Envelope(null, 200, TimeSpan.FromHours(47), Policies.Volumes()) },
            policy with { Envelope = new Envelope(null, 200, TimeSpan.FromHours(48), Policies.Volumes(("cyan", 1))) },
            policy with { Approvals = policy.Approvals with { Validity = TimeSpan.FromHours(1) } },
            policy with { Approvals = policy.Approvals with { OtherPerson = true } },
            policy with { Approvals = policy.Approvals with { Approvers = ["grace"] } },
            policy with { Queue = new QueueRules(["ada"]) },
            policy with { OfPeople = new Envelope(null, null, TimeSpan.FromHours(48), Policies.Volumes()) },
            policy with { OfPeople = new Envelope(null, 200, null, Policies.Volumes()) },
            policy with { Lab = new LabFingerprint(policy.Lab.Parts.Add("site", "one")) },
            policy with { Lab = new LabFingerprint(policy.Lab.Parts.Add("site", "other")) },
        ];

        changed.Append(policy).Select(one => one.Sha256).Should().OnlyHaveUniqueItems();
        GateBed.Standard().Sha256.Should().Be(policy.Sha256);

        RolePolicy With(Func<Outlay, Outlay> edit) => planner with { Budget = edit(planner.Budget) };
    }

    [Fact]
    public async Task What_has_changed_is_told_in_words_without_secrets_and_shortened_where_it_is_much()
    {
        using var bed = new GateBed(secrets: new Secrets("sk-0123456789"));
        var before = bed.Policy;

        bed.Policy = before with { Roles = before.Roles.SetItem("client", before.Roles["client"] with { Tier = Tier.Read }) };
        await bed.CallAsync(bed.Account("planner"), "list_campaigns");
        bed.Policy = before with { Problem = "'Mcp:Token' is 'sk-0123456789'", Queue = new QueueRules(["sk-0123456789"]) };
        await bed.CallAsync(bed.Account("planner"), "list_campaigns");
        bed.Policy = before with { Roles = before.Roles.Clear() };
        await bed.CallAsync(bed.Account("planner"), "list_campaigns");

        var changes = bed.Recorded<PolicyChanged>();
        changes[0].Changes.Should().Equal("client.tier: read (was run-with-approval)");
        changes[1].Problem.Should().Be("'Mcp:Token' is '[secret]'");
        changes[1].Changes.Should().Contain("queue.operators: [\"[secret]\"] (was anything)");
        changes[2].Changes.Should().HaveCount(21).And.EndWith("and 21 more").And.Contain("client.tier: not there (was run-with-approval)");
    }

    [Fact]
    public async Task Calls_that_are_denied_without_end_are_counted_and_none_is_lost()
    {
        using var bed = new GateBed();
        var account = bed.Account("planner");
        var told = ReasoningRole.Planner.Allowance.Calls + ReasoningRecord.MostBeyond;
        for (var k = 0; k < told + 1500; k++) await bed.CallAsync(account, "rm");
        await bed.CallAsync(bed.Account("analyst"), "list_campaigns");
        await bed.CallAsync(account, "rm");
        bed.Record.Write(new ConversationEnded("over"));

        bed.Recorded<ToolCalled>().Count(called => called.Verdict == VerdictWord.Denied).Should().Be(told);
        bed.Recorded<CallsDenied>().Select(denied => (denied.Agent, denied.Count)).Should().Equal(("planner", 1000), ("planner", 500), ("planner", 1));
        bed.Recorded<CallsDenied>()[0].Reason.Should().StartWith("there is no tool 'rm'");
        bed.Entries.Select(entry => entry.Event).SkipWhile(happened => happened is not CallsDenied).Select(happened => happened.GetType().Name)
            .Should().Equal("CallsDenied", "CallsDenied", "ToolCalled", "ToolAnswered", "CallsDenied", "ConversationEnded");
        account.Spent.Calls.Should().Be(told + 1501);
    }
}
