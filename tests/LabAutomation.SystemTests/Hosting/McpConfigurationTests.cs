using System.Net;
using System.Net.Sockets;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.Mcp;
using LabAutomation.SystemTests.Reasoning;
using LabAutomation.SystemTests.Remote;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>Every key of the section Mcp changes what <c>lab mcp --http</c> does.</summary>
public sealed class McpConfigurationTests
{
    private const string Key = "Key";

    [Fact]
    [Trait(Key, "Mcp:Listen")]
    [Trait(Key, "Mcp:CertificateFile")]
    [Trait(Key, "Mcp:KeyFile")]
    public async Task Other_machines_are_served_over_TLS_alone()
    {
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Server("127.0.0.1");
        using var lab = new TalkingLab(null);

        using var server = await McpOverHttp.StartAsync(lab, "--set", "Mcp:Listen=0.0.0.0", "--set", $"Mcp:CertificateFile={certificate}", "--set", $"Mcp:KeyFile={key}");
        using var caller = new HttpCaller(server.Address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        using var stranger = new HttpCaller(server.Address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal), token: null);

        server.Address.Should().MatchRegex(@"^https://0\.0\.0\.0:\d+/mcp$");
        (await caller.GreetAsync()).Status.Should().Be(HttpStatusCode.OK);
        (await stranger.GreetAsync()).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait(Key, "Mcp:Port")]
    [Trait(Key, "Mcp:TokenFile")]
    public async Task It_listens_at_its_port_with_the_token_of_the_file_and_says_so_where_the_port_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var lab = new TalkingLab(null);
        SecretFile.WriteNew(lab.Folder.At("token"), McpStage.Token);

        var result = await lab.RunAsync("mcp", "--http", "--set", $"Mcp:TokenFile={lab.Folder.At("token")}", "--set", $"Mcp:Port={((IPEndPoint)taken.LocalEndpoint).Port}");

        (result.ExitCode, result.Out).Should().Be((4, ""));
        result.Error.Should().Contain($"nobody can listen at 127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port} (Mcp:Listen, Mcp:Port)").And.NotContain(McpStage.Token);
    }

    [Theory]
    [InlineData("Mcp:Listen=lab.example.org", "Mcp:Listen is an IP address of this machine, such as 127.0.0.1, not 'lab.example.org'")]
    [InlineData("Mcp:Listen=0.0.0.0", "is open to other machines and needs TLS")]
    [InlineData("Mcp:Port=70000", "Mcp:Port is 0 to 65535")]
    [InlineData("Mcp:CertificateFile=a.pem", "Mcp:CertificateFile and Mcp:KeyFile are given together")]
    [InlineData("Mcp:TokenFile=a.token", "Mcp:TokenFile and Mcp:TokenVariable are two places for one token")]
    [InlineData("Mcp:Token=abc", "'Mcp:Token' is not known")]
    [InlineData("Mcp:TokenVariable=LABTEST_NOT_SET", "'LABTEST_NOT_SET' (Mcp:TokenVariable) is not set; it holds the token of MCP clients")]
    [Trait(Key, "Mcp:TokenVariable")]
    public async Task What_cannot_be_meant_is_refused_at_the_start(string setting, string words)
    {
        using var lab = new TalkingLab(null);

        var result = await lab.RunAsync("mcp", "--http", "--set", "Mcp:TokenVariable=LABTEST_OTHER", "--set", setting);

        (result.ExitCode, result.Out).Should().Be((4, ""), result.Error);
        result.Error.Should().Contain(words);
    }

    [Fact]
    public async Task A_token_file_that_others_can_read_is_refused()
    {
        using var lab = new TalkingLab(null);

        var result = await lab.RunAsync("mcp", "--http", "--set", $"Mcp:TokenFile={lab.Folder.Write("open", McpStage.Token)}");

        result.ExitCode.Should().Be(4);
        result.Error.Should().Contain("is open to others than its owner").And.NotContain(McpStage.Token);
    }
}
