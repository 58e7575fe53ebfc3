using System.Globalization;
using System.Text.Json;
using LabAutomation.Tests.AskTell;
using Xunit.Abstractions;

namespace LabAutomation.Tests.Learning.Spaces;

/// <summary>
/// Whatever ties the parameters of a problem together, a trial that is asked for lies within the bounds, keeps all rules, is a candidate where there are such, and is new.
/// <c>LONG_SUGGESTIONS</c> is how many problems are drawn.
/// </summary>
public sealed class EverySuggestionTests(ITestOutputHelper output)
{
    private const int Rounds = 5;

    private static readonly int Problems = int.TryParse(Environment.GetEnvironmentVariable("LONG_SUGGESTIONS"), out var problems) ? problems : 100;

    /// <summary>What answers say where a problem has no point or none is left.</summary>
    private static readonly string[] Exhausted = ["no point", "no candidate", "no open point", "no feasible point", "hold nowhere", "holds nowhere", "together within their bounds", "of the grid"];

    [Fact]
    public void What_is_asked_for_keeps_every_rule_and_a_state_goes_on_from_there()
    {
        var seen = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var failures = new List<string>();
        for (var number = 0; number < Problems; number++)
        {
            var problem = new DrawnProblem(number);
            var (asked, failure) = Played(problem, number);
            if (failure is not null) failures.Add($"problem {number}: {failure}\n   {problem.Open}\n   {problem.Ask}");
            if (asked == 0) continue;
            foreach (var feature in problem.Features.Append("any")) seen[feature] = seen.GetValueOrDefault(feature) + 1;
        }
        output.WriteLine(string.Join(", ", seen.Select(pair => $"{pair.Key} {pair.Value}")));

        failures.Should().BeEmpty();
        seen.GetValueOrDefault("any").Should().BeGreaterThan(Problems / 3, "most of the problems have a solution");
        seen.Should().HaveCount(10).And.OnlyContain(pair => pair.Value >= Problems / 50, "each kind of rule has to be met");
    }

    private static (int Asked, string? Failure) Played(DrawnProblem problem, int number)
    {
        var (talk, random, asked, seen) = (new Talk(), new Random(number), 0, new HashSet<string>());
        var opened = talk.Say(problem.Open);
        if (!opened.StartsWith("{\"opened\"", StringComparison.Ordinal)) return (0, Unexpected(opened) ?? (problem.Found(isAsked: false) is { } point ? $"{opened}, and {point} is one" : null));
        for (var round = 0; round < Rounds; round++)
        {
            var answer = talk.Say(problem.Ask);
            if (!answer.StartsWith("{\"asked\"", StringComparison.Ordinal)) return (asked, Unexpected(answer) ?? (asked == 0 && problem.Found(isAsked: true) is { } point ? $"{answer}, and {point} is one" : null));
            foreach (var trial in JsonDocument.Parse(answer).RootElement.GetProperty("asked").EnumerateArray())
            {
                asked++;
                if (problem.Wrong(trial) is { } wrong) return (asked, $"{wrong} in {trial}");
                if (!seen.Add(trial.GetProperty("x").GetRawText())) return (asked, $"{trial} was asked for before");
                var outcome = random.Next(6) == 0 ? "\"failed\":true" : $"\"y\":{{{string.Join(',', problem.Objectives.Select(name => $"\"{name}\":{Number(random)}"))}{(problem.IsLimited && round > 1 ? $",\"q\":{Number(random)}" : "")}}}";
                if (talk.Say($"{{\"tell\":{{\"trial\":{trial.GetProperty("trial")},{outcome}}}}}") is var told && !told.StartsWith("{\"told\"", StringComparison.Ordinal)) return (asked, told);
            }
            if (round == 1 && problem.Elsewhere() is { } place) talk.Say($"{{\"tell\":{{\"x\":{place},\"y\":{{{string.Join(',', problem.Objectives.Select(name => $"\"{name}\":-9"))}{(problem.IsLimited ? ",\"q\":0" : "")}}}}}}}", "told");
            if (round == 2 && Resumed(ref talk, problem) is { } lost) return (asked, lost);
        }
        return (asked, WrongBest(problem, talk.Say(problem.Best)));
    }

    /// <summary>Goes on in another conversation, where the same is asked for as here.</summary>
    private static string? Resumed(ref Talk talk, DrawnProblem problem)
    {
        var (other, state) = (new Talk(), talk.Say("""{"state":true}""", "state"));
        if (other.Say($"{{\"resume\":{state}}}") is var resumed && !resumed.StartsWith("{\"resumed\"", StringComparison.Ordinal)) return resumed;
        var (here, there) = (talk.Say(problem.Ask), other.Say(problem.Ask));
        if (Bare(here) != Bare(there)) return $"{there} was asked for after a resume, and {here} without";
        var (kept, again) = (talk.Say("""{"state":true}"""), other.Say("""{"state":true}"""));
        talk = new Talk();
        return kept != again ? "the states differ" : talk.Say($"{{\"resume\":{state}}}") is var second && second.StartsWith("{\"resumed\"", StringComparison.Ordinal) ? null : second;
    }

    private static string? WrongBest(DrawnProblem problem, string answer)
    {
        if (!answer.StartsWith("{\"best\"", StringComparison.Ordinal)) return answer.Contains("defect", StringComparison.Ordinal) ? answer : null;
        var best = JsonDocument.Parse(answer).RootElement.GetProperty("best");
        var places = best.TryGetProperty("front", out var front) ? front.EnumerateArray().ToArray() : [best];
        if (places.Length == 0) return $"nothing is recommended in {answer}";
        return places.Select(problem.WrongPlace).FirstOrDefault(one => one is not null) is { } wrong ? $"{wrong} in {answer}" : null;
    }

    private static string? Unexpected(string answer) => Exhausted.Any(answer.Contains) ? null : answer;

    /// <summary>Without what depends on time and on the number of the line.</summary>
    private static string Bare(string answer) => answer.StartsWith("{\"error\"", StringComparison.Ordinal) ? answer[answer.IndexOf(": ", StringComparison.Ordinal)..] : answer.Split(",\"seconds\"")[0];

    private static string Number(Random random) => random.NextDouble().ToString("R", CultureInfo.InvariantCulture);
}
