using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>The answers, each one line of JSON in ASCII, so that no reader depends on its locale.</summary>
internal static class Replies
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Error(int line, string what) => Line(writer => writer.WriteString("error", $"line {line}: {what}"));

    public static string Opened(Study study) => Line(writer =>
    {
        writer.WriteStartObject("opened");
        Describe(writer, study);
        writer.WriteEndObject();
    });

    public static string Resumed(Study study) => Line(writer =>
    {
        writer.WriteStartObject("resumed");
        Describe(writer, study);
        writer.WriteNumber("trials", study.Trials.Count);
        writer.WriteNumber("pending", study.Pending.Count);
        writer.WriteEndObject();
    });

    public static string Told(int count) => Line(writer => writer.WriteNumber("told", count));

    public static string Asked(Study study, ImmutableArray<Proposal> proposals, int wanted, TimeSpan time) => Line(writer =>
    {
        writer.WriteStartArray("asked");
        foreach (var proposal in proposals)
        {
            writer.WriteStartObject();
            writer.WriteNumber("trial", proposal.Number);
            PointForm.Write(writer, study, proposal.Point);
            Write(writer, study, "mean", proposal.Expected?.Select(expected => expected.Mean));
            Write(writer, study, "sd", proposal.Expected?.Select(expected => expected.Sd));
            WriteLikeness(writer, proposal);
            writer.WriteNumber("feasible", proposal.Feasible);
            Write(writer, "acquisition", proposal.Acquisition);
            if (proposal.Advice is { } advice)
            {
                writer.WriteStartObject("advice");
                writer.WriteNumber("trust", advice.Trust);
                writer.WriteBoolean("decided", advice.Decided);
                writer.WriteEndObject();
            }
            writer.WriteString("reason", proposal.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteNumber("seconds", time.TotalSeconds);
        if (proposals.Length < wanted)
            writer.WriteString("note", string.Create(CultureInfo.InvariantCulture, $"{wanted} were asked for and {proposals.Length} were left to try"));
    });

    public static string Best(Study study, Recommendation best) => Line(writer =>
    {
        writer.WriteStartObject("best");
        PointForm.Write(writer, study, best.Point);
        Write(writer, study, "mean", best.Expected.Select(expected => expected.Mean));
        Write(writer, study, "sd", best.Expected.Select(expected => expected.Sd));
        Write(writer, study, "observed", best.Observed);
        writer.WriteNumber("measurements", best.Measurements);
        if (best.BestTrial is { } luckiest)
        {
            writer.WriteStartObject("best_observed");
            PointForm.Write(writer, study, luckiest.Point);
            PointForm.WriteValues(writer, luckiest.Values!);
            writer.WriteEndObject();
        }
        else writer.WriteNull("best_observed");
        writer.WriteEndObject();
    });

    /// <summary>The trades among several objectives.</summary>
    public static string Front(Study study, TradeFront front) => Line(writer =>
    {
        writer.WriteStartObject("best");
        writer.WriteStartArray("front");
        foreach (var trade in front.Trades)
        {
            writer.WriteStartObject();
            PointForm.Write(writer, study, trade.Point);
            Write(writer, study, "mean", trade.Expected.Select(expected => expected.Mean));
            Write(writer, study, "sd", trade.Expected.Select(expected => expected.Sd));
            Write(writer, study, "observed", trade.Observed);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        Write(writer, study, "reference", front.Reference);
        Write(writer, "hypervolume", front.Hypervolume);
        writer.WriteEndObject();
    });

    /// <summary>What is known of a quantity that is to be learnt.</summary>
    public static string Knowledge(Study study, SpaceKnowledge known) => Line(writer =>
    {
        writer.WriteStartObject("best");
        writer.WriteString("learnt", study.Problem.Objectives[0].Name);
        writer.WriteNumber("mean_sd", known.MeanSd);
        writer.WriteNumber("largest_sd", known.LargestSd);
        Write(writer, "above", known.Above);
        Write(writer, "below", known.Below);
        writer.WriteEndObject();
    });

    public static string State(Study study, JsonElement open) => Line(writer =>
    {
        writer.WritePropertyName("state");
        StudyRecord.Write(writer, study, open);
    });

    private static void WriteLikeness(Utf8JsonWriter writer, Proposal proposal)
    {
        if (proposal.Nearest is { } nearest)
        {
            writer.WriteStartObject("nearest");
            writer.WriteNumber("told", nearest.Number);
            writer.WriteNumber("distance", nearest.Distance);
            writer.WriteEndObject();
        }
        else writer.WriteNull("nearest");
        writer.WriteStartArray("matters");
        foreach (var name in proposal.Matters) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private static void Describe(Utf8JsonWriter writer, Study study)
    {
        writer.WriteString("engine", study.Problem.Optimiser.Name);
        writer.WriteNumber("dimension", study.Problem.Space.Dimensions.Length);
        if (study.Problem.Space.Pool is { } pool) writer.WriteNumber("candidates", pool.Length);
        writer.WriteStartArray("notes");
        foreach (var note in study.Notes) writer.WriteStringValue(note);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Study study, string name, IEnumerable<double>? perObjective)
    {
        if (perObjective is null)
        {
            writer.WriteNull(name);
            return;
        }
        writer.WriteStartObject(name);
        foreach (var (quantity, value) in study.Problem.Measured.Zip(perObjective)) Write(writer, quantity, value);
        writer.WriteEndObject();
    }

    /// <summary>JSON has no infinity: log improvement is minus infinity where none is possible.</summary>
    private static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) writer.WriteNumber(name, number);
        else writer.WriteNull(name);
    }

    /// <summary>An object as one line of ASCII.</summary>
    public static string Line(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return Ascii(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    private static string Ascii(string json)
    {
        if (json.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0) return json;
        var text = new StringBuilder(json.Length + 64);
        foreach (var c in json)
            if (c is >= ' ' and <= '~') text.Append(c);
            else text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        return text.ToString();
    }
}
