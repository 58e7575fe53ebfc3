using System.Text.Json;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>A diagnosis as JSON, the same in a conversation and on the command line.</summary>
public static class DiagnosisReply
{
    private static readonly string[] Keys = ["goal", "remaining", "tolerance", "confidence", "context"];

    /// <summary><c>true</c>, or an object with what else is to be known.</summary>
    /// <exception cref="StudyException">It is neither.</exception>
    internal static DiagnosisQuestion Question(JsonElement content, SearchSpace space)
    {
        if (content.ValueKind == JsonValueKind.True) return DiagnosisQuestion.Plain;
        if (content.ValueKind != JsonValueKind.Object) throw new StudyException($"diagnose wants true or an object with {string.Join(", ", Keys)}, not {MessageValues.Named(content)}");
        var message = MessageObject.Of(content, "diagnose", Keys);
        double? Number(string key) => message.Find(key) is { } value ? MessageValues.Number(value, $"'{key}'") : null;
        return new DiagnosisQuestion
        {
            Goal = Number("goal"),
            Remaining = message.Find("remaining") is { } remaining ? MessageValues.Whole(remaining, "'remaining'", 0, int.MaxValue) : null,
            Tolerance = Number("tolerance"),
            Confidence = Number("confidence") ?? DiagnosisQuestion.Plain.Confidence,
            Context = new PointReader(space.Dimensions).Context(message),
        };
    }

    internal static string Line(Study study, StudyDiagnosis diagnosis) => Replies.Line(writer =>
    {
        writer.WritePropertyName("diagnosis");
        Write(writer, study, diagnosis);
    });

    /// <summary>One object: <c>health</c>, <c>quantities</c>, <c>recommended</c>, <c>stopping</c>.</summary>
    public static void Write(Utf8JsonWriter writer, Study study, StudyDiagnosis diagnosis)
    {
        writer.WriteStartObject();
        WriteFindings(writer, diagnosis.Findings);
        writer.WriteStartArray("quantities");
        foreach (var quantity in diagnosis.Quantities) QuantityForm.Write(writer, study, quantity);
        writer.WriteEndArray();
        if (diagnosis.Recommended is { } recommended)
        {
            writer.WriteStartObject("recommended");
            PointForm.Write(writer, study, recommended);
            writer.WriteEndObject();
        }
        if (diagnosis.Stopping is { } stopping) WriteStopping(writer, stopping);
        writer.WriteEndObject();
    }

    /// <summary><c>"health":[…]</c>.</summary>
    public static void WriteFindings(Utf8JsonWriter writer, IEnumerable<HealthFinding> findings)
    {
        writer.WriteStartArray("health");
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("severity", Named(finding.Severity));
            writer.WriteString("name", finding.Name);
            writer.WriteString("where", finding.Where);
            writer.WriteString("what", finding.What);
            writer.WriteString("right", finding.Right);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>A severity as people and programs read it.</summary>
    public static string Named(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "error",
        FindingSeverity.Warning => "warning",
        _ => "note",
    };

    /// <summary>A decision as programs read it.</summary>
    public static string Named(StoppingDecision decision) => decision switch
    {
        StoppingDecision.GoOn => "go-on",
        StoppingDecision.MayStop => "may-stop",
        StoppingDecision.GoalReached => "goal-reached",
        StoppingDecision.GoalOutOfReach => "goal-out-of-reach",
        _ => "too-early",
    };

    private static void WriteStopping(Utf8JsonWriter writer, StoppingVerdict stopping)
    {
        writer.WriteStartObject("stopping");
        writer.WriteString("decision", Named(stopping.Decision));
        writer.WriteString("reason", stopping.Reason);
        writer.WriteNumber("confidence", stopping.Confidence);
        QuantityForm.Write(writer, "tolerance", stopping.Tolerance);
        QuantityForm.Write(writer, "within_tolerance", stopping.WithinTolerance);
        QuantityForm.Write(writer, "expected_regret", stopping.ExpectedRegret);
        QuantityForm.Write(writer, "next_gain", stopping.NextGain);
        QuantityForm.Write(writer, "noise_sd", stopping.NoiseSd);
        QuantityForm.Write(writer, "goal_reachable", stopping.GoalReachable);
        QuantityForm.Write(writer, "goal_within_remaining", stopping.GoalWithinBudget);
        writer.WriteEndObject();
    }
}
