using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>What is told about trials.</summary>
internal sealed class ReportReader(StudyProblem problem)
{
    private readonly PointReader _points = new(problem.Space.Dimensions, problem.Space.Rules);
    private readonly string[] _measured = [.. problem.Measured];
    private readonly string[] _objectives = [.. problem.Objectives.Select(objective => objective.Name)];

    public TrialReport Read(JsonElement trial)
    {
        var message = MessageObject.Of(trial, "a told trial", "trial", "x", "candidate", "y", "sd", "failed", "abandoned");
        var number = message.Find("trial") is { } told ? MessageValues.Whole(told, "'trial'", 1, int.MaxValue) : (int?)null;
        var point = Place(message);
        if (number is null && point is null) throw new StudyException("a told trial lacks its place: 'x', 'candidate', or 'trial' as ask numbered it");
        var (y, failed, abandoned) = (message.Find("y"), message.Find("failed"), message.Find("abandoned"));
        if ((y is null ? 0 : 1) + (failed is null ? 0 : 1) + (abandoned is null ? 0 : 1) != 1)
            throw new StudyException("a told trial has one of 'y' (what was measured), 'failed' (why there is no value) and 'abandoned' (it will not be run)");
        if (abandoned is { } given) Why(given, "abandoned");
        if (message.Find("sd") is not null && y is null) throw new StudyException("'sd' says how good the values of 'y' are, and there is no 'y'");
        return new TrialReport(number, point, y is { } values ? Values(values, "y", isWhole: true) : null, failed is { } reason ? Why(reason, "failed") : null,
            message.Find("sd") is { } sds ? Checked(Values(sds, "sd", isWhole: false)) : null);
    }

    /// <summary>Null where neither x nor candidate is told.</summary>
    public Point? Place(MessageObject message)
    {
        var row = message.Find("candidate") is { } candidate ? Row(candidate) : null;
        if (message.Find("x") is not { } x) return row;
        var point = _points.Read(x);
        return row is null || row.Equals(point) ? point : throw new StudyException("'x' and 'candidate' are different points; tell one of them");
    }

    private Point Row(JsonElement candidate)
    {
        if (problem.Space.Pool is not { } pool) throw new StudyException("there are no candidates in this problem; tell 'x'");
        var number = candidate.ValueKind == JsonValueKind.Number && candidate.TryGetInt32(out var read) ? read : -1;
        return number >= 0 && number < pool.Length
            ? pool[number]
            : throw new StudyException($"there is no candidate {MessageValues.Named(candidate)}; candidates are numbered 0 to {pool.Length - 1}");
    }

    private static ImmutableSortedDictionary<string, double> Checked(ImmutableSortedDictionary<string, double> sds) => sds.FirstOrDefault(pair => pair.Value < 0) is { Key: { } name }
        ? throw new StudyException(FormattableString.Invariant($"'sd' of '{name}' is {sds[name]}; a standard deviation is 0 or more"))
        : sds;

    /// <param name="key">Under which they stand.</param>
    /// <param name="isWhole">Whether every objective has to be there; an outcome may have been left unmeasured.</param>
    private ImmutableSortedDictionary<string, double> Values(JsonElement y, string key, bool isWhole)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        if (y.ValueKind == JsonValueKind.Number && _measured is [var only])
        {
            values.Add(only, Admission.OfMeasurement(only, MessageValues.Number(y, $"'{only}'")));
            return values.ToImmutable();
        }
        if (y.ValueKind != JsonValueKind.Object) throw new StudyException($"'{key}' is an object with a number for each of {string.Join(", ", _measured)}, not {MessageValues.Named(y)}");
        foreach (var value in y.EnumerateObject())
        {
            if (!_measured.Contains(value.Name))
            {
                var near = NearestName.Of(value.Name, _measured) is { } known ? $" (did you mean '{known}'?)" : "";
                throw new StudyException($"'{Admission.Shortened(value.Name)}' is neither objective nor outcome; there are {string.Join(", ", _measured)}{near}");
            }
            if (value.Value.ValueKind == JsonValueKind.Null) throw new StudyException($"'{value.Name}' has no value (null); a trial without a value is told with 'failed'");
            values.Add(value.Name, Admission.OfMeasurement(value.Name, MessageValues.Number(value.Value, $"'{value.Name}'")));
        }
        return isWhole && _objectives.FirstOrDefault(name => !values.ContainsKey(name)) is { } missing
            ? throw new StudyException($"'y' lacks '{missing}'; a trial without a value is told with 'failed'")
            : values.ToImmutable();
    }

    private static string Why(JsonElement reason, string key) => reason.ValueKind switch
    {
        JsonValueKind.String => reason.GetString()!,
        JsonValueKind.True => key,
        _ => throw new StudyException($"'{key}' is a text that says why, or true, not {MessageValues.Named(reason)}"),
    };
}
