using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Reasoning;
using LabAutomation.SystemTests.StandIns.SemanticKernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>Every key of the sections Reasoning and Policy changes what agents do.</summary>
public sealed class ReasoningConfigurationTests
{
    private const string Key = "Key";

    private static readonly Reply[] Everything =
    [
        Scripts.Proposes(Scripts.Campaign), Scripts.Calls("simulate_campaign", new { draft = 1 }), Scripts.Calls("run_campaign", new { draft = 1 }), Reply.Says("That is all."),
    ];

    [Fact]
    [Trait(Key, "Reasoning:Endpoint")]
    [Trait(Key, "Reasoning:Model")]
    [Trait(Key, "Reasoning:KeyFile")]
    [Trait(Key, "Reasoning:KeyVariable")]
    [Trait(Key, "Reasoning:ROLE:Endpoint")]
    [Trait(Key, "Reasoning:ROLE:Model")]
    [Trait(Key, "Reasoning:ROLE:KeyFile")]
    [Trait(Key, "Reasoning:ROLE:KeyVariable")]
    public async Task A_role_has_its_own_endpoint_model_and_key_and_sees_no_others()
    {
        await using var shared = new Endpoint(Reply.Says("shared"));
        await using var own = new Endpoint(Reply.Says("own"), Reply.Says("own again"), Reply.Says("and again"));
        using var folder = new TemporaryFolder();
        SecretFile.WriteNew(folder.At("shared"), "key-of-all");
        SecretFile.WriteNew(folder.At("own"), "key-of-scribe");
        Environment.SetEnvironmentVariable("LABTEST_SCRIBE_KEY", "key-by-variable");
        using var lab = new TalkingLab(shared, "Reasoning:Model=large", $"Reasoning:KeyFile={folder.At("shared")}", $"Reasoning:Scribe:Endpoint={own.Address}", "Reasoning:Scribe:Model=small");

        await lab.RunAsync("ask", "hello");
        await lab.RunAsync("ask", "hello", "--to", "scribe");
        await lab.RunAsync("ask", "hello", "--to", "scribe", "--set", "Reasoning:Scribe:KeyVariable=LABTEST_SCRIBE_KEY");
        await lab.RunAsync("ask", "hello", "--to", "scribe", "--set", $"Reasoning:Scribe:KeyFile={folder.At("own")}");
        var twice = await lab.RunAsync("ask", "hello", "--set", "Reasoning:KeyVariable=LABTEST_NOT_SET");
        var unset = await lab.RunAsync("ask", "hello", "--to", "scribe", "--set", "Reasoning:Scribe:KeyVariable=LABTEST_NOT_SET");
        var open = await lab.RunAsync("ask", "hello", "--to", "scribe", "--set", $"Reasoning:Scribe:KeyFile={folder.Write("open", "x")}");

        shared.Requests.Select(request => (request.Body["model"]!.GetValue<string>(), request.Authorization)).Should().Equal(("large", "Bearer key-of-all"));
        own.Requests.Select(request => (request.Body["model"]!.GetValue<string>(), request.Authorization?.Trim())).Should().Equal(("small", "Bearer"), ("small", "Bearer key-by-variable"), ("small", "Bearer key-of-scribe"));
        (twice.ExitCode, unset.ExitCode, open.ExitCode).Should().Be((4, 4, 4));
        twice.Error.Should().Contain("two places for one key");
        unset.Error.Should().Contain("'LABTEST_NOT_SET' (Reasoning:KeyVariable) is not set");
        open.Error.Should().Contain("is open to others than its owner");
    }

