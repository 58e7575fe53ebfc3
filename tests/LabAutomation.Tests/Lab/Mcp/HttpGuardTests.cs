using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LabAutomation.Lab.Mcp;
using Microsoft.AspNetCore.Http;

namespace LabAutomation.Tests.Lab.Mcp;

/// <summary>Requests before anybody has shown a token.</summary>
public sealed class HttpGuardTests
{
    [Theory]
    [InlineData("127.0.0.1:7300", null, true)]
    [InlineData("localhost:7300", null, true)]
    [InlineData("[::1]:7300", null, true)]
    [InlineData("127.0.0.1:7300", "http://127.0.0.1:7300", true)]
    [InlineData("evil.example:7300", null, false)]
    [InlineData("evil.example:7300", "http://evil.example:7300", false)]
    [InlineData("localhost.evil.example", null, false)]
    [InlineData("127.0.0.1:7300", "http://evil.example:7300", false)]
    [InlineData("127.0.0.1:7300", "http://localhost:3000", false)]
    [InlineData("127.0.0.1:7300", "null", false)]
    [InlineData("127.0.0.1:7300", "", false)]
    [InlineData("", null, false)]
    public void Only_under_its_own_name_and_from_no_page_of_others(string host, string? origin, bool isServed) =>
        (new ServedHosts(null).Refuses(Request("http", host, origin)) is null).Should().Be(isServed);

    [Theory]
    [InlineData("lab.example.org:7300", true)]
    [InlineData("10.1.2.3:7300", true)]
    [InlineData("evil.example:7300", false)]
    public void With_a_certificate_its_names_are_the_servers(string host, bool isServed)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("lab.example.org");
        var wanted = new CertificateRequest("CN=lab", key, HashAlgorithmName.SHA256);
        wanted.CertificateExtensions.Add(names.Build());
        using var certificate = wanted.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));

        (new ServedHosts(certificate).Refuses(Request("https", host, null)) is null).Should().Be(isServed);
    }

    [Fact]
    public void Refusals_without_end_are_counted_and_all_of_them_are_told()
    {
        var told = new List<string>();
        var refusals = new Refusals(told.Add);

        for (var k = 0; k < 2_345; k++) refusals.Tell(IPAddress.Loopback, "it was without the token");
        refusals.TellRest();
        refusals.TellRest();

        told.Should().HaveCount(13).And.StartWith("a request was refused, of 127.0.0.1: it was without the token");
        told.TakeLast(3).Select(line => line.Split(' ')[0]).Should().Equal("1000", "1000", "335");
    }

    private static HttpRequest Request(string scheme, string host, string? origin)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = (scheme, new HostString(host));
        if (origin is not null) request.Headers.Origin = origin;
        return request;
    }
}
