using LabAutomation.Protocol;
using LabAutomation.SystemTests.Lab;

namespace LabAutomation.SystemTests.Remote;

public sealed class BrokerLinkOptionsTests : IDisposable
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private static BrokerLinkOptions Local => new() { Host = "127.0.0.1", UserName = "pump" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_password_is_the_line_of_the_file() =>
        (Local with { PasswordFile = Password("secret\n") }).Open().Password.Should().Be("secret");

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n", "is empty")]
    [InlineData("a\nb\n", "more than one line")]
    public void A_file_that_holds_no_password_is_refused(string text, string why) => Refused(Local with { PasswordFile = Password(text) }, "PasswordFile", why);

    [Fact]
    public void A_missing_file_is_named() => Refused(Local with { PasswordFile = _folder.At("nowhere") }, "PasswordFile", _folder.At("nowhere"));

    [SkippableTheory]
    [InlineData(UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.OtherRead, "0604")]
    public void A_file_that_others_can_read_is_refused_with_its_mode_and_the_remedy(UnixFileMode open, string mode)
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no such modes on Windows");
        var file = Password("secret");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, Closed | open);

        Refused(Local with { PasswordFile = file }, "PasswordFile", $"(mode {mode}); 'chmod 600 {file}'");
    }

    [SkippableFact]
    public void A_key_that_others_can_read_is_refused()
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no such modes on Windows");
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Client("pump");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, Closed | UnixFileMode.OtherRead);

        Refused(Local with { Tls = new BrokerTlsOptions { CertificateFile = certificate, KeyFile = key } }, "Tls:KeyFile", "mode 0604");
    }

    [Fact]
    public void A_key_of_another_certificate_and_a_file_without_certificates_are_refused()
    {
        using var authority = new TestAuthority();
        var (certificate, key) = (authority.Client("pump").Certificate, authority.Client("other").Key);

        Refused(Local with { Tls = new BrokerTlsOptions { CertificateFile = certificate, KeyFile = key } }, "Tls:KeyFile", "is not the key");
        Refused(Local with { Tls = new BrokerTlsOptions { CaFile = key } }, "Tls:CaFile", "holds no certificate");
        Refused(Local with { Tls = new BrokerTlsOptions { CertificateFile = certificate } }, "Tls:KeyFile", "together");
    }

    [Fact]
    public void Another_machine_is_never_spoken_to_without_TLS()
    {
        Refused(Local with { Host = "lab.example.org" }, "Tls", "lab.example.org");
        (Local with { Host = "lab.example.org", Tls = new BrokerTlsOptions { Enabled = true } }).Open().Port.Should().Be(8883);
        Local.Open().Port.Should().Be(1883);
    }

    [Fact]
    public void A_link_without_host_or_name_is_refused()
    {
        Refused(Local with { Host = "" }, "Host", "Host");
        Refused(Local with { UserName = null }, "UserName", "UserName");
        Refused(Local with { KeepAlive = 0 }, "KeepAlive", "1 to 3600");
    }

    private static void Refused(BrokerLinkOptions link, string option, string why) =>
        link.Invoking(one => one.Open()).Should().Throw<BrokerLinkException>().WithMessage($"*{why}*").Which.Option.Should().Be(option);

    private string Password(string text)
    {
        var file = _folder.Write("password", text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, Closed);
        return file;
    }
}
