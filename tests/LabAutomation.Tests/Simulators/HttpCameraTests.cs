using System.Text;
using LabAutomation.Simulators.Cameras;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class HttpCameraTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedDevice device;
    private readonly Stream line;

    public HttpCameraTests()
    {
        device = new SimulatedDevice("http-imager", 0xAB, clock);
        line = device.Connect();
    }

    public void Dispose() => device.Dispose();

    [Fact]
    public void It_says_who_it_is() => Get("/status").Should().StartWith("HTTP/1.1 200 OK\r\n").And.Contain("content-type: application/json\r\n")
        .And.EndWith("{\"manufacturer\":\"LABAUTOMATION\",\"model\":\"CAM160\",\"serial\":\"000000AB\",\"firmware\":\"1.0\",\"milliseconds\":20}");

    [Fact]
    public void A_picture_comes_in_chunks_when_it_was_exposed_and_read_out()
    {
        Get("/snapshot").Should().BeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(49));
        line.Hear().Should().BeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(1));

        var answer = line.Hear();

        answer.Should().Contain("transfer-encoding: chunked\r\n").And.Contain("X-Exposure-Ms: 20\r\n").And.Contain("\r\n\r\n400\r\nP5\n# simulated\n160 120\n255\n").And.EndWith("\r\n0\r\n\r\n");
        device.Effects.All.Should().ContainSingle().Which.Should().Match<Effect>(effect => effect.Kind == EffectKind.Exposure && effect.Amount == 1);
    }

    [Fact]
    public void The_first_picture_after_a_new_exposure_still_has_the_former_one()
    {
        Post("/exposure", "{\"milliseconds\":5}").Should().EndWith("{\"milliseconds\":5}");
        Snapshot().Should().Contain("X-Exposure-Ms: 20\r\n");
        Snapshot().Should().Contain("X-Exposure-Ms: 5\r\n");
        Post("/exposure", "{\"milliseconds\":5}");
        Snapshot().Should().Contain("X-Exposure-Ms: 5\r\n", "nothing changed");
    }

    [Theory]
    [InlineData("{\"milliseconds\":0}", 422)]
    [InlineData("{\"milliseconds\":1001}", 422)]
    [InlineData("{\"milliseconds\":\"5\"}", 400)]
    [InlineData("{}", 400)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    public void A_wrong_exposure_is_refused_and_changes_nothing(string body, int status)
    {
        Post("/exposure", body).Should().StartWith($"HTTP/1.1 {status} ").And.Contain("{\"error\":");
        Get("/status").Should().Contain("\"milliseconds\":20");
    }

    [Fact]
    public void Other_paths_and_methods_are_not_known()
    {
        Get("/picture").Should().StartWith("HTTP/1.1 404 ");
        Post("/snapshot", "").Should().StartWith("HTTP/1.1 405 ");
    }

    [Fact]
    public void Pictures_differ_by_their_noise_and_repeat_with_their_number()
    {
        Scene.Draw(7, 1, 20).Should().Equal(Scene.Draw(7, 1, 20)).And.NotEqual(Scene.Draw(7, 2, 20)).And.NotEqual(Scene.Draw(8, 1, 20));
        var samples = Scene.Draw(7, 1, 20)[^(Scene.Width * Scene.Height)..];
        var offs = samples.Select((sample, k) => sample - Scene.Light(k % Scene.Width, k / Scene.Width)).ToList();
        offs.Average().Should().BeInRange(-0.2, 0.2);
        offs.Select(off => off * off).Average().Should().BeInRange(10, 30, "a quarter of the light, and rounding");
    }

    [Fact]
    public void A_closed_line_drops_the_picture_under_way()
    {
        Get("/snapshot");
        var again = device.Connect();
        clock.Advance(TimeSpan.FromSeconds(1));
        again.Hear().Should().BeEmpty();
        device.Effects.All.Should().BeEmpty();
    }

    private string Get(string path) => line.Ask($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");

    private string Post(string path, string body) => line.Ask($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private string Snapshot()
    {
        Get("/snapshot").Should().BeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(50));
        return line.Hear();
    }
}
