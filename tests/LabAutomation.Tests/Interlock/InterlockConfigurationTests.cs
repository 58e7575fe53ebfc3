using LabAutomation.Interlock;

namespace LabAutomation.Tests.Interlock;

public sealed class InterlockConfigurationTests : IDisposable
{
    private const string Good = """{ "site": "bench-1", "broker": { "host": "127.0.0.1", "userName": "interlock" }, "alive": ["pump"], "limits": ["stirrer.temperature <= 80 °C"] }""";

    private readonly string _folder = Directory.CreateTempSubdirectory("interlock").FullName;

    [Fact]
    public void A_right_file_is_read_and_its_hash_is_that_of_its_bytes()
    {
        var first = Read(Good);
        var second = Read(Good + " ");

        (first.Site, first.Lease, first.Rules.Length).Should().Be(("bench-1", 2.0, 1));
        first.Hash.Should().HaveLength(64).And.NotBe(second.Hash);
        first.StatePath.Should().Be(Path.Combine(_folder, "interlock.state.json"));
    }

    [Theory]
    [InlineData("\"alive\": [\"pump\"]", "\"alive\": [\"pump\"], \"alvie\": []", "there is no 'alvie' here; known are alive, broker, grace, heartbeatPeriod, lease, limits, site, staleness, stateFile")]
    [InlineData("\"host\"", "\"hots\"", "there is no 'hots' here; known are clientId, host, ")]
    [InlineData("\"alive\": [\"pump\"],", "", "'alive' is missing")]
    [InlineData("\"alive\": [\"pump\"]", "\"alive\": [\"pump\"], \"lease\": \"long\"", "'lease' must be a number")]
    [InlineData("\"alive\": [\"pump\"]", "\"alive\": \"pump\"", "'alive' must be a list")]
    [InlineData("\"alive\": [\"pump\"]", "\"alive\": [\"pump\"], \"alive\": []", "'alive' is there twice")]
    [InlineData("[\"pump\"]", "[\"the pump\"]", "the pump")]
    [InlineData("80 °C", "80 bananas", "bananas")]
    [InlineData("\"site\": \"bench-1\"", "\"site\": \"clients\"", "clients")]
    [InlineData("\"alive\": [\"pump\"]", "\"alive\": [\"pump\"], \"lease\": 0.1", "lease is 1 to 3600")]
    [InlineData("\"alive\": [\"pump\"]", "\"alive\": [\"pump\"], \"heartbeatPeriod\": 0", "heartbeatPeriod is 0.05 to 60")]
    [InlineData("{ \"site\"", "{ site", "line 1, column 3: 's' is an invalid start of a property name")]
    public void A_wrong_file_is_refused_and_the_message_names_file_and_fault(string part, string wrong, string complaint)
    {
        var file = Good.Replace(part, wrong, StringComparison.Ordinal);
        file.Should().NotBe(Good);

        ((Action)(() => Read(file))).Should().Throw<InterlockException>().Which.Message.Should().Contain("interlock.json").And.Contain(complaint);
    }

    [Fact]
    public void A_wrong_member_is_told_with_the_line_on_which_an_editor_shows_it() =>
        ((Action)(() => Read("{\n  \"site\": \"bench-1\",\n  \"broker\": { \"host\": \"127.0.0.1\" },\n  \"alive\": [],\n  \"limts\": []\n}"))).Should().Throw<InterlockException>()
            .Which.Message.Should().Contain("line 5, column ").And.Contain("there is no 'limts' here").And.NotContain("LabAutomation.").And.NotContain(".NET");

    [Fact]
    public void A_file_that_watches_nothing_is_refused() =>
        ((Action)(() => Read("""{ "site": "bench-1", "broker": { "host": "127.0.0.1" }, "alive": [], "limits": [] }"""))).Should().Throw<InterlockException>().WithMessage("*nothing to watch*");

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        ((Action)(() => InterlockConfiguration.Read(Path.Combine(_folder, "none.json")))).Should().Throw<InterlockException>().WithMessage("*none.json*");

    [Fact]
    public void A_password_file_that_is_not_there_is_refused_with_its_option() =>
        ((Action)(() => Read(Good.Replace("\"userName\": \"interlock\"", "\"userName\": \"interlock\", \"passwordFile\": \"nowhere\"", StringComparison.Ordinal)).Open()))
            .Should().Throw<InterlockException>().WithMessage("*PasswordFile*");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private InterlockConfiguration Read(string text)
    {
        var path = Path.Combine(_folder, "interlock.json");
        File.WriteAllText(path, text);
        return InterlockConfiguration.Read(path);
    }
}
