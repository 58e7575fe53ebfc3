using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace LabAutomation.Tests.AskTell;

/// <summary>Whatever the space, the constraints and the planner, what is asked for lies in the one and satisfies the others.</summary>
public sealed class RandomSpacesTests
{
    private static readonly string[] Planners = ["random", "sobol", "grid", "gaussian-process"];

    private static Gen<Part> Parts(int place) => Gen.OneOf(
        from low in Gen.Choose(-3, 3) from width in Gen.Elements(0, 0.001, 1, 7)
        select new Part($$"""{"name":"p{{place}}","kind":"real","low":{{low}},"high":{{Text(low + width)}}}""", true, x => Number(x) >= low && Number(x) <= low + width),
        from power in Gen.Choose(-3, 1) from width in Gen.Choose(1, 4)
        select new Part($$"""{"name":"p{{place}}","kind":"real","low":1e{{power}},"high":1e{{power + width}},"scale":"log"}""", true, x => Number(x) >= Math.Pow(10, power) * 0.999999999 && Number(x) <= Math.Pow(10, power + width) * 1.000000001),
        from low in Gen.Choose(-4, 4) from width in Gen.Choose(0, 9)
        select new Part($$"""{"name":"p{{place}}","kind":"integer","low":{{low}},"high":{{low + width}}}""", true, x => Number(x) >= low && Number(x) <= low + width && Number(x) == Math.Floor(Number(x))),
        from values in Gen.SubListOf(0.0, 0.5, 1, 2.5, 7) where values.Count > 0
        select new Part($$"""{"name":"p{{place}}","kind":"discrete","values":[{{string.Join(',', values.Select(Text))}}]}""", true, x => values.Contains(Number(x))),
        from kind in Gen.Elements("categorical", "ordinal") from count in Gen.Choose(1, 5)
        select new Part($$"""{"name":"p{{place}}","kind":"{{kind}}","choices":[{{string.Join(',', Enumerable.Range(0, count).Select(k => $"\"c{k}\""))}}]}""", false, x => int.Parse(x.GetString()![1..], CultureInfo.InvariantCulture) < count));

    private static Gen<Rule> Rules(int left, int right) => Gen.OneOf(
        from most in Gen.Choose(-10, 30) select new Rule($"p{left} + 2 * p{right} <= {Text(most / 5.0)}", (a, b) => a + 2 * b <= most / 5.0 + 1e-7),
        from sum in Gen.Choose(-10, 30) select new Rule($"p{left} + p{right} == {Text(sum / 5.0)}", (a, b) => Math.Abs(a + b - sum / 5.0) <= 1e-7),
        from product in Gen.Choose(1, 20) select new Rule($"p{left} * p{right} == {Text(product / 10.0)}", (a, b) => Math.Abs(a * b - product / 10.0) <= 1e-7),
        from square in Gen.Choose(1, 40) select new Rule($"p{left} * p{left} + p{right} * p{right} <= {Text(square / 10.0)}", (a, b) => a * a + b * b <= square / 10.0 + 1e-7),
        from least in Gen.Choose(-10, 10) select new Rule($"p{left} >= {Text(least / 5.0)} or p{right} > p{left} * p{left}", (a, b) => a >= least / 5.0 - 1e-7 || b > a * a - 1e-7));

    private static Gen<Space> Spaces =>
        from count in Gen.Choose(1, 5)
        from parts in Gen.CollectToArray(Enumerable.Range(0, count), Parts)
        let numeric = Enumerable.Range(0, count).Where(k => parts[k].IsNumeric).ToArray()
        from rules in Gen.Choose(0, numeric.Length < 2 ? 0 : 2).SelectMany(many => Gen.CollectToArray(Enumerable.Range(0, many), _ => Pairs(numeric)))
        from planner in Gen.Elements(Planners)
        from seed in Gen.Choose(0, 1000)
        select new Space(parts, rules, planner, seed);

    private static Gen<Ruled> Pairs(int[] numeric) =>
        from left in Gen.Elements(numeric) from right in Gen.Elements(numeric) from rule in Rules(left, right) select new Ruled(left, right, rule);

    [Fact]
    public void What_is_asked_for_is_feasible_inside_the_bounds_and_new() => Prop.ForAll(Arb.From(Spaces), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20261128, 7));

    private static bool Holds(Space space)
    {
        var talk = new Talk();
        var open = $$$"""{"open":{"parameters":[{{{string.Join(',', space.Parts.Select(part => part.Json))}}}],"constraints":[{{{string.Join(',', space.Rules.Select(rule => $"\"{rule.Rule.Text}\""))}}}],"objectives":[{"name":"y","goal":"minimise"}],"planner":{"kind":"{{{space.Planner}}}"},"seed":{{{space.Seed}}}}}""";
        var opened = talk.Say(open);
        if (opened.StartsWith("{\"error\"", StringComparison.Ordinal)) return (opened.Contains("no point that satisfies the constraints was found", StringComparison.Ordinal) || opened.Contains("within the bounds of the parameters", StringComparison.Ordinal) || opened.Contains("no point was found where", StringComparison.Ordinal) || opened.Contains("of the grid satisfies", StringComparison.Ordinal)) ? true : throw new InvalidOperationException($"{open} gave {opened}");
        var seen = new HashSet<string>();
        for (var ask = 0; ask < 9; ask++)
        {
            var answer = JsonDocument.Parse(talk.Say($$"""{"ask":{{1 + ask % 2}}}""")).RootElement;
            if (answer.TryGetProperty("error", out var error))
                return error.GetString()!.Contains("no open point is left", StringComparison.Ordinal) || error.GetString()!.Contains("no feasible point", StringComparison.Ordinal) ? true : throw new InvalidOperationException($"{open} gave {error}");
            foreach (var trial in answer.GetProperty("asked").EnumerateArray())
            {
                var x = trial.GetProperty("x");
                if (!IsRight(space, x) || !seen.Add(x.GetRawText())) throw new InvalidOperationException($"{open} gave {x}");
                talk.Say($$"""{"tell":[{"trial":{{trial.GetProperty("trial")}},{{(ask % 4 == 3 ? "\"failed\":true" : $"\"y\":{Text(seen.Count * 0.37 % 1)}")}}}]}""", "told");
            }
        }
        return true;
    }

    private static bool IsRight(Space space, JsonElement x) =>
        space.Parts.Select((part, k) => part.IsIn(x.GetProperty($"p{k}"))).All(isIn => isIn)
        && space.Rules.All(rule => rule.Rule.Holds(Number(x.GetProperty($"p{rule.Left}")), Number(x.GetProperty($"p{rule.Right}"))));

    private static double Number(JsonElement value) => value.GetDouble();

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed record Part(string Json, bool IsNumeric, Func<JsonElement, bool> IsIn);

    private sealed record Rule(string Text, Func<double, double, bool> Holds);

    private sealed record Ruled(int Left, int Right, Rule Rule);

    private sealed record Space(Part[] Parts, Ruled[] Rules, string Planner, int Seed)
    {
        public override string ToString() => string.Join(", ", Parts.Select(part => part.Json).Concat(Rules.Select(rule => rule.Rule.Text)).Append(Planner));
    }
}
