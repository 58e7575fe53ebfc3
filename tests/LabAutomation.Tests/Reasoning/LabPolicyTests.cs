using LabAutomation.Agents.Reasoning;
using LabAutomation.Protocol;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Reasoning;

public sealed class LabPolicyTests
{
    [Theory]
    [InlineData("stranger", "look", Reach.Read, "there is no role 'stranger'")]
    [InlineData("reader", "run", Reach.Run, "may not call 'run'")]
    [InlineData("reader", "rm", null, "there is no tool 'rm'")]
    [InlineData("nobody", "look", Reach.Read, "needs the tier read")]
    [InlineData("nobody", "run", Reach.Run, "needs the tier run-with-approval")]
    [InlineData("planner", "run", Reach.Run, "says not by which plan")]
    public void What_is_not_allowed_is_denied_with_the_reason(string role, string tool, Reach? reach, string reason) =>
        Policies.Policy.Judge(Policies.Call(role, tool, reach), Outlay.None).Should().BeOfType<Verdict.Denied>().Which.Reason.Should().Contain(reason);

    [Theory]
    [InlineData("look", Reach.Read)]
    [InlineData("try", Reach.Simulate)]
    [InlineData("write", Reach.Plan)]
    public void Up_to_its_tier_a_role_may_call_its_tools(string tool, Reach reach) =>
        Policies.Policy.Judge(Policies.Call("planner", tool, reach, Label.Untrusted), Outlay.None).Should().BeOfType<Verdict.Allowed>();

    [Fact]
    public void Arguments_that_cannot_be_used_are_denied() =>
        Policies.Policy.Judge(Policies.Call("reader", "look", Reach.Read, problem: "'trial' is no number"), Outlay.None).Should().BeOfType<Verdict.Denied>().Which.Reason.Should().Be("'trial' is no number");

    [Fact]
    public void Only_trusted_runs_inside_the_envelope_go_on_by_themselves()
    {
        Policies.Policy.Judge(Policies.Run("runner"), Outlay.None).Should().BeOfType<Verdict.Allowed>();
        Policies.Policy.Judge(Policies.Run("runner", label: Label.Untrusted), Outlay.None).Should().BeOfType<Verdict.NeedsApproval>().Which.Reason.Should().Contain("untrusted");
        Policies.Policy.Judge(Policies.Run("planner"), Outlay.None).Should().BeOfType<Verdict.NeedsApproval>();
    }

    public static TheoryData<string, PlanFacts> Outside => new()
    {
        { "'laser' is not among", Policies.Plan with { Instruments = ["eye", "laser"] } },
        { "31 trials are more than 30", Policies.Plan with { Trials = 31 } },
        { "no 'duration'", Policies.Plan with { LabTime = null } },
        { "13 h of lab time", Policies.Plan with { LabTime = TimeSpan.FromHours(13) } },
        { "its stock is 50 mL", Policies.Plan with { Volumes = Policies.Volumes(("pump-a", 50.5)) } },
        { "its stock is 50 mL", Policies.Plan with { Volumes = Policies.Volumes(("pump-a", double.NaN)) } },
    };

    [Theory]
    [MemberData(nameof(Outside))]
    public void Outside_the_envelope_nothing_runs_and_nobody_is_asked(string reason, PlanFacts plan)
    {
        var call = Policies.Call("runner", "run", Reach.Run, plan: plan);

        Policies.Policy.Judge(call, Outlay.None).Should().BeOfType<Verdict.Denied>().Which.Reason.Should().StartWith("outside the envelope").And.Contain(reason);
        Policies.Policy.Judge(call with { Caller = call.Caller with { Role = "planner" } }, Outlay.None).Should().BeOfType<Verdict.Denied>();
    }

    public static TheoryData<string, Outlay> Spendings => new()
    {
        { "calls", Policies.Budget with { Calls = 10 } },
        { "trials in the lab", new Outlay(Trials: 31) },
        { "mL", new Outlay(Volume: 161) },
        { "mL", new Outlay(Volume: double.NaN) },
        { "models", new Outlay(Money: 1.01) },
        { "minutes", new Outlay(Time: TimeSpan.FromMinutes(6)) },
    };

    [Theory]
    [MemberData(nameof(Spendings))]
    public void What_would_leave_the_budget_is_denied(string what, Outlay spent) =>
        Policies.Policy.Judge(Policies.Run("runner"), spent).Should().BeOfType<Verdict.Denied>().Which.Reason.Should().StartWith("beyond the budget").And.Contain(what);

    [Fact]
    public void A_demand_too_large_to_add_up_is_still_too_large()
    {
        var call = Policies.Call("planner", "try", Reach.Simulate, demand: new Outlay(Calls: 1, Simulated: int.MaxValue));

        Policies.Policy.Judge(call, new Outlay(Simulated: 5)).Should().BeOfType<Verdict.Denied>();
    }

    [Fact]
    public void A_model_is_asked_only_while_the_budget_lasts()
    {
        Policies.Policy.JudgeRound("planner", Policies.Budget).Should().BeOfType<Verdict.Allowed>();
        Policies.Policy.JudgeRound("planner", Policies.Budget with { Money = 1.5 }).Should().BeOfType<Verdict.Denied>();
        Policies.Policy.JudgeRound("stranger", Outlay.None).Should().BeOfType<Verdict.Denied>();
    }

