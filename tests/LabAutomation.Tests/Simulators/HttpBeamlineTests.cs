using System.Text;
using LabAutomation.Simulators.Diffraction;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class HttpBeamlineTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedDevice device;
    private readonly Stream line;

    public HttpBeamlineTests()
    {
        device = new SimulatedDevice("http-beamline", 0xAB, clock);
        line = device.Connect();
    }

    public void Dispose() => device.Dispose();

    [Fact]
    public void The_stage_takes_its_time_and_stops_where_it_is_told_to()
    {
        Post("/stage", "{\"position\":20}").Should().Contain("200 OK");
        clock.Advance(TimeSpan.FromSeconds(1));
        Get("/status").Should().Contain("\"position\":10,\"target\":20,\"moving\":true");
        Post("/exposures", "{\"id\":\"a\",\"frames\":1}").Should().Contain("409 Conflict").And.Contain("the stage is moving");

        Post("/stage/stop", "{}").Should().Contain("\"position\":10");

        clock.Advance(TimeSpan.FromSeconds(5));
        Get("/status").Should().Contain("\"position\":10,\"target\":10,\"moving\":false");
    }

    [Fact]
    public void It_is_at_rest_where_neither_stage_nor_detector_is_at_work()
    {
        device.IsAtRest.Should().BeTrue();

        Post("/stage", "{\"position\":20}");
        clock.Advance(TimeSpan.FromSeconds(1));
        device.IsAtRest.Should().BeFalse("the stage moves");
        Post("/stage/stop", "{}");
        device.IsAtRest.Should().BeTrue();

        Post("/exposures", "{\"id\":\"a\",\"frames\":20}");
        device.IsAtRest.Should().BeFalse("the detector takes frames");
        clock.Advance(TimeSpan.FromSeconds(2));
        device.IsAtRest.Should().BeTrue();
    }

    [Fact]
    public void An_exposure_is_made_once_however_often_it_is_asked_for()
    {
        Post("/exposures", "{\"id\":\"a\",\"frames\":2}").Should().Contain("201 Created").And.Contain("\"state\":\"running\",\"taken\":0");
        Get("/exposures/a/frames").Should().Contain("409 Conflict");
        Post("/exposures", "{\"id\":\"a\",\"frames\":2}").Should().Contain("200 OK");
        clock.Advance(TimeSpan.FromSeconds(0.2));

        Get("/exposures/a").Should().Contain("\"state\":\"done\",\"taken\":2");
        var frames = Get("/exposures/a/frames");

        frames.Should().Contain("image/x-portable-graymap").And.Contain($"content-length: {2 * (17 + (2 * 256 * 256))}\r\n").And.Contain("\r\n\r\nP5\n256 256\n65535\n");
        Get("/exposures/a/frames").Should().Be(frames);
        device.Effects.All.Should().ContainSingle().Which.Kind.Should().Be(EffectKind.Frames);
    }

    [Fact]
    public void From_a_pulse_on_it_drifts_where_its_settings_say_so()
    {
        using var drifting = new SimulatedDevice("http-beamline", 0xAB, clock, settings: new Dictionary<string, string> { ["drift-from"] = "2" });

        var (steady, drifted) = (Exposed(device.Connect()), Exposed(drifting.Connect()));

        var frame = steady.Length / 4;
        drifted[..(2 * frame)].Should().Be(steady[..(2 * frame)], "the first two pulses come before it");
        drifted[(2 * frame)..].Should().NotBe(steady[(2 * frame)..]);

        string Exposed(Stream to)
        {
            Ask(to, Posted("/exposures", "{\"id\":\"a\",\"frames\":4}"));
            clock.Advance(TimeSpan.FromSeconds(0.4));
            return Ask(to, Gotten("/exposures/a/frames")).Split("\r\n\r\n", 2)[1];
        }
    }

    [Fact]
    public void An_aborted_exposure_keeps_the_frames_that_it_has()
    {
        Post("/exposures", "{\"id\":\"a\",\"frames\":10}");
        clock.Advance(TimeSpan.FromSeconds(0.35));

        Post("/exposures/a/abort", "{}").Should().Contain("\"state\":\"aborted\",\"taken\":3");
        clock.Advance(TimeSpan.FromSeconds(5));
        Get("/exposures/a").Should().Contain("\"state\":\"aborted\",\"taken\":3");
    }

    [Fact]
    public void The_ninth_exposure_makes_the_first_forgotten()
    {
        for (var k = 1; k <= 9; k++)
        {
            Post("/exposures", $"{{\"id\":\"e{k}\",\"frames\":1}}").Should().Contain("201 Created");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Get("/exposures/e1").Should().Contain("404 Not Found");
        Get("/exposures/e2").Should().Contain("200 OK");
    }

    [Theory]
    [InlineData("/attenuator", "{\"transmission\":0}", 422)]
    [InlineData("/attenuator", "{\"transmission\":\"1\"}", 400)]
    [InlineData("/stage", "{\"position\":51}", 422)]
    [InlineData("/stage", "{", 400)]
    [InlineData("/exposures", "{\"id\":\"a\",\"frames\":1.5}", 422)]
    [InlineData("/exposures", "{\"id\":\"a\",\"frames\":25}", 422)]
    [InlineData("/exposures", "{\"frames\":2}", 422)]
    [InlineData("/exposures/x/abort", "{}", 404)]
    [InlineData("/status", "{}", 405)]
    [InlineData("/shutter", "{}", 404)]
    public void What_is_not_right_is_refused_and_changes_nothing(string path, string body, int status)
    {
        Post(path, body).Should().StartWith($"HTTP/1.1 {status} ").And.Contain("{\"error\":");
        device.Effects.All.Should().BeEmpty();
    }

    [Fact]
    public void The_attenuator_has_steps_of_a_thousandth_and_the_jet_is_within_reach()
    {
        Post("/attenuator", "{\"transmission\":0.12345}").Should().Contain("\"transmission\":0.123");
        Math.Abs(device.Surroundings<HttpBeamline>().Jet).Should().BeLessThan(30);
    }

    private string Get(string path) => Ask(line, Gotten(path));

    private string Post(string path, string body) => Ask(line, Posted(path, body));

    private static string Gotten(string path) => $"GET {path} HTTP/1.1\r\nHost: b\r\n\r\n";

    private static string Posted(string path, string body) => $"POST {path} HTTP/1.1\r\nHost: b\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Ask(Stream to, string request)
    {
        to.Write(Encoding.ASCII.GetBytes(request));
        return to.Hear();
    }
}
