using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Remote;

/// <summary><c>lab account</c>, as typed.</summary>
public sealed class AccountTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Adding_writes_the_password_to_a_closed_file_and_keeps_a_digest_alone()
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no such modes on Windows");
        var added = await LabAsync("add", "driver-pump", "--role", "driver:pump", "--out", "pump.password");

        added.ExitCode.Should().Be(0, added.Error);
        var password = File.ReadAllText(_folder.At("pump.password")).Trim();
        Convert.FromHexString(password).Should().HaveCount(32);
        var kept = File.ReadAllText(_folder.At(".lab", "accounts.json"));
        kept.Should().Contain("driver-pump").And.Contain("driver:pump").And.NotContain(password);
        added.Out.Should().NotContain(password);
        foreach (var file in new[] { _folder.At("pump.password"), _folder.At(".lab", "accounts.json") })
            (OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file)).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Accounts_are_listed_and_removed_and_added_once()
    {
        await LabAsync("add", "guard", "--role", "interlock", "--out", "guard.password");

        BadInputTests.Refused(await LabAsync("add", "guard", "--role", "agents", "--out", "again.password"), 4, "'guard' already");
        File.Exists(_folder.At("again.password")).Should().BeFalse();
        BadInputTests.Refused(await LabAsync("add", "other", "--role", "agents", "--out", "guard.password"), 9, "guard.password");
        (await LabAsync("list")).Out.Trim().Should().Be("guard  interlock");
        (await LabAsync("remove", "guard")).ExitCode.Should().Be(0);
        BadInputTests.Refused(await LabAsync("remove", "guard"), 12, "'guard'");
        (await LabAsync("list")).Out.Should().Contain("no accounts");
    }

    [Theory]
    [InlineData("a/b", "agents", "a/b")]
    [InlineData("pump", "driver", "driver:INSTRUMENT")]
    [InlineData("pump", "driver:a/b", "driver:a/b")]
    [InlineData("pump", "root", "root")]
    public async Task A_name_or_role_that_is_none_is_refused(string name, string role, string complaint) =>
        BadInputTests.Refused(await LabAsync("add", name, "--role", role, "--out", "password"), 2, complaint);

    [Fact]
    public async Task A_damaged_file_of_accounts_is_told()
    {
        Directory.CreateDirectory(_folder.At(".lab"));
        _folder.Write(Path.Combine(".lab", "accounts.json"), "[{}]");

        BadInputTests.Refused(await LabAsync("list"), 9, "accounts.json");
    }

    private async Task<LabResult> LabAsync(params string[] arguments) => await LabProcess.RunAsync(_folder.Path, ["account", .. arguments]);
}
