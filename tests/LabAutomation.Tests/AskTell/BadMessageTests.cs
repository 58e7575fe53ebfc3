using System.Text;
using System.Text.Json;
using LabAutomation.Agents.AskTell;

namespace LabAutomation.Tests.AskTell;

/// <summary>Whatever is wrong is said, and nothing else changes.</summary>
public sealed class BadMessageTests
{
    private const string Open = """{"open":{"parameters":[{"name":"t","kind":"real","low":0,"high":1},{"name":"n","kind":"integer","low":1,"high":8},{"name":"r","kind":"discrete","values":[1,2,5]},{"name":"base","kind":"categorical","choices":["K2CO3","NaOtBu"]}],"objectives":[{"name":"y","goal":"minimise"}],"seed":7}}""";

    [Theory]
    [InlineData("2 * n == 3", "'2 * n == 3' and that 'n' is a whole number hold nowhere together")]
    [InlineData("r >= 2.5 and r <= 4.5", "'r >= 2.5 and r <= 4.5' and that 'r' is one of its values hold nowhere together")]
    public void What_no_whole_or_listed_number_can_be_is_named(string constraint, string complaint)
        => new Talk().Say(Open.Replace("\"seed\":7", $"\"constraints\":[\"{constraint}\"]", StringComparison.Ordinal)).Should().Contain(complaint);

    [Theory]
    [InlineData("(t - 0.5) / (t - 0.5) == 1")]
    [InlineData("1 / t <= 1000")]
    public void A_divisor_that_is_zero_at_some_points_only_is_no_fault(string constraint)
        => Talk.Opened(Open.Replace("\"seed\":7", $"\"constraints\":[\"{constraint}\"]", StringComparison.Ordinal)).Say("""{"ask":1}""").Should().StartWith("{\"asked\":");

    [Fact]
    public void A_key_that_stands_twice_is_named_with_its_column()
        => new Talk().Say("""{"tell":[{"x":{"t":0.5,"n":3,"t":0.6}}]}""").Should()
            .Contain("line 1: column 30: this is not JSON: the key 't' stands twice in one object");

