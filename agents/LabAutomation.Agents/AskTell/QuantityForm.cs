using System.Text.Json;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>What a diagnosis says of one measured quantity, as JSON.</summary>
internal static class QuantityForm
{
    public static void Write(Utf8JsonWriter writer, Study study, QuantityDiagnosis quantity)
    {
        writer.WriteStartObject();
        writer.WriteString("name", quantity.Name);
        writer.WriteString("model", quantity.Model);
        Write(writer, "noise_sd", quantity.NoiseSd);
        Write(writer, quantity.Calibration);
        Write(writer, quantity.Importance);
        writer.WriteStartArray("curves");
        foreach (var curve in quantity.Curves)
        {
            writer.WriteStartObject();
            writer.WriteString("parameter", curve.Parameter);
            writer.WriteStartArray("points");
            foreach (var point in curve.Points)
            {
                writer.WriteStartObject();
                Coordinate(writer, study, "at", curve.Parameter, point.Coordinate);
                Write(writer, "mean", point.Mean);
                Write(writer, "sd", point.Sd);
                writer.WriteBoolean("feasible", point.IsFeasible);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (quantity.Map is { } map) Write(writer, study, map);
        writer.WriteEndObject();
    }

    /// <summary>JSON has no infinity; what is not known is null.</summary>
    public static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) writer.WriteNumber(name, number);
        else writer.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter writer, Calibration calibration)
    {
        writer.WriteStartObject("calibration");
        writer.WriteString("judgement", calibration.Judgement switch
        {
            CalibrationJudgement.Sound => "sound",
            CalibrationJudgement.Overconfident => "overconfident",
            CalibrationJudgement.Overcautious => "overcautious",
            _ => "too-few",
        });
        writer.WriteString("verdict", calibration.Verdict);
        Write(writer, "r2", calibration.Explained);
        Write(writer, "rank_correlation", calibration.RankCorrelation);
        writer.WriteStartArray("coverage");
        foreach (var coverage in calibration.Curve)
        {
            writer.WriteStartObject();
            writer.WriteNumber("expected", coverage.Expected);
            Write(writer, "observed", coverage.Share);
            writer.WriteNumber("inside", coverage.Inside);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("left_out");
        foreach (var trial in calibration.Trials)
        {
            writer.WriteStartObject();
            writer.WriteNumber("told", trial.Number);
            Write(writer, "measured", trial.Value);
            Write(writer, "expected", trial.Expected);
            Write(writer, "sd", trial.Sd);
            Write(writer, "low", trial.Low);
            Write(writer, "high", trial.High);
            Write(writer, "z", trial.Z);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Importance importance)
    {
        writer.WriteStartArray("importance");
        foreach (var parameter in importance.Ranked)
        {
            writer.WriteStartObject();
            writer.WriteString("parameter", parameter.Name);
            Write(writer, "first", parameter.First);
            Write(writer, "first_low", parameter.FirstLow);
            Write(writer, "first_high", parameter.FirstHigh);
            Write(writer, "total", parameter.Total);
            Write(writer, "total_low", parameter.TotalLow);
            Write(writer, "total_high", parameter.TotalHigh);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Study study, SurfaceMap map)
    {
        writer.WriteStartObject("map");
        writer.WriteString("column", map.Column);
        writer.WriteString("row", map.Row);
        Coordinates(writer, study, "columns", map.Column, map.Columns);
        Coordinates(writer, study, "rows", map.Row, map.Rows);
        Numbers(writer, "mean", map.Mean);
        Numbers(writer, "sd", map.Sd);
        writer.WriteStartArray("feasible");
        foreach (var isFeasible in map.IsFeasible) writer.WriteBooleanValue(isFeasible);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter writer, string name, IEnumerable<double> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        writer.WriteEndArray();
    }

    private static void Coordinates(Utf8JsonWriter writer, Study study, string name, string parameter, IEnumerable<double> coordinates)
    {
        writer.WriteStartArray(name);
        foreach (var coordinate in coordinates)
            if (Choice(study, parameter, coordinate) is { } choice) writer.WriteStringValue(choice);
            else writer.WriteNumberValue(coordinate);
        writer.WriteEndArray();
    }

    private static void Coordinate(Utf8JsonWriter writer, Study study, string name, string parameter, double coordinate)
    {
        if (Choice(study, parameter, coordinate) is { } choice) writer.WriteString(name, choice);
        else writer.WriteNumber(name, coordinate);
    }

    private static string? Choice(Study study, string parameter, double coordinate) =>
        Admission.ChoicesOf(study.Problem.Space.Dimensions.First(dimension => dimension.Name == parameter)) is { } choices ? choices[(int)coordinate] : null;
}