    [Theory]
    [InlineData("a,b", "has several: a, b")]
    [InlineData("", "has no model")]
    [Trait(Key, "Reasoning:Model")]
    public async Task Without_a_name_the_only_model_is_taken_and_no_other(string models, string words)
    {
        await using var endpoint = new Endpoint { Models = models.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        using var lab = new TalkingLab(endpoint);

        (await lab.RunAsync("ask", "hello")).Should().Match<LabResult>(result => result.ExitCode == 4 && result.Error.Contains(words));
    }

    [Fact]
    public async Task Names_of_models_neither_colour_the_screen_nor_fill_it_nor_are_empty()
    {
        await using var hostile = new Endpoint { Models = ["\u001b[2J\u202eevil", new string('x', 5_000)] };
        await using var nameless = new Endpoint { Models = [" "] };
        using var first = new TalkingLab(hostile);
        using var second = new TalkingLab(nameless);

        var several = await first.RunAsync("ask", "hello");
        var none = await second.RunAsync("ask", "hello");

        (several.ExitCode, none.ExitCode).Should().Be((4, 4));
        several.Error.Should().Contain("has several: [2Jevil, xxx").And.NotContainAny("\u001b", "\u202e", new string('x', 101));
        none.Error.Should().Contain("one of its models has no name");
    }

    [Fact]
    [Trait(Key, "Reasoning:InputPrice")]
    [Trait(Key, "Reasoning:OutputPrice")]
    [Trait(Key, "Reasoning:ROLE:InputPrice")]
    [Trait(Key, "Reasoning:ROLE:OutputPrice")]
    public async Task Prices_make_the_cost_on_record()
    {
        await using var endpoint = new Endpoint(Reply.Says("one"), Reply.Says("two"));
        using var lab = new TalkingLab(endpoint, "Reasoning:InputPrice=1000", "Reasoning:OutputPrice=2000", "Reasoning:Scribe:InputPrice=10", "Reasoning:Scribe:OutputPrice=20");

        await lab.RunAsync("ask", "hello");
        await lab.RunAsync("ask", "hello", "--to", "scribe");

        lab.Recorded<ModelAnswered>().Select(answer => Math.Round(answer.Cost, 9)).Should().Equal(0.025, 0.00025);
    }

    [Theory]
    [InlineData("Reasoning:Silence=0.3", "silent for 0.3 s")]
    [InlineData("Reasoning:Deadline=0.4", "within 0.4 s")]
    [Trait(Key, "Reasoning:Silence")]
    [Trait(Key, "Reasoning:Deadline")]
    public async Task Nobody_waits_longer(string setting, string words)
    {
        await using var endpoint = new Endpoint(new Reply { Hangs = true });
        using var lab = new TalkingLab(endpoint, setting);

        (await lab.RunAsync("ask", "hello")).Should().Match<LabResult>(result => result.ExitCode == 20 && result.Error.Contains(words));
    }

    [Theory]
    [InlineData("Policy:Planner:Tier=read", "needs the tier plan")]
    [InlineData("Policy:Planner:Tools:0=list_campaigns", "may not call 'propose_campaign'")]
    [InlineData("Policy:Planner:Calls=2", "3 calls of tools; 2 are allowed")]
    [InlineData("Policy:Planner:Simulated=3", "4 simulated trials; 3 are allowed")]
    [InlineData("Policy:Planner:Trials=3", "4 trials in the lab; 3 are allowed")]
    [InlineData("Policy:Planner:Volume=1", "1 mL are allowed")]
    [InlineData("Policy:Planner:Stock:pump-cyan=1", "of pump-cyan; 1 are allowed")]
    [InlineData("Policy:Planner:Minutes=0", "0 are allowed")]
    [InlineData("Policy:Planner:Money=0", "0 is allowed")]
    [InlineData("Policy:Envelope:Trials=3", "4 trials are more than 3")]
    [InlineData("Policy:Envelope:Hours=3", "more than 3 h")]
    [InlineData("Policy:Envelope:Instruments:0=pump-cyan", "among the instruments that campaigns may use (pump-cyan)")]
    [InlineData("Policy:Envelope:Stock:pump-cyan=3", "its stock is 3 mL")]
    [Trait(Key, "Policy:ROLE:Tier")]
    [Trait(Key, "Policy:ROLE:Tools")]
    [Trait(Key, "Policy:ROLE:Calls")]
    [Trait(Key, "Policy:ROLE:Simulated")]
    [Trait(Key, "Policy:ROLE:Trials")]
    [Trait(Key, "Policy:ROLE:Volume")]
    [Trait(Key, "Policy:ROLE:Stock")]
    [Trait(Key, "Policy:ROLE:Minutes")]
    [Trait(Key, "Policy:ROLE:Money")]
    [Trait(Key, "Policy:Envelope:Trials")]
    [Trait(Key, "Policy:Envelope:Hours")]
    [Trait(Key, "Policy:Envelope:Instruments")]
    [Trait(Key, "Policy:Envelope:Stock")]
    public async Task A_limit_denies_what_goes_beyond_it_and_without_it_a_person_is_asked(string setting, string words)
    {
        await using var endpoint = new Endpoint([.. Everything]);
        using var lab = new TalkingLab(endpoint, setting, "Reasoning:InputPrice=1", "Reasoning:OutputPrice=1");

        var result = await lab.RunAsync("ask", "plan it and run it", "--to", "planner");

        (result.Out + result.Error).Should().Contain(words);
        lab.Approvals().Should().HaveCount(setting.Contains("Simulated") ? 1 : 0, "a person is asked about what is within all limits alone");
    }

    [Fact]
    [Trait(Key, "Policy:ROLE:Tools")]
    [Trait(Key, "Policy:Envelope:Instruments")]
    [Trait(Key, "Policy:Approval:Approvers")]
    public void An_empty_list_allows_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("empty.json", """{ "Policy": { "Planner": { "Tools": [] }, "Envelope": { "Instruments": [] }, "Approval": { "Approvers": [] } } }""");
        using var host = LabHost.Build(new ConfigurationBuilder().AddJsonFile(file).Build());

        var policy = host.Services.GetRequiredService<IOptions<PolicyOptions>>().Value.ToPolicy();

        policy.Roles["planner"].Tools.Should().BeEmpty();
        policy.Envelope.Instruments.Should().NotBeNull().And.BeEmpty();
        policy.Approvals.Approvers.Should().NotBeNull().And.BeEmpty();
    }