    [Theory]
    [InlineData("", "")]
    [InlineData("  \r", "")]
    [InlineData("{", "column 2: this is not JSON: the line ends too early")]
    [InlineData("ask", "column 1: this is not JSON: 'ask' is out of place")]
    [InlineData("""{"ask":1,}""", "column 10: this is not JSON: '}' is out of place")]
    [InlineData("""{"open":{"a":tru}}""", "this is not JSON: '")]
    [InlineData("""{"ask":1} {"ask":1}""", "column 11: this is not JSON: '{\"ask\":1}' is out of place")]
    [InlineData("""{"ask":1,"ask":2}""", "column 10: this is not JSON: the key 'ask' stands twice in one object")]
    [InlineData("[1]", "a message is an object such as {\"ask\":1}, not a list; messages are open, tell, ask, best, diagnose, state, resume")]
    [InlineData("null", "a message is an object such as {\"ask\":1}, not null")]
    [InlineData("{}", "a message has one key, its name, not 0; messages are open, tell, ask, best, diagnose, state, resume")]
    [InlineData("""{"ask":1,"best":true}""", "a message has one key, its name, not 2")]
    [InlineData("""{"aks":1}""", "'aks' is not a message; messages are open, tell, ask, best, diagnose, state, resume (did you mean 'ask'?)")]
    [InlineData("""{"ask":0}""", "ask wants a whole number from 1 to 1000, not 0")]
    [InlineData("""{"ask":-1}""", "ask wants a whole number from 1 to 1000, not -1")]
    [InlineData("""{"ask":1e9}""", "ask wants a whole number from 1 to 1000, not 1e9")]
    [InlineData("""{"ask":1.5}""", "not 1.5")]
    [InlineData("""{"ask":"1"}""", "not the text '1'")]
    [InlineData("""{"ask":null}""", "not null")]
    [InlineData("""{"best":false}""", "best wants true or an object with context, not false")]
    [InlineData("""{"tell":3}""", "tell wants a list, not 3")]
    [InlineData("""{"tell":["x"]}""", "a told trial is an object with trial, x, candidate, y, sd, failed, abandoned, not the text 'x'")]
    [InlineData("""{"tell":[{}]}""", "a told trial lacks its place")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"KOH"},"y":{"y":1}}]}""", "parameter 'base' has no choice 'KOH'; choices are K2CO3, NaOtBu")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":1},"y":{"y":1}}]}""", "parameter 'base' is the number 1; choices are K2CO3, NaOtBu")]
    [InlineData("""{"tell":[{"x":{"t":1.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 't' is 1.5; its range is 0 to 1")]
    [InlineData("""{"tell":[{"x":{"t":-1e-3,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 't' is -0.001; its range is 0 to 1")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":9,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 'n' is 9; its range is 1 to 8")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":2.5,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 'n' is 2.5; it is a whole number, 1 to 8")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":2,"r":3,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 'r' is 3; its values are 1, 2, 5")]
    [InlineData("""{"tell":[{"x":{"t":"warm","n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 't' wants a number, not the text 'warm'")]
    [InlineData("""{"tell":[{"x":{"t":null,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 't' has no value (null)")]
    [InlineData("""{"tell":[{"x":{"t":true,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 't' wants a number, not true")]
    [InlineData("""{"tell":[{"x":{"t":1e999,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 't' is 1e999, which is too large for a number")]
    [InlineData("""{"tell":[{"x":{"t":NaN,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "JSON has no NaN and no Infinity")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":-Infinity}}]}""", "JSON has no NaN and no Infinity")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":null}}]}""", "'y' has no value (null); a trial without a value is told with 'failed'")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":"1"}}]}""", "'y' wants a number, not the text '1'")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{}}]}""", "'y' lacks 'y'")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1,"impurity":3}}]}""", "'impurity' is neither objective nor outcome; there are y")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"}}]}""", "a told trial has one of 'y'")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1},"failed":"yes"}]}""", "a told trial has one of 'y'")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"failed":3}]}""", "'failed' is a text that says why, or true, not 3")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"abandoned":true}]}""", "only a pending trial can be abandoned; pending are 1")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2},"y":{"y":1}}]}""", "'x' lacks parameter 'base'; a point has a value for each of t, n, r, base")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"bas":"K2CO3"},"y":{"y":1}}]}""", "'bas' is not a parameter; parameters are t, n, r, base (did you mean 'base'?)")]
    [InlineData("""{"tell":[{"x":[0.5,3,2,"K2CO3"],"y":{"y":1}}]}""", "'x' is an object with a value for each of t, n, r, base, not a list")]
    [InlineData("""{"tell":[{"candidate":0,"y":{"y":1}}]}""", "there are no candidates in this problem; tell 'x'")]
    [InlineData("""{"tell":[{"trial":9,"y":{"y":1}}]}""", "trial 9 is not pending; pending are 1")]
    [InlineData("""{"tell":[{"trial":0,"y":{"y":1}}]}""", "'trial' wants a whole number from 1")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1},"sd":-0.1}]}""", "'sd' of 'y' is -0.1; a standard deviation is 0 or more")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"failed":"clogged","sd":0.1}]}""", "'sd' says how good the values of 'y' are, and there is no 'y'")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1},"note":"good"}]}""", "'note' is not a key of a told trial; its keys are trial, x, candidate, y, sd, failed, abandoned")]
    [InlineData("""{"tell":[{"x":{"t":0.5,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}},{"x":{"t":7,"n":3,"r":2,"base":"K2CO3"},"y":{"y":1}}]}""", "parameter 't' is 7; its range is 0 to 1 (told trial 2 of 2; none of them was taken)")]
    [InlineData("""{"resume":{}}""", "a state lacks 'version'")]
    [InlineData("""{"resume":{"version":2,"open":{},"trials":[],"pending":[],"asked":0}}""", "the state is of version 2; this program reads version 1")]
    [InlineData("""{"open":{}}""", "open lacks 'parameters'")]
    [InlineData("""{"open":[]}""", "open is an object with parameters, mixtures, counts, constraints")]
    public void A_wrong_message_is_answered_with_its_line_and_leaves_the_study_as_it_was(string message, string complaint)
    {
        var talk = Talk.Opened(Open);
        talk.Say("""{"ask":1}""", "asked");
        var before = talk.Say("""{"state":true}""");

        var answer = talk.Say(message);

        if (complaint.Length == 0) answer.Should().BeEmpty();
        else Error(answer).Should().StartWith("line 4: ").And.Contain(complaint);
        talk.Say("""{"state":true}""").Should().Be(before);
    }

    [Theory]
    [InlineData("\"kind\":\"real\",\"low\":1,\"high\":0", "parameter 'a' has its bounds the wrong way round: 'low' is 1 and 'high' is 0")]
    [InlineData("\"kind\":\"real\",\"low\":-1e308,\"high\":1e308", "parameter 'a' has a range beyond what a number can hold")]
    [InlineData("\"kind\":\"real\",\"low\":0,\"high\":1,\"scale\":\"log\"", "'low' is above 0, not 0")]
    [InlineData("\"kind\":\"real\",\"low\":0,\"high\":1,\"scale\":\"cubic\"", "'scale' of parameter 'a' is linear or log, not 'cubic'")]
    [InlineData("\"kind\":\"real\",\"low\":0", "parameter 'a' lacks 'high'")]
    [InlineData("\"kind\":\"real\",\"low\":\"0\",\"high\":1", "'low' of parameter 'a' wants a number, not the text '0'")]
    [InlineData("\"kind\":\"real\",\"low\":0,\"high\":1,\"unit\":\"mL\"", "'unit' is not a key of a parameter")]
    [InlineData("\"kind\":\"real\",\"low\":0,\"high\":1,\"values\":[1]", "'values' is not a key of parameter 'a'; its keys are name, kind, low, high, scale")]
    [InlineData("\"kind\":\"real\",\"low\":0,\"high\":1,\"cost\":3", "'cost' of a parameter is not offered: a fidelity has 'costs'")]
    [InlineData("\"kind\":\"integer\",\"low\":0.5,\"high\":3", "'low' of parameter 'a' wants a whole number")]
    [InlineData("\"kind\":\"integer\",\"low\":5,\"high\":3", "the wrong way round")]
    [InlineData("\"kind\":\"integer\",\"low\":0,\"high\":1e10", "'high' of parameter 'a' wants a whole number from -1000000000 to 1000000000")]
    [InlineData("\"kind\":\"discrete\",\"values\":[]", "parameter 'a' has no values; it needs at least one")]
    [InlineData("\"kind\":\"discrete\",\"values\":[1,1]", "parameter 'a' has the value 1 twice")]
    [InlineData("\"kind\":\"categorical\",\"choices\":[]", "parameter 'a' has no choices; it needs at least one")]
    [InlineData("\"kind\":\"fixed\",\"value\":true", "'value' of parameter 'a' wants a number or a text, not true")]
    [InlineData("\"kind\":\"categorical\",\"choices\":[\"x\",\"x\"]", "parameter 'a' has the choice 'x' twice")]
    [InlineData("\"kind\":\"categorical\",\"choices\":[1,2]", "a choice of parameter 'a' wants a text, not 1")]
    [InlineData("\"kind\":\"categorical\",\"choices\":[\"x\",\"z\"],\"descriptors\":[[1],[2]]", "'descriptors' of parameter 'a' is an object with a list of numbers for each choice, not a list")]
    [InlineData("\"kind\":\"ranked\",\"low\":0", "parameter 'a' is of kind 'ranked'; kinds are real, integer, discrete, ordinal, categorical, fixed, task, fidelity")]
    [InlineData("\"low\":0,\"high\":1", "parameter 'a' lacks 'kind'")]
    public void A_wrong_parameter_is_refused_by_name(string keys, string complaint) =>
        Error(new Talk().Say($$$"""{"open":{"parameters":[{"name":"a",{{{keys}}}}],"objectives":[{"name":"y","goal":"minimise"}]}}""")).Should().Contain(complaint);

    [Theory]
    [InlineData("\"objectives\":[]", "'objectives' wants an objective")]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"},{\"name\":\"z\",\"goal\":\"learn\"}]", "objective 'z' is to be learnt, which has no trade with others")]
    [InlineData("\"objectives\":[{\"name\":\"a1\",\"goal\":\"minimise\"},{\"name\":\"a2\",\"goal\":\"minimise\"},{\"name\":\"a3\",\"goal\":\"minimise\"},{\"name\":\"a4\",\"goal\":\"minimise\"},{\"name\":\"a5\",\"goal\":\"minimise\"}]", "there are 5 objectives; trades are weighed among 4 at most")]
    [InlineData("\"noise\":0.5,\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"},{\"name\":\"z\",\"goal\":\"minimise\"}]", "one standard deviation cannot be that of several objectives")]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"},{\"name\":\"y\",\"goal\":\"maximise\"}]", "'y' stands among the objectives and outcomes twice")]
    [InlineData("\"objectives\":[{\"name\":\"y\"}]", "an objective lacks 'goal'")]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"target\",\"target\":5}]", "'target' is not a key of an objective; its keys are name, goal, value, reference")]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"target\"}]", "objective 'y' lacks 'value', the number to be reached")]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"up\"}]", "'goal' of objective 'y' is minimise, maximise, target, level or learn, not 'up'")]
    [InlineData("\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\",\"value\":5}]", "objective 'y' has a 'value', which a target or a level has")]
    [InlineData("\"objectives\":[{\"name\":\"\",\"goal\":\"minimise\"}]", "the name of an objective wants 1 to 200 characters")]
    [InlineData("\"outcomes\":[{\"name\":\"impurity\"}]", "outcome 'impurity' lacks 'min' or 'max'")]
    [InlineData("\"outcomes\":[{\"name\":\"impurity\",\"min\":5,\"max\":4}]", "outcome 'impurity' has its limits the wrong way round")]
    [InlineData("\"constraints\":[\"a + c <= 1\"]", "constraint 'a + c <= 1', column 5: 'c' is not a parameter")]
    [InlineData("\"constraints\":[\"a + b\"]", "a number stands where a condition should be")]
    [InlineData("\"constraints\":[\"a <= 3 mL\"]", "mL do not compare")]
    [InlineData("\"constraints\":[3]", "a constraint wants a text, not 3")]
    [InlineData("\"constraints\":\"a <= 1\"", "'constraints' wants a list, not the text 'a <= 1'")]
    [InlineData("\"constraints\":[\"b <= 0.9\",\"a <= 0.4\",\"a + b <= 1.9\",\"a >= 0.6\"]", "'a <= 0.4' and 'a >= 0.6' hold nowhere together within the bounds of the parameters: widen the bounds or drop a constraint")]
    [InlineData("\"constraints\":[\"b <= 0.9\",\"a + b > 2.5\"]", "'a + b > 2.5' holds nowhere within the bounds of the parameters: widen")]
    [InlineData("\"constraints\":[\"a > 0.5\",\"b > 0.6\",\"a + b < 1\"]", "'a > 0.5' and 'b > 0.6' and 'a + b < 1' hold nowhere together")]
    [InlineData("\"constraints\":[\"1/0 > a\"]", "constraint '1/0 > a', column 2: '1 / 0' divides by zero")]
    [InlineData("\"constraints\":[\"1/(a-a) > 3\"]", "constraint '1/(a-a) > 3', column 2: '1 / (a - a)' divides by zero ('a - a' is zero whatever the parameters are)")]
    [InlineData("\"mixtures\":[{\"of\":[\"a\",\"b\"],\"total\":1}],\"constraints\":[\"a >= 0.6\",\"b >= 0.6\"]", "'a >= 0.6' and 'b >= 0.6' and 'a + b == 1' hold nowhere together")]
    [InlineData("\"counts\":[{\"of\":[\"a\",\"b\"],\"most\":1}],\"constraints\":[\"a * b >= 0.2\"]", "'a * b >= 0.2' and '0 to 1 of a, b' hold nowhere together")]
    [InlineData("\"constraints\":[\"a * b == 1.3\"]", "'a * b == 1.3' holds nowhere within the bounds")]
    [InlineData("\"constraints\":[\"a * b == 0.3\",\"a + b == 0.2\"]", "'a * b == 0.3' and 'a + b == 0.2' hold nowhere together")]
    [InlineData("\"candidates\":[]", "'candidates' wants 1 to 2000000 rows, not 0")]
    [InlineData("\"candidates\":[[0.5,0.5],[0.5]]", "candidate 1: it has 1 values for 2 parameters: a, b")]
    [InlineData("\"candidates\":[[0.5,0.5],[0.5,7]]", "candidate 1: parameter 'b' is 7; its range is 0 to 1")]
    [InlineData("\"candidates\":[[0.5,\"x\"]]", "candidate 0: parameter 'b' wants a number, not the text 'x'")]
    [InlineData("\"candidates\":[0.5]", "candidate 0: it is a list with a value for each of a, b, not 0.5")]
    [InlineData("\"candidates\":[[0.9,0.9]],\"constraints\":[\"a + b <= 1\"]", "no candidate satisfies the constraints")]
    [InlineData("\"noise\":\"some\"", "'noise' is none, unknown, or one standard deviation of a measurement (0 or more), not the text 'some'")]
    [InlineData("\"noise\":-0.1", "not -0.1")]
    [InlineData("\"seed\":-1", "'seed' wants a whole number from 0 to 2147483647, not -1")]
    [InlineData("\"seed\":1.5", "not 1.5")]
    [InlineData("\"repeat\":1", "'repeat' wants true or false, not 1")]
    [InlineData("\"planner\":{\"kind\":\"magic\"}", "there is no planner 'magic'; there are random, sobol, grid, gaussian-process")]
    [InlineData("\"planner\":{\"kind\":\"sobol\",\"initial\":4}", "'initial' is not a key of a sobol planner")]
    [InlineData("\"threads\":0", "'threads' wants a whole number from 1 to 1024, not 0")]
    [InlineData("\"planner\":{\"kind\":\"gaussian-process\",\"initial\":1}", "'initial' wants a whole number from 2 to 1000, not 1")]
    [InlineData("\"mixture\":[1]", "'mixture' of open is not offered: say it as 'mixtures', each with 'of' and 'total'")]
    [InlineData("\"constraint\":[]", "'constraint' is not a key of open; its keys are parameters, mixtures, counts, constraints, objectives, outcomes, candidates, repeat, noise, planner, advice, seed, threads (did you mean 'constraints'?)")]
    public void A_wrong_problem_is_refused_and_nothing_is_open(string keys, string complaint)
    {
        var talk = new Talk();
        var objectives = keys.Contains("objectives", StringComparison.Ordinal) ? "" : "\"objectives\":[{\"name\":\"y\",\"goal\":\"minimise\"}],";

        var answer = talk.Say($$$"""{"open":{"parameters":[{"name":"a","kind":"real","low":0,"high":1},{"name":"b","kind":"real","low":0,"high":1}],{{{objectives}}}{{{keys}}}}}""");

        Error(answer).Should().Contain(complaint);
        talk.Say("""{"ask":1}""").Should().Be("""{"error":"line 2: nothing is open yet; the first message is open or resume"}""");
    }

    [Theory]
    [InlineData("[]", "'parameters' wants 1 to 100 parameters, not 0")]
    [InlineData("{}", "'parameters' wants a list, not an object")]
    [InlineData("[{\"name\":\"a\",\"kind\":\"real\",\"low\":0,\"high\":1},{\"name\":\"a\",\"kind\":\"real\",\"low\":0,\"high\":1}]", "parameter 'a' stands there twice")]
    [InlineData("[{\"name\":\" \",\"kind\":\"real\",\"low\":0,\"high\":1}]", "or only space")]
    public void Parameters_are_some_and_have_names_of_their_own(string parameters, string complaint) =>
        Error(new Talk().Say($$$"""{"open":{"parameters":{{{parameters}}},"objectives":[{"name":"y","goal":"minimise"}]}}""")).Should().Contain(complaint);

    [Fact]
    public void Too_many_choices_are_refused()
    {
        var choices = string.Join(',', Enumerable.Range(0, 2001).Select(k => $"\"c{k}\""));

        Error(new Talk().Say($$$"""{"open":{"parameters":[{"name":"a","kind":"categorical","choices":[{{{choices}}}]}],"objectives":[{"name":"y","goal":"minimise"}]}}""")).Should().Contain("more than 2000 choices");
    }

    [Fact]
    public void A_candidate_that_is_not_there_is_refused()
    {
        var talk = Talk.Opened(Talk.Square.Replace("\"seed\":3", "\"candidates\":[[0,0],[1,1]]"));

        Error(talk.Say("""{"tell":[{"candidate":2,"y":{"y":1}}]}""")).Should().Contain("there is no candidate 2; candidates are numbered 0 to 1");
        Error(talk.Say("""{"tell":[{"candidate":-1,"y":{"y":1}}]}""")).Should().Contain("there is no candidate -1");
        Error(talk.Say("""{"tell":[{"candidate":1,"x":{"a":0,"b":0},"y":{"y":1}}]}""")).Should().Contain("'x' and 'candidate' are different points");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        Error(new Talk().Say([.. "{\"open\":\""u8, 0xFF, .. "\"}"u8])).Should().Be("line 1: the line is not UTF-8");
        Error(new Talk().Say([0])).Should().Contain("this is not JSON");
    }

    [Fact]
    public void A_mark_of_byte_order_is_passed_over() => new Talk().Say([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Talk.Square)]).Should().StartWith("{\"opened\"");

    [Fact]
    public void A_message_that_is_nested_without_end_is_refused() => Error(new Talk().Say(new string('[', 100_000))).Should().Contain("this is not JSON: it nests too deep");

    [Fact]
    public void A_line_that_was_too_long_is_named_with_what_helps() =>
        Error(AskTellConversation.TooLong(5, 1024)).Should().Be("line 5: the line is longer than 1024 bytes and was not read; 'lab ask-tell --longest-line MIB' allows more");

    private static string Error(string answer) => JsonDocument.Parse(answer).RootElement.GetProperty("error").GetString()!;
}
