using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Mcp;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Lab.Mcp;

public sealed class McpPartsTests
{
    [Theory]
    [InlineData("lab://instruments", "list_instruments", "")]
    [InlineData("lab://campaigns", "list_campaigns", "")]
    [InlineData("lab://campaigns/match-1", "read_campaign_file", "campaign=match-1")]
    [InlineData("lab://campaigns/match-1/trials", "read_trials", "campaign=match-1;count=200")]
    [InlineData("lab://campaigns/match-1/trials/12", "read_trials", "campaign=match-1;count=1;first=12")]
    [InlineData("lab://campaigns/match-1/report", "read_report", "campaign=match-1")]
    [InlineData("lab://campaigns/a%2Fb%20c", "read_campaign_file", "campaign=a/b c")]
    public void An_address_is_the_call_of_a_tool(string uri, string tool, string arguments)
    {
        McpResources.TryFind(uri, out var call).Should().BeTrue();

        call!.Tool.Should().Be(tool);
        string.Join(';', call.Arguments.Select(one => $"{one.Key}={one.Value}")).Should().Be(arguments);
    }

    [Fact]
    public void Half_a_character_in_an_argument_is_given_as_it_was_written()
    {
        using var sent = JsonDocument.Parse("{ \"text\": \"a\\ud800\", \"other\": \"b\" }");

        McpTools.Arguments(sent.RootElement.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, one.Value))).Should().Equal(
            KeyValuePair.Create("other", "b"), KeyValuePair.Create("text", "\"a\\ud800\""));
    }

    [Theory]
    [InlineData("lab://")]
    [InlineData("lab://campaigns/")]
    [InlineData("lab://campaigns//report")]
    [InlineData("lab://campaigns/a/trials/")]
    [InlineData("lab://campaigns/a/trials/-1")]
    [InlineData("lab://campaigns/a/trials/01")]
    [InlineData("lab://campaigns/a/trials/1/2")]
    [InlineData("lab://campaigns/a/approve")]
    [InlineData("LAB://campaigns")]
    [InlineData("file:///etc/passwd")]
    [InlineData("")]
    public void Other_addresses_are_none(string uri) => McpResources.TryFind(uri, out _).Should().BeFalse();

    [Fact]
    public void Arguments_are_texts_and_what_is_null_was_not_given() =>
        McpTools.Arguments(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"a":"x","b":3,"c":null,"d":[1,"y"],"e":true,"f":1.50}"""))
            .Should().Equal(ImmutableSortedDictionary<string, string>.Empty.Add("a", "x").Add("b", "3").Add("d", """[1,"y"]""").Add("e", "true").Add("f", "1.50"));

    [Theory]
    [InlineData("Bearer 0123456789abcdef0123456789abcdef", true)]
    [InlineData("bearer 0123456789abcdef0123456789abcdef ", true)]
    [InlineData("Bearer 0123456789abcdef0123456789abcdeF", false)]
    [InlineData("Bearer 0123456789abcdef0123456789abcde", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Basic 0123456789abcdef0123456789abcdef", false)]
    [InlineData("0123456789abcdef0123456789abcdef", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_token_alone_opens(string? header, bool opens) => McpToken.IsShown(header, "0123456789abcdef0123456789abcdef").Should().Be(opens);

    [Theory]
    [InlineData("short", "5 letters and could be guessed; it has 32 at least")]
    [InlineData("0123456789abcdef 0123456789abcdef", "cannot stand in a header")]
    [InlineData(null, "over HTTP clients show a token, and there is none")]
    public void A_token_that_is_none_is_refused(string? token, string words)
    {
        Environment.SetEnvironmentVariable("LABTEST_TOKEN_OF_A_TEST", token);

        FluentActions.Invoking(() => McpToken.Read(new McpOptions { TokenVariable = token is null ? null : "LABTEST_TOKEN_OF_A_TEST" })).Should().Throw<LabException>().WithMessage($"*{words}*");
    }

    [Fact]
    public async Task Whatever_stops_a_campaign_is_said_and_nothing_else_stops()
    {
        var said = new List<string>();

        await BackgroundCampaign.AttendAsync("match-1", said.Add, () => throw new TimeoutException("nobody answers"));
        await BackgroundCampaign.AttendAsync("match-2", said.Add, () => throw new LabException(LabFault.Broker, "the broker is gone"));
        await BackgroundCampaign.AttendAsync("match-3", said.Add, () => Task.FromResult("campaign match-3: goal reached"));

        said.Should().Equal(
            "campaign match-1 has stopped: this is a defect of the program: TimeoutException: nobody answers; go on with: lab resume match-1",
            "campaign match-2 has stopped: the broker is gone; go on with: lab resume match-2", "campaign match-3: goal reached");
    }

    [Fact]
    public void Whoever_approves_reads_the_reasons_of_the_draft_that_would_run()
    {
        var terms = new ApprovalTerms("client", "ada", "run_campaign", ImmutableSortedDictionary<string, string>.Empty.Add("draft", "2"), "aa", "", Label.Untrusted, DateTimeOffset.UnixEpoch, null, false);
        DraftWritten[] drafts = [new(1, "planner", "x", "aa", "as Ada asked, and harmless", Label.Trusted), new(2, "client", "x", "aa", "", Label.Untrusted), new(3, "planner", "y", "bb", "another", Label.Trusted)];

        ApprovalsCommand.DraftOf(terms, drafts).Should().BeSameAs(drafts[1]);
        ApprovalsCommand.DraftOf(terms with { Plan = "bb" }, drafts).Should().BeNull("the record is not what was asked for");
    }

    [Fact]
    public void No_other_part_of_the_program_names_the_protocols_libraries()
    {
        string[] libraries = ["ModelContextProtocol", "Microsoft.AspNetCore"];

        Repository.Files("*.cs").Select(file => (Path: Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
            .Where(file => !file.Path.StartsWith("tests/", StringComparison.Ordinal) && libraries.Any(library => file.Text.Contains($"using {library}", StringComparison.Ordinal)))
            .Should().OnlyContain(file => file.Path.StartsWith("lab/LabAutomation.Lab/Mcp/", StringComparison.Ordinal));
    }
}