    [Fact]
    public void A_person_is_held_to_what_people_wrote_down_and_not_to_what_holds_for_agents_otherwise()
    {
        var policy = Policies.Policy with { OfPeople = new Envelope(["pump-a", "eye"], null, null, Policies.Volumes(("pump-a", 50))) };
        var large = Policies.Plan with { Trials = 5_000, LabTime = null };

        policy.JudgePerson("ada", large).Should().BeOfType<Verdict.Allowed>();
        policy.Judge(Policies.Run("planner", large), Outlay.None).Should().BeOfType<Verdict.Denied>();
        policy.JudgePerson("ada", large with { Instruments = ["pump-b"] }).Reason.Should().Be("outside the envelope: 'pump-b' is not among the instruments that campaigns may use (pump-a, eye)");
        policy.JudgePerson("ada", large with { Volumes = Policies.Volumes(("pump-a", 51)) }).Reason.Should().Be("outside the envelope: pump-a would move up to 51 mL; its stock is 50 mL");
        policy.JudgePerson(" ", large).Should().BeOfType<Verdict.Denied>();
        (policy with { Problem = "it is no JSON" }).JudgePerson("ada", large).Reason.Should().Be("the policy cannot be read: it is no JSON");
        Policies.Policy.JudgePerson("ada", large).Reason.Should().Be("outside the envelope: 5000 trials are more than 30", "who says nothing of persons means all");
    }

    [Fact]
    public void More_trials_in_the_queue_are_no_way_out_of_the_envelope()
    {
        var policy = Policies.Policy with { OfPeople = new Envelope(null, 40, null, Policies.Volumes()) };
        QueueOrder Edit(int trials) => new("edit", "match-1", "ada", "operator", "more", Trials: trials);

        policy.JudgeQueue(Edit(40)).Should().BeOfType<Verdict.Allowed>();
        policy.JudgeQueue(Edit(41)).Should().BeOfType<Verdict.Denied>().Which.Reason.Should().Be("outside the envelope: 41 trials are more than 40");
        (policy with { OfPeople = new Envelope(null, null, null, Policies.Volumes()) }).JudgeQueue(Edit(100_000)).Should().BeOfType<Verdict.Allowed>();
    }

    [Fact]
    public void What_cannot_be_measured_is_in_no_budget_of_volume_and_a_person_is_asked()
    {
        var plan = Policies.Plan with { Unmeasured = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("eye", "its command 'flush' takes no volume, and may move some") };

        Policies.Policy.Judge(Policies.Run("runner"), Outlay.None).Should().BeOfType<Verdict.Allowed>();
        Policies.Policy.Judge(Policies.Run("runner", plan), Outlay.None).Should().BeOfType<Verdict.NeedsApproval>().Which.Reason.Should().Be("what eye may move cannot be counted against the budget of 200 mL: its command 'flush' takes no volume, and may move some");
        Policies.Policy.Judge(Policies.Run("runner", plan, Label.Untrusted), Outlay.None).Reason.Should().StartWith("it may be derived from untrusted text; what eye may move");
    }

    [Fact]
    public void Every_limit_of_the_envelope_is_in_its_hash()
    {
        var envelope = Policies.Policy.Envelope;

        new[]
        {
            envelope, envelope with { Trials = 31 }, envelope with { LabTime = TimeSpan.FromHours(13) }, envelope with { Instruments = null }, envelope with { Stock = Policies.Volumes(("pump-a", 51)) },
        }.Select(one => new Envelope(one.Instruments, one.Trials, one.LabTime, one.Stock).Sha256).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("never", Tier.Never)]
    [InlineData("run-with-approval", Tier.RunWithApproval)]
    [InlineData("run-inside-envelope", Tier.RunInsideEnvelope)]
    public void Tiers_have_words(string word, Tier tier) => (Tiers.Parse(word), tier.Word()).Should().Be((tier, word));

    [Fact]
    public void A_policy_that_is_capped_reaches_less_and_never_more()
    {
        var policy = GateBed.Standard();

        var capped = policy.Capped("client", Tier.Simulate);

        new[] { Reach.Read, Reach.Simulate, Reach.Plan, Reach.Run }.Select(reach => (policy.Reaches("client", reach), capped.Reaches("client", reach))).Should().Equal((true, true), (true, true), (true, false), (true, false));
        capped.Capped("client", Tier.RunInsideEnvelope).Should().BeSameAs(capped);
        capped.Roles["planner"].Should().BeSameAs(policy.Roles["planner"]);
        policy.Capped("nobody", Tier.Never).Should().BeSameAs(policy);
        policy.Reaches("nobody", Reach.Read).Should().BeFalse();
    }

    [Fact]
    public void The_page_has_the_roles_and_tools_that_there_are()
    {
        var page = File.ReadAllText(Repository.At("docs", "reference", "policy.md"));

        foreach (var role in ReasoningRole.Judged) page.Should().Contain($"| `{role.Name}` | `{role.Tier.Word()}` | {string.Join(", ", role.Tools.Select(tool => $"`{tool}`"))} |");
        foreach (var tool in LabTools.Names) page.Split('\n').Should().Contain(line => line.StartsWith("| `") && line.Split('|')[1].Contains($"`{tool}`"), tool);
        var budget = ReasoningRole.Budget;
        page.Should().Contain(FormattableString.Invariant($"{budget.Calls} calls of tools, {budget.Simulated} simulated trials, {budget.Trials} trials in the lab, {budget.Volume} mL moved there, {budget.Money} spent on models")).And.Contain($"{budget.Time.TotalMinutes} minutes");
        budget = ReasoningRole.Client.Allowance;
        page.Should().Contain(FormattableString.Invariant($"{budget.Calls} calls, {budget.Simulated} simulated trials and {budget.Time.TotalHours} hours"));
    }
}
