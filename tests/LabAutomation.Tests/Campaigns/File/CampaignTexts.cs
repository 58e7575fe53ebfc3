using LabAutomation.Agents.Campaigns;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Campaign files for tests. In a marked text <see cref="Cursor"/> stands right before the place that a problem is expected at.</summary>
internal static class CampaignTexts
{
    public const char Cursor = '▸';

    /// <summary>Every kind of parameter and step, on one screen.</summary>
    public const string Small = """
        campaign: small
        description: A campaign for tests.
        seed: 3
        goal:
          minimise: difference
          until: { reached: 1.5, trials: 4, duration: 2 h }
        parameters:
          dose: { kind: real, low: 0.1 mL, high: 1 mL }
          flow: { kind: real, low: 0.1 mL/min, high: 10 mL/min, scale: log }
          shots: { kind: integer, low: 1, high: 5 }
          warmth: { kind: discrete, values: [25 °C, 40 °C, 60 °C] }
          solvent: { kind: categorical, choices: [water, ethanol] }
        constraints:
          - dose / flow <= 2 min
          - solvent == 'water' or warmth <= 50 °C
        workflow:
          - step: dose
            actions:
              - { instrument: pump-a, command: dispense, with: { volume: =dose, rate: =flow }, when: dose > 0.2 mL }
              - { instrument: plate, command: heat, with: { temperature: =warmth } }
          - step: measure
            actions:
              - { instrument: eye, command: acquire, with: { integration: 50 ms, averages: =shots }, as: reading }
          - step: drain
            always: true
            actions:
              - { instrument: pump-a, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
        planner: { kind: gaussian-process, initial: 6 }
        limits: { instruments: [pump-a, plate, eye], failed_trials: 2, trial: 30 min }
        """;

    /// <summary>The bench of <see cref="Births"/>, with nothing that is not needed.</summary>
    public const string Match = """
        campaign: match
        description: Find the recipe of three dyes.
        seed: 7
        goal:
          minimise: colour_difference
          until: { reached: 2.0, trials: 40, duration: 12 h }
        parameters:
          cyan: { kind: real, low: 0 mL, high: 0.8 mL }
          magenta: { kind: real, low: 0 mL, high: 0.8 mL }
          yellow: { kind: real, low: 0 mL, high: 0.8 mL }
        constraints:
          - cyan + magenta + yellow <= 1.6 mL
        workflow:
          - step: dose
            actions:
              - { instrument: pump-cyan, command: dispense, with: { volume: =cyan, rate: 6 mL/min }, when: cyan >= 0.01 mL }
              - { instrument: pump-magenta, command: dispense, with: { volume: =magenta, rate: 6 mL/min }, when: magenta >= 0.01 mL }
              - { instrument: pump-yellow, command: dispense, with: { volume: =yellow, rate: 6 mL/min }, when: yellow >= 0.01 mL }
              - { instrument: pump-water, command: dispense, with: { volume: =2.0 mL - cyan - magenta - yellow, rate: 6 mL/min } }
          - step: mix
            actions:
              - { instrument: stirrer, command: stir, with: { speed: 600 rpm, duration: 20 s } }
          - step: measure
            actions:
              - { instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 8 }, as: spectrum }
          - step: drain
            always: true
            actions:
              - { instrument: pump-waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }
        analysis:
          - { analyst: colour, input: spectrum.spectrum, target: { L: 55, a: -20, b: 10 }, gives: colour_difference }
        planner: { kind: gaussian-process, initial: 8 }
        limits: { failed_trials: 5, trial: 30 min }
        """;

    public static string ColourMatchFile => Repository.At("campaigns", "colour-match.yaml");

    public static CampaignPlan Parse(string text) => CampaignFile.Parse(text, "test.yaml");

    /// <summary>The problems of a text that is refused.</summary>
    public static IReadOnlyList<Problem> Refuse(string text) =>
        FluentActions.Invoking(() => Parse(text)).Should().Throw<CampaignFileException>().Which.Problems;

    /// <summary>Takes the cursor out of a text and says where it stood, as <c>line:column</c>.</summary>
    public static string Unmark(string marked, out string place)
    {
        var at = marked.IndexOf(Cursor);
        at.Should().BeGreaterThan(-1, "the text has a cursor");
        var before = marked[..at];
        place = $"{before.Count(c => c == '\n') + 1}:{at - before.LastIndexOf('\n')}";
        return marked.Remove(at, 1);
    }

    /// <summary>Puts other text in place of a part that stands there exactly once.</summary>
    public static string Replace(string text, string part, string by)
    {
        (text.Split(part).Length - 1).Should().Be(1, $"'{part}' is to be found once");
        return text.Replace(part, by, StringComparison.Ordinal);
    }
}
