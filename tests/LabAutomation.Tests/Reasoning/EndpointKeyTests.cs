using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Tests.Learning.Backtesting;

namespace LabAutomation.Tests.Reasoning;

/// <summary>Keys of endpoints stand nowhere, whole or in part, whoever says them.</summary>
public sealed class EndpointKeyTests
{
    private const string Key = "sk-0123456789abcdefghijklmnop";

    [Fact]
    public void A_key_is_taken_out_before_a_long_complaint_is_cut()
    {
        var choice = new ModelChoice(new Uri("http://127.0.0.1:1/v1"), "model", Key, 0, 0);

        for (var before = 260; before < 310; before++)
        {
            var words = ModelFault.Words(new IOException(new string('x', before) + Key), "planner", choice, new Secrets(Key));
            words.Should().NotContain(Key[..8], $"{before} letters stand before it");
        }
    }

    [Theory]
    [InlineData("the key is sk-01", 5)]
    [InlineData("sk-0123456789abcdefghijklmno", 28)]
    [InlineData("a desk-012 x", 0)]
    [InlineData("s", 1)]
    [InlineData("", 0)]
    public void What_may_begin_a_key_is_kept_back(string said, int letters) => new Secrets(Key, "other-secret").Begun(said).Should().Be(letters);

    [Fact]
    public void The_keys_of_all_roles_are_known_also_where_one_cannot_be_read()
    {
        using var file = new ScratchFile("planner.key", Key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var options = new ReasoningOptions { Endpoint = "http://127.0.0.1:1/v1", Planner = new RoleModelOptions { KeyFile = file.Path }, Critic = new RoleModelOptions { KeyFile = file.Path + ".missing" } };

        new Secrets(ReasoningSession.Keys(options)).Without($"my key is {Key}").Should().Be("my key is [secret]");
    }
}
