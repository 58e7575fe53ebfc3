using System.Text.Json;
using LabAutomation.SystemTests.StandIns.SemanticKernel;

namespace LabAutomation.SystemTests.Reasoning;

/// <summary>What scripted models answer.</summary>
internal static class Scripts
{
    /// <summary>A campaign of the colour bench that its first trial ends.</summary>
    public const string Campaign = """
        campaign: quick-match
        description: Find a recipe of two dyes.
        goal:
          minimise: colour_difference
          until: { reached: 99, trials: 4, duration: 4 h }
        parameters:
          cyan: { kind: real, low: 0 mL, high: 0.8 mL }
          yellow: { kind: real, low: 0 mL, high: 0.8 mL }
        workflow:
          - step: dose
            actions:
              - { instrument: pump-cyan, command: dispense, with: { volume: =cyan, rate: 6 mL/min }, when: cyan >= 0.01 mL }
              - { instrument: pump-yellow, command: dispense, with: { volume: =yellow, rate: 6 mL/min }, when: yellow >= 0.01 mL }
              - { instrument: pump-water, command: dispense, with: { volume: =2.0 mL - cyan - yellow, rate: 6 mL/min } }
          - step: measure
            actions:
              - { instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 4 }, as: spectrum }
          - step: drain
            always: true
            actions:
              - { instrument: pump-waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }
        analysis:
          - { analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }
        planner: { kind: sobol }
        limits: { failed_trials: 2, trial: 30 min }
        """;

    public static Reply Calls(string tool, object arguments) => Reply.Asks(new Called("call_1", tool, JsonSerializer.Serialize(arguments)));

    public static Reply Proposes(string text, string reasons = "cyan and yellow: the target is green") => Calls("propose_campaign", new { text, reasons });

    public static Reply Accepts(int draft = 1) => Calls("judge_campaign", new { draft, verdict = "accept", objections = "" });

    public static Reply ObjectsTo(int draft, string objections) => Calls("judge_campaign", new { draft, verdict = "object", objections });
}