    [Fact]
    [Trait(Key, "Policy:Approval:Hours")]
    [Trait(Key, "Policy:Approval:OtherPerson")]
    [Trait(Key, "Policy:Approval:Approvers")]
    public async Task Approvals_hold_for_their_time_and_by_those_who_may()
    {
        await using var endpoint = new Endpoint([.. Everything]);
        using var lab = new TalkingLab(endpoint, "Policy:Approval:Hours=2", "Policy:Approval:Approvers:0=grace", "Policy:Approval:Approvers:1=ada", "Policy:Approval:OtherPerson=true");
        await lab.RunAsync("ask", "plan it and run it", "--to", "planner", "--by", "ada");

        var state = lab.Approvals().Should().ContainSingle().Which;
        (state.Asked.Terms.Expires - state.At).Should().BeCloseTo(TimeSpan.FromHours(2), TimeSpan.FromSeconds(1));
        (await lab.RunAsync("approve", "1", "--by", "eve")).ExitCode.Should().Be(21);
        (await lab.RunAsync("approve", "1", "--by", "ada")).ExitCode.Should().Be(21);
        (await lab.RunAsync("approve", "1", "--by", "grace")).ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("Reasoning:Endpoint=ftp://models", "is an address such as")]
    [InlineData("Reasoning:Endpoint=http://ada:secret@127.0.0.1/v1", "has a name, a password or a query in it")]
    [InlineData("Reasoning:Planner:Endpoint=https://models/v1?key=1", "Reasoning:Planner:Endpoint has a name, a password or a query")]
    [InlineData("Reasoning:Planner:InputPrice=-1", "InputPrice is 0 to 1000000")]
    [InlineData("Reasoning:Deadline=0", "Reasoning:Deadline is 0.1 to 3600 seconds")]
    [InlineData("Reasoning:Silence=4000", "Reasoning:Silence is 0.1 to 3600 seconds")]
    [InlineData("Reasoning:Temperature=1", "'Reasoning:Temperature' is not known")]
    [InlineData("Policy:Planner:Tier=god", "Policy:Planner: Tier is never, read, simulate")]
    [InlineData("Policy:Critic:Tools:0=shell", "Policy:Critic:Tools: there is no tool 'shell'")]
    [InlineData("Policy:Scribe:Calls=-1", "Policy:Scribe: Calls is 0 to 100000")]
    [InlineData("Policy:Envelope:Trials=0", "Policy:Envelope:Trials is 1 to 100000")]
    [InlineData("Policy:Envelope:Stock:pump-cyan=-1", "Policy:Envelope:Stock:pump-cyan is 0 to")]
    [InlineData("Policy:Client:Stock:pump-cyan=-1", "Policy:Client:Stock:pump-cyan is 0 to")]
    [InlineData("Policy:Client:Stock:pump-cyam=30", "Policy:Client:Stock: there is no consumable or instrument 'pump-cyam'; there are ")]
    [InlineData("Policy:Envelope:Stock:pump-cyam=30", "Policy:Envelope:Stock: there is no consumable or instrument 'pump-cyam'; there are ")]
    [InlineData("Policy:Approval:Hours=0", "Policy:Approval:Hours is 0.01 to 720")]
    [InlineData("Policy:Scribe:Tools=read_trials", "'Policy:Scribe:Tools' is a list, and not 'read_trials'")]
    [InlineData("Policy:Admin:Tier=read", "'Policy:Admin' is not known")]
    [InlineData("Reasoning:Endpoint=http://127.0.0.1:9/v1|Policy:Planner:Money=1", "Policy:Planner:Money is a budget in money, and what the model of the planner costs is not configured: give Reasoning:InputPrice, 0 where it costs nothing (--set Policy:Planner:Money)")]
    [InlineData("Reasoning:Scribe:Endpoint=http://127.0.0.1:9/v1|Reasoning:Scribe:InputPrice=1|Policy:Scribe:Money=1", "give Reasoning:OutputPrice")]
    public async Task What_cannot_be_meant_is_refused_at_the_start(string setting, string words)
    {
        using var lab = new TalkingLab(null, setting.Split('|'));

        var result = await lab.RunAsync("approvals");

        (result.ExitCode, result.Out).Should().Be((4, ""), result.Error);
        result.Error.Should().Contain(words).And.NotContain("secret@");
    }

    [Fact]
    public async Task No_key_goes_over_a_network_in_clear_text()
    {
        using var lab = new TalkingLab(null, "Reasoning:Endpoint=http://models.example/v1", "Reasoning:KeyVariable=PATH");

        (await lab.RunAsync("ask", "hello")).Should().Match<LabResult>(result => result.ExitCode == 4 && result.Error.Contains("in clear text over the network"));
    }
}
