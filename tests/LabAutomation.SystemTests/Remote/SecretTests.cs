using System.Text;
using System.Text.RegularExpressions;
using LabAutomation.SystemTests.Lab;
using LabAutomation.SystemTests.StandIns.MQTTnet;
using LabAutomation.Benchmarks.House;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.Remote;

/// <summary>Where passwords must not be: in what programs say, in what they keep, and in the repository.</summary>
[Trait("Faults", "real")]
public sealed partial class SecretTests(ITestOutputHelper output)
{
    private static readonly string[] Kinds = [".cs", ".json", ".yaml", ".yml", ".md", ".conf", ".py", ".sh", ".csproj", ".props", ".targets", ".mjs", ".pem", ".key", ".txt", ".xml"];

    /// <summary>Made up, for tests and examples of what is refused.</summary>
    private static readonly string[] Invented = ["tests/"];

    [Fact]
    [Trait("Length", "long")]
    public async Task No_password_is_in_what_the_programs_say_or_in_any_file_but_its_own()
    {
        using var folder = new TemporaryFolder();
        var secrets = new Dictionary<string, string>();
        var said = new StringBuilder();
        foreach (var (name, role) in new[] { ("driver-pump", "driver:pump"), ("operator", "operator"), ("guard", "interlock") })
        {
            Say(await LabProcess.RunAsync(folder.Path, "account", "add", name, "--role", role, "--out", $"{name}.password"));
            secrets[$"{name}.password"] = File.ReadAllText(folder.At($"{name}.password")).Trim();
        }

        // Late, since another program may take it meanwhile.
        var port = BrokerFixture.FreePort();
        folder.Write("operator.json", $$"""{ "host": "127.0.0.1", "port": {{port}}, "userName": "operator", "passwordFile": "operator.password" }""");
        using (var lab = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "2", "--planner", "sobol", "--set", $"Broker:Port={port}", "--set", "Logging:LogLevel:Default=Trace"))
        {
            await lab.UntilItSaysAsync("trial   1");
            Say(await LabProcess.RunAsync(folder.Path, "stop", "--why", "smoke", "--by", "Ada"));
            Say(await lab.EndAsync());
        }

        Say(await LabProcess.RunAsync(folder.Path, "account", "list"));
        Say(await LabProcess.RunAsync(folder.Path, "export"));
        Say(await LabProcess.RunAsync(folder.Path, "show"));
        File.WriteAllText(folder.At("said.txt"), said.ToString());

        said.Length.Should().BeGreaterThan(1000, "the log is open to the last detail");
        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).ToArray();
        foreach (var file in files.Where(file => !secrets.ContainsKey(Path.GetFileName(file))))
        {
            var bytes = File.ReadAllBytes(file).AsSpan();
            foreach (var (name, secret) in secrets) (bytes.IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0 || bytes.IndexOf(Encoding.Unicode.GetBytes(secret)) >= 0).Should().BeFalse($"{name} is in {file}");
        }

        FaultTable.Tell(23, "files and outputs searched for passwords", files.Length);
        output.WriteLine($"{secrets.Count} passwords, {files.Length} files, {said.Length} characters said");

        void Say(LabResult result) => said.Append(result.Out).Append(result.Error);
    }

    [Fact]
    public void No_password_key_or_token_is_in_the_repository()
    {
        var (files, found) = (0, new List<string>());
        foreach (var file in Directory.EnumerateFiles(LabProcess.Root, "*", new EnumerationOptions { RecurseSubdirectories = true }))
        {
            var name = Path.GetRelativePath(LabProcess.Root, file).Replace('\\', '/');
            if (!Kinds.Contains(Path.GetExtension(file)) || name.Split('/').Any(part => part is "artifacts" or "obj" or "bin" or "node_modules" or ".git") || name.EndsWith("lock.json", StringComparison.Ordinal)) continue;
            var text = File.ReadAllText(file);
            files++;
            found.AddRange(PrivateKey().Matches(text).Select(match => $"{name}: {match.Value}"));
            if (!Invented.Any(folder => name.StartsWith(folder, StringComparison.Ordinal))) found.AddRange(Assigned().Matches(text).Select(match => $"{name}: {match.Value}"));
        }

        found.Should().BeEmpty();
        files.Should().BeGreaterThan(1000);
    }

    [Theory]
    [InlineData("\"password\": \"hunter2\"", true)]
    [InlineData("api_key = 'abcdef'", true)]
    [InlineData("Password = null", false)]
    [InlineData("\"passwordFile\": \"operator.password\"", false)]
    public void The_search_finds_what_it_looks_for(string text, bool isSecret) => Assigned().IsMatch(text).Should().Be(isSecret);

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s*[A-Za-z0-9+/=]{40}")]
    private static partial Regex PrivateKey();

    [GeneratedRegex("""\b(password|passwd|secret|token|api[-_]?key)["']?\s*[:=]\s*["'][^"'{}$ <]{4,}["']""", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
