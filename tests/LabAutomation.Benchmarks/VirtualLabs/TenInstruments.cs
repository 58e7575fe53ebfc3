using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Benchmarks.VirtualLabs;

/// <summary>A lab of ten simulated instruments, and three campaigns on it: two that use all of them, and the smallest that gives a measured trial.</summary>
internal static class TenInstruments
{
    /// <summary>All ten in every trial, with the analysis of a spectrum at its end.</summary>
    public const string All =
        """
        campaign: all-ten
        goal:
          minimise: colour_difference
          until: { trials: 100000 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 0.8 mL }
          magenta: { kind: real, low: 0.1 mL, high: 0.8 mL }
          yellow: { kind: real, low: 0.1 mL, high: 0.8 mL }
        constraints: [cyan + magenta + yellow <= 1.6 mL]
        workflow:
          - step: dose
            actions:
              - { instrument: pump-cyan, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }
              - { instrument: pump-magenta, command: dispense, with: { volume: =magenta, rate: 6 mL/min } }
              - { instrument: pump-yellow, command: dispense, with: { volume: =yellow, rate: 6 mL/min } }
              - { instrument: pump-water, command: dispense, with: { volume: =2.0 mL - cyan - magenta - yellow, rate: 6 mL/min } }
              - { instrument: balance, command: weigh }
              - { instrument: source-meter, command: source-voltage, with: { voltage: 1 V } }
              - { instrument: bath, command: release }
          - step: mix
            actions: [{ instrument: stirrer, command: stir, with: { speed: 600 rpm, duration: 30 s } }]
          - step: measure
            actions: [{ instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 8 }, as: spectrum }]
          - step: drain
            always: true
            actions: [{ instrument: pump-waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }]
        analysis: [{ analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }]
        planner: { kind: sobol }
        limits:
          instruments: [pump-cyan, pump-magenta, pump-yellow, pump-water, pump-waste, stirrer, spectrometer, balance, source-meter, bath]
        """;

    /// <summary>The same actions, each a step of its own that the scheduler grants when the one before has ended.</summary>
    public const string Steps =
        """
        campaign: ten-steps
        goal:
          minimise: colour_difference
          until: { trials: 100000 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 0.8 mL }
          magenta: { kind: real, low: 0.1 mL, high: 0.8 mL }
          yellow: { kind: real, low: 0.1 mL, high: 0.8 mL }
        constraints: [cyan + magenta + yellow <= 1.6 mL]
        workflow:
          - step: cyan
            actions: [{ instrument: pump-cyan, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }]
          - step: magenta
            actions: [{ instrument: pump-magenta, command: dispense, with: { volume: =magenta, rate: 6 mL/min } }]
          - step: yellow
            actions: [{ instrument: pump-yellow, command: dispense, with: { volume: =yellow, rate: 6 mL/min } }]
          - step: water
            actions: [{ instrument: pump-water, command: dispense, with: { volume: =2.0 mL - cyan - magenta - yellow, rate: 6 mL/min } }]
          - step: weigh
            actions: [{ instrument: balance, command: weigh }]
          - step: bias
            actions: [{ instrument: source-meter, command: source-voltage, with: { voltage: 1 V } }]
          - step: cool
            actions: [{ instrument: bath, command: release }]
          - step: mix
            actions: [{ instrument: stirrer, command: stir, with: { speed: 600 rpm, duration: 30 s } }]
          - step: measure
            actions: [{ instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 8 }, as: spectrum }]
          - step: drain
            always: true
            actions: [{ instrument: pump-waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }]
        analysis: [{ analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }]
        planner: { kind: sobol }
        limits:
          instruments: [pump-cyan, pump-magenta, pump-yellow, pump-water, pump-waste, stirrer, spectrometer, balance, source-meter, bath]
        """;

    /// <summary>One action a trial; the other nine instruments stand by. The scans last 100 to 120 s together.</summary>
    public const string One =
        """
        campaign: one-of-ten
        goal:
          minimise: colour_difference
          until: { trials: 100000 }
        parameters:
          integration: { kind: real, low: 100 ms, high: 120 ms }
        workflow:
          - step: measure
            actions: [{ instrument: spectrometer, command: acquire, with: { integration: =integration, averages: 1000 }, as: spectrum }]
        analysis: [{ analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }]
        planner: { kind: sobol }
        limits:
          instruments: [spectrometer]
        """;

    private static readonly (string Name, string Family)[] Instruments =
    [
        ("pump-cyan", "new-era-ne1000"), ("pump-magenta", "new-era-ne1000"), ("pump-yellow", "new-era-ne1000"), ("pump-water", "new-era-ne1000"), ("pump-waste", "new-era-ne1000"),
        ("stirrer", "ika-namur"), ("spectrometer", "scpi-spectrometer"), ("balance", "mettler-mtsics"), ("source-meter", "scpi-smu"), ("bath", "modbus-thermostat"),
    ];

    public static CampaignPlan Plan(string campaign, int trials) => CampaignFile.Parse(campaign, "benchmark.yaml").With(seed: 7, trials: trials);

    /// <param name="folder">For its record and the state of its devices.</param>
    public static VirtualLaboratory Lab(string folder)
    {
        var keys = new Dictionary<string, string?> { ["Lab:Site"] = "bench-1", ["Lab:DataDirectory"] = folder };
        for (var k = 0; k < Instruments.Length; k++)
        {
            var at = $"Instruments:{k.ToString(CultureInfo.InvariantCulture)}";
            (keys[$"{at}:Name"], keys[$"{at}:Family"], keys[$"{at}:Connection"]) = (Instruments[k].Name, Instruments[k].Family, "simulated");
            if (Instruments[k].Family == "new-era-ne1000") keys[$"{at}:Settings:diameter"] = "26.59";
            if (Instruments[k].Family == "modbus-thermostat") keys[$"{at}:Settings:framing"] = "tcp";
        }

        return VirtualLaboratory.Of(new ConfigurationBuilder().AddInMemoryCollection(keys).Build());
    }
}
