using LabAutomation.Simulators.Bench;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

/// <summary>A colour bench under a clock that stands still until told.</summary>
internal sealed class BenchBed : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, Stream> streams = [];

    public BenchBed(long seed = 7, string? directory = null, FakeTimeProvider? clock = null)
    {
        Clock = clock ?? new FakeTimeProvider(Noon);
        Bench = new ColourBench(seed, Clock, directory);
    }

    public FakeTimeProvider Clock { get; }

    public ColourBench Bench { get; }

    public Stream Line(string device) => streams.TryGetValue(device, out var stream) ? stream : streams[device] = Bench.Connect(device);

    public string Ask(string device, string text) => Line(device).Ask(text);

    /// <summary>What has arrived; empty if nothing.</summary>
    public string Hear(string device) => Line(device).Hear();

    /// <summary>One pump command in, the answer between STX and ETX out.</summary>
    public string Pump(string pump, string command) => Ask(pump, command + "\r").Trim('\x02', '\x03');

    public string Scpi(string message) => Ask("spectrometer", message + "\n");

    /// <summary>Alarm acknowledged, diameter and rate set.</summary>
    public void Prepare(params string[] pumps)
    {
        foreach (var pump in pumps)
        {
            Pump(pump, "");
            Pump(pump, "DIA 26.59").Should().Be("00S");
            Pump(pump, "RAT 10.00 MM").Should().Be("00S");
            Pump(pump, pump == "pump-waste" ? "DIR WDR" : "DIR INF").Should().Be("00S");
        }
    }

    public void Start(string pump, string volume)
    {
        Pump(pump, "VOL " + volume).Should().Be("00S");
        Pump(pump, "RUN").Should().BeOneOf("00I", "00W");
    }

    public void Dose(string pump, string volume, double seconds = 60)
    {
        Start(pump, volume);
        Pass(seconds);
    }

    public void Stir(double seconds, int rpm = 600)
    {
        Ask("stirrer", $"OUT_SP_4 {rpm}\r\nSTART_4\r\n");
        Pass(seconds);
        Ask("stirrer", "STOP_4\r\n");
    }

    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public double[] Spectrum()
    {
        Scpi("*CLS;CONF:AVER 16;INIT");
        Pass(2);
        return [.. Scpi("FETC:ABS?").Split(',').Select(double.Parse)];
    }

    public void Dispose() => Bench.Dispose();
}
