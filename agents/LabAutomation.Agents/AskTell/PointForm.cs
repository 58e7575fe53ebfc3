using System.Text.Json;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>Points and measured values as they stand in answers and in the state.</summary>
internal static class PointForm
{
    /// <summary><c>"x":{…}</c>, and <c>"candidate"</c> where the point is one.</summary>
    public static void Write(Utf8JsonWriter writer, Study study, Point point)
    {
        writer.WriteStartObject("x");
        for (var d = 0; d < study.Problem.Space.Dimensions.Length; d++)
        {
            var dimension = study.Problem.Space.Dimensions[d];
            if (!study.Problem.Space.IsActive(point, d)) continue;
            if (Admission.ChoicesOf(dimension) is { } choices) writer.WriteString(dimension.Name, choices[(int)point[d]]);
            else writer.WriteNumber(dimension.Name, point[d]);
        }
        writer.WriteEndObject();
        if (study.RowOf(point) is { } row) writer.WriteNumber("candidate", row);
    }

    /// <summary><c>"y":{…}</c>.</summary>
    public static void WriteValues(Utf8JsonWriter writer, IReadOnlyDictionary<string, double> values, string key = "y")
    {
        writer.WriteStartObject(key);
        foreach (var (name, value) in values) writer.WriteNumber(name, value);
        writer.WriteEndObject();
    }
}
