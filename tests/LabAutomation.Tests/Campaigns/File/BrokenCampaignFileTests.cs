using static LabAutomation.Tests.Campaigns.CampaignTexts;

namespace LabAutomation.Tests.Campaigns;

/// <summary>What is wrong, where, and what would be right. The cursor ▸ marks the place that the problem is reported at.</summary>
public sealed class BrokenCampaignFileTests
{
    [Theory]
    // Keys
    [InlineData("minimise:", "▸minimize:", "'minimize' is not a key of the goal (did you mean 'minimise'?)")]
    [InlineData("seed: 3", "seed: 3\n▸colour: red", "'colour' is not a key of a campaign file (its keys are: campaign, description, seed")]
    [InlineData("trials: 4", "▸trails: 4", "'trails' is not a key of 'until' (did you mean 'trials'?)")]
    [InlineData("until: { reached: 1.5, trials: 4, duration: 2 h }", "until: ▸{ reached: 1.5 }", "'until' lacks 'trials'")]
    [InlineData("campaign: small\n", "▸", "a campaign file lacks 'campaign' (Name of the campaign")]
    [InlineData("minimise: difference\n  ", "▸", "the goal lacks 'minimise', 'maximise', 'reach', 'level', 'learn' or 'objectives'")]
    [InlineData("minimise: difference", "minimise: difference\n  ▸maximise: difference", "'minimise' and 'maximise' exclude each other")]
    [InlineData("kind: discrete, values: [25 °C, 40 °C, 60 °C]", "kind: discrete, values: [25 °C, 40 °C, 60 °C], ▸low: 3", "'low' is not a key of a discrete parameter (it belongs to kind: real)")]
    [InlineData("kind: real, low: 0.1 mL, high: 1 mL", "kind: ▸reel, low: 0.1 mL, high: 1 mL", "'kind' cannot be 'reel'; did you mean 'real'? (it is real, integer, discrete, ordinal or categorical)")]
    [InlineData("{ kind: integer, low: 1, high: 5 }", "▸{ low: 1, high: 5 }", "a parameter lacks 'kind' (real, integer, discrete, ordinal, categorical)")]
    [InlineData("initial: 6", "▸levels: 6", "'levels' is not a key of a gaussian-process planner (its keys are: kind, initial, threads)")]
    [InlineData("kind: gaussian-process, initial: 6", "kind: sobol, ▸initial: 6", "'initial' is not a key of a sobol planner (it belongs to kind: gaussian-process)")]
    [InlineData("analyst: colour", "analyst: ▸color", "'analyst' cannot be 'color'; did you mean 'colour'? (it is colour")]
    [InlineData("seed: 3", "seed: 3\n▸seed: 4", "'seed' stands here for the second time (the first is on line 3)")]
    [InlineData("a: 0, b: 0", "▸A: 0, b: 0", "'A' is not a key of a target (did you mean 'a'?)")]
    // Values
    [InlineData("seed: 3", "seed: ▸three", "'seed' cannot be 'three' (it is a whole number from 0 to 2147483647)")]
    [InlineData("seed: 3", "seed: ▸-1", "'seed' cannot be '-1'")]
    [InlineData("seed: 3", "seed: ▸'3'", "'seed' cannot be '3' (it is a whole number")]
    [InlineData("trials: 4", "trials: ▸0", "'trials' cannot be '0' (it is a whole number from 1 to 100000)")]
    [InlineData("duration: 2 h", "duration: ▸2 mL", "'duration' cannot be '2 mL' (it is a time above zero, such as 30 min, 12 h or 2 d)")]
    [InlineData("duration: 2 h", "duration: ▸0 h", "'duration' cannot be '0 h'")]
    [InlineData("trial: 30 min", "trial: ▸30", "'trial' cannot be '30' (it is a time above zero")]
    [InlineData("campaign: small", "campaign: ▸small one", "'campaign' cannot be 'small one' (it is a letter and up to 47 letters, digits, '-' or '_')")]
    [InlineData("description: A campaign for tests.", "description: ▸7", "'description' is 7, which YAML does not take for text (it is text; put it in quotes")]
    [InlineData("always: true", "always: ▸yes", "'always' cannot be 'yes' (it is true or false)")]
    [InlineData("low: 0.1 mL, high: 1 mL", "low: ▸0.1 mll, high: 1 mL", "'low' cannot be '0.1 mll' (it is a number with its unit")]
    [InlineData("with: { temperature: =warmth }", "with: ▸[=warmth]", "'with' is a list (it holds names and values)")]
    [InlineData("instruments: [pump-a, plate, eye]", "instruments: ▸pump-a", "'instruments' is 'pump-a' (it is a list")]
    [InlineData("target: { L: 50,", "target: { L: ▸150,", "'L' cannot be '150' (it is a number from 0 to 100)")]
    [InlineData("input: reading.spectrum", "input: ▸reading", "'input' cannot be 'reading' (it is the name of an action and of its output")]
    [InlineData("command: heat,", "command: ▸heat it,", "'command' cannot be 'heat it'")]
    // Error rules
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - { on: any, do: ▸retri }", "'do' cannot be 'retri'; did you mean 'retry'?")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - ▸{ on: any }", "an error rule lacks 'do' (retry, substitute, skip, replan, prompt, close_out, safe_mode)")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - ▸{ do: replan }", "a rule that replans lacks 'on'")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - { on: ▸hardware_failure, do: replan }", "'on' cannot be 'hardware_failure'")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - { on: [any, ▸never], do: replan }", "'on' cannot be 'never' (it is invalid_command")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - { on: any, do: prompt, ▸times: 3 }", "'times' is not a key of a prompt (it belongs to do: retry)")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - { on: any, do: retry, times: ▸21 }", "'times' cannot be '21' (it is a whole number from 1 to 20)")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - { on: any, do: retry, wait: ▸30 }", "'wait' cannot be '30' (it is a time above zero")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - ▸{ on: any, do: retry, factor: 2 }", "campaign rule 1 has a 'factor' and no 'wait' that it could make longer")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - ▸{ on: unknown_outcome, do: retry }", "campaign rule 1 cannot retry what nobody knows the outcome of (only prompt and safe_mode are for unknown_outcome")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - ▸{ on: cleaning_up, do: replan }", "campaign rule 1 would leave what cleaning up did not take away to the next trial")]
    [InlineData("seed: 3", "seed: 3\nerrors:\n  - { on: any, do: safe_mode }\n  - ▸{ on: link_lost, do: prompt }", "campaign rule 2 never acts: campaign rule 1 does before it, whatever happens")]
    [InlineData("- step: dose", "- step: dose\n    errors: [{ on: any, do: replan }, ▸{ on: hardware_fault, do: retry }]", "step 'dose' rule 2 never acts: step 'dose' rule 1 does before it")]
    [InlineData("- step: measure", "- step: measure\n    errors: [▸{ on: any, do: skip }]", "step 'measure' rule 1 never acts: all that step 'measure' gives is analysed (a trial that cannot be analysed ends: replan)")]
    // Suspension
    [InlineData("seed: 3", "seed: 3\nsuspend:\n  - ▸{ instrument: room, property: temperature }", "nothing can leave a band without ends (give it 'low', 'high' or both)")]
    [InlineData("seed: 3", "seed: 3\nsuspend:\n  - { instrument: room, property: temperature, low: 20 °C, high: ▸18 °C }", "'high' (18 °C) is not above 'low' (20 °C)")]
    [InlineData("seed: 3", "seed: 3\nsuspend:\n  - { instrument: room, property: temperature, low: 20 °C, high: ▸18 mL }", "'low' is in °C and 'high' in mL (both measure the same thing)")]
    [InlineData("- step: dose", "- ▸step: dose\n    uninterrupted: true", "step 'dose' is the first, and there is nothing before it from which it could be cut off")]
    [InlineData("- step: measure", "- ▸step: measure\n    late: lose", "step 'measure' cannot be late without a time (say 'within' what time it must begin, or 'start_by' when)")]
    [InlineData("- step: measure", "- step: measure\n    start_by: ▸17:00", "'start_by' cannot be '17:00' (it is a time after the trial was proposed, such as 30 min, or a moment with its offset from UTC, such as 2026-12-01T08:00+01:00)")]
    [InlineData("- step: measure", "- step: measure\n    start_by: ▸2026-12-01T08:00", "'start_by' cannot be '2026-12-01T08:00' (it is a time after")]
    [InlineData("- step: measure", "- step: measure\n    start_by: ▸2026-02-30T08:00Z", "'start_by' cannot be '2026-02-30T08:00Z' (it is a time after")]
    [InlineData("- step: drain", "- step: drain\n    start_by: ▸5 min", "step 'drain' cleans up, however late it is (leave 'start_by' out)")]
    [InlineData("- step: measure", "- step: measure\n    within: 5 min\n    since: ▸drain", "step 'measure' is to begin in time after 'drain', and there is no such step before it (name one of 'dose')")]
    [InlineData("- step: measure", "- step: measure\n    since: ▸dose", "step 'measure' is to begin in time after 'dose', and nothing says in what time (say 'within' what time it must begin)")]
    [InlineData("- step: drain", "- ▸step: drain\n    within: 5 min\n    late: lose", "step 'drain' cleans up, however late it is")]
    // Parameters
    [InlineData("low: 0.1 mL, high: 1 mL }", "low: 0.1 mL, high: ▸0.1 mL }", "'high' (0.1 mL) is not above 'low' (0.1 mL)")]
    [InlineData("low: 0.1 mL, high: 1 mL }", "low: 0.1 mL, high: ▸1 s }", "'low' is in mL and 'high' in s (both measure the same thing)")]
    [InlineData("low: 0.1 mL/min, high: 10", "low: ▸0 mL/min, high: 10", "a logarithmic scale has no zero (give a low above zero)")]
    [InlineData("low: 1, high: 5", "low: 1, high: ▸5.5", "'high' of an integer parameter is a whole number")]
    [InlineData("[25 °C, 40 °C, 60 °C]", "[25 °C, ▸40 s, 60 °C]", "40 s is not in °C, as the first value is")]
    [InlineData("[25 °C, 40 °C, 60 °C]", "[25 °C, 40 °C, ▸25 °C]", "25 °C stands here twice")]
    [InlineData("[water, ethanol]", "[water, ▸water]", "'water' stands here twice")]
    [InlineData("[water, ethanol]", "▸[water]", "'choices' has 1 items (it has at least 2)")]
    [InlineData("parameters:\n", "parameters:\n  ▸min: { kind: integer, low: 1, high: 5 }\n", "'min' is a unit, and expressions could not tell the two apart")]
    [InlineData("parameters:\n", "parameters:\n  ▸or: { kind: integer, low: 1, high: 5 }\n", "'or' has a meaning in expressions")]
    [InlineData("parameters:\n", "parameters:\n  ▸my-dose: { kind: integer, low: 1, high: 5 }\n", "'my-dose' cannot be a name here (it is a letter and up to 47 letters, digits or '_')")]
    // Expressions
    [InlineData("volume: =dose", "volume: =▸doze", "'doze' is not a parameter (did you mean 'dose'?)")]
    [InlineData("volume: =dose", "volume: ▸dose", "'dose' is not a quantity (an expression begins with an equals sign: =dose)")]
    [InlineData("volume: =dose", "volume: '=dose ▸+ 3 s'", "mL and s do not add")]
    [InlineData("volume: =dose", "volume: =2 * (dose +▸", "the expression ends where a value should be")]
    [InlineData("dose / flow <= 2 min", "dose / flow ▸<= 2 mL", "min and mL do not compare")]
    [InlineData("- dose / flow <= 2 min", "- dose ▸/ flow", "a number stands where a condition should be (compare it with something")]
    [InlineData("solvent == 'water'", "solvent == ▸'watr'", "'watr' is not a choice of 'solvent' (did you mean 'water'?)")]
    [InlineData("solvent == 'water'", "▸solvent <= 3", "'solvent' is a choice, not a number (it can be compared: solvent == 'water')")]
    [InlineData("when: dose > 0.2 mL", "when: dose > 0.2 ▸mll", "'mll' is not a unit")]
    // Workflow
    [InlineData("- step: measure", "- step: ▸dose", "another step is called 'dose' (the first is on line 17)")]
    [InlineData("instrument: plate", "instrument: ▸pump-a", "'pump-a' is in step 'dose' twice, and the actions of a step run side by side (give the second action a step of its own)")]
    [InlineData("analysis:\n", "  - ▸step: after\n    actions: [{ instrument: eye, command: acquire }]\nanalysis:\n", "step 'after' follows 'drain', which cleans up (steps with 'always: true' stand last)")]
    // Analysis and limits
    [InlineData("minimise: difference", "minimise: ▸differenz", "no analysis gives 'differenz' (did you mean 'difference'? they give difference, colour_L, colour_a, colour_b)")]
    [InlineData("input: reading.spectrum", "input: ▸reeding.spectrum", "no action is called 'reeding' (did you mean 'reading'?)")]
    // YAML itself
    [InlineData("  minimise: difference", "▸\tminimise: difference", "a tab indents this line (YAML is indented with spaces)")]
    [InlineData("A campaign for tests.", "A campaign▸: for tests.", "this is not valid YAML: while scanning a plain scalar value, found invalid mapping")]
    [InlineData("seed: 3", "seed: ▸&s 3", "'&s' is an anchor, which campaign files do not have")]
    [InlineData("seed: 3", "seed: ▸*s", "'*s' repeats an anchor")]
    [InlineData("seed: 3", "seed: ▸!!int 3", "'tag:yaml.org,2002:int' is a tag, which campaign files do not have (leave it out)")]
    [InlineData("trial: 30 min }", "trial: 30 min }\n▸---\ncampaign: other", "a second document begins here (a campaign file holds one document)")]
    public void A_mistake_is_reported_where_it_is(string part, string by, string message) => Expect(Replace(Small, part, by), message);

    [Theory]
    [InlineData("{ temperature: =warmth } }", "{ temperature: =warmth }, as: reading }", "averages: =shots }, as: reading", "averages: =shots }, as: ▸reading", "another action is called 'reading' (the first is on line 20)")]
    [InlineData("  - step: measure\n", "  - step: measure\n    always: true\n", "input: reading", "input: ▸reading", "action 'reading' cleans up, and is no measurement")]
    [InlineData("averages: =shots }, as: reading", "averages: =shots }, when: shots > 2, as: reading", "input: reading", "input: ▸reading", "action 'reading' is left out of some trials")]
    [InlineData("instruments: [pump-a, plate, eye]", "instruments: [pump-a, plate]", "instrument: eye", "instrument: ▸eye", "'eye' is not among the instruments that 'limits' allows (allowed: pump-a, plate)")]
    [InlineData("dose / flow <= 2 min", "dose > 1 mL", "constraints:", "▸constraints:", "'dose > 1 mL' holds nowhere within the bounds of the parameters (widen")]
    [InlineData("minimise: difference", "minimise: colour_L", "gives: difference", "gives: ▸colour_L", "'colour_L' is where the colour itself is recorded (choose another name)")]
    public void What_two_places_disagree_about_is_reported_at_the_one_to_change(string part, string by, string other, string otherBy,
        string message) =>
        Expect(Replace(Replace(Small, part, by), other, otherBy), message);

    [Theory]
    [InlineData("▸", "the file is empty (a campaign file begins with 'campaign: NAME')")]
    [InlineData("▸# only a comment\n", "the file is empty")]
    [InlineData("▸- a\n- b\n", "a campaign file holds keys and values")]
    [InlineData("▸just words\n", "a campaign file holds keys and values")]
    [InlineData("campaign: [a\n▸", "this is not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData("campaign: ▸'a\n", "this is not valid YAML: while scanning a quoted scalar, found unexpected end of stream")]
    public void What_is_not_a_campaign_at_all_is_said_so(string marked, string message) => Expect(marked, message);

    [Fact]
    public void All_problems_are_reported_at_once_in_the_order_of_the_file()
    {
        var text = Replace(Replace(Replace(Small, "seed: 3", "sead: 3"), "volume: =dose,", "volume: =doze,"), "failed_trials: 2",
            "failed_trials: none");

        Refuse(text).Select(problem => (problem.Line, problem.Column)).Should().Equal((3, 1), (19, 67), (31, 61));
    }

    [Fact]
    public void A_parameter_that_cannot_be_read_is_reported_once_and_not_wherever_it_is_used()
    {
        var text = Replace(Small, "dose: { kind: real, low: 0.1 mL", "dose: { kind: real, low: 0.1 ml/s/s");

        Refuse(text).Should().ContainSingle().Which.Line.Should().Be(8);
    }

    [Fact]
    public void Line_ends_of_Windows_do_not_shift_places()
    {
        var text = Small.Replace("\n", "\r\n", StringComparison.Ordinal);

        Expect(Replace(text, "minimise: difference\r\n", "minimise: ▸differenz\r\n"), "no analysis gives 'differenz'");
    }

    [Theory]
    [InlineData("'=2 * ▸dosis'")]
    [InlineData("\"=2 * ▸dosis\"")]
    [InlineData("▸\"=2 * \\x64osis\"")]
    [InlineData("▸>-\n  =2\n  * dosis\n")]
    public void In_quotes_the_column_counts_from_after_the_quote_and_elsewhere_the_value_is_named(string value)
    {
        var marked = Replace(Small, "- dose / flow <= 2 min",
            $"- {value.Replace("=2", "=1 mL < 2", StringComparison.Ordinal).Replace("\n  ", "\n      ", StringComparison.Ordinal)}");

        Expect(marked, "'dosis' is not a parameter");
    }

    [Fact]
    public void More_parameters_than_a_planner_can_learn_are_refused()
    {
        var more = string.Concat(Enumerable.Range(6, 16).Select(k => $"  {(k == 21 ? "▸" : "")}p{k}: {{ kind: integer, low: 1, high: 5 }}\n"));

        Expect(Replace(Small, "constraints:\n", $"{more}constraints:\n"), "this is parameter 21 (a campaign has at most 20)");
    }

    [Fact]
    public void A_second_colour_analysis_is_refused()
    {
        const string Second = "  - { analyst: colour, input: ▸reading.spectrum, target: { L: 1, a: 0, b: 0 }, gives: other }\n";

        Expect(Replace(Small, "planner:", Second + "planner:"), "this is a second colour analysis (a trial has one colour");
    }

    private static void Expect(string marked, string message)
    {
        var text = Unmark(marked, out var place);

        Refuse(text).Should().ContainSingle().Which.ToString().Should().StartWith($"test.yaml:{place}: {message}");
    }
}
