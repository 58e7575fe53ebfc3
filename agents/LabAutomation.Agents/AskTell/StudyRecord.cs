using System.Text.Json;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>
/// A study as JSON from which another process goes on: what it was opened with, and what was told and asked since. Numbers are
/// written so that they read back as the same bits.
/// </summary>
internal static class StudyRecord
{
    private const int Version = 1;

    public static void Write(Utf8JsonWriter writer, Study study, JsonElement open)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WritePropertyName("open");
        open.WriteTo(writer);
        writer.WriteStartArray("trials");
        foreach (var trial in study.Trials)
        {
            writer.WriteStartObject();
            PointForm.Write(writer, study, trial.Point);
            if (trial.NoiseSds is { } sds) PointForm.WriteValues(writer, sds, "sd");
            if (trial.Values is { } values) PointForm.WriteValues(writer, values);
            else writer.WriteString("failed", trial.Failure);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        Write(writer, study, "pending", study.Pending);
        // Told trials, by their place, that were asked for elsewhere.
        Write(writer, study, "moved", study.Trials.Select((trial, k) => (trial.Asked, Number: k + 1)).Where(one => one.Asked is not null).Select(one => new PendingTrial(one.Number, one.Asked!)));
        Write(writer, study, "abandoned", study.Abandoned);
        writer.WriteNumber("asked", study.Asked);
        writer.WriteEndObject();
    }

    /// <returns>The study, and the part of the state that it was opened with.</returns>
    /// <summary>So many that their numbers do not end before the trials do.</summary>
    private const int MostAsked = 1_000_000_000;

    public static (Study Study, JsonElement Open) Read(JsonElement state)
    {
        var message = MessageObject.Of(state, "a state", "version", "open", "trials", "pending", "moved", "abandoned", "asked");
        var version = MessageValues.Whole(message["version"], "'version' of a state", 1, int.MaxValue);
        if (version != Version) throw new StudyException($"the state is of version {version}; this program reads version {Version}");
        var problem = ProblemReader.Read(message["open"]);
        var reports = new ReportReader(problem);
        var asked = MessageValues.Whole(message["asked"], "'asked' of a state", 0, MostAsked);
        StudyTrial[] trials = [.. MessageValues.List(message["trials"], "'trials' of a state").Select(trial => Trial(reports.Read(trial)))];
        var places = Listed(message, reports, "moved");
        if (places.CountBy(moved => moved.Number).FirstOrDefault(pair => pair.Value > 1) is { Value: > 1 } twice) throw new StudyException($"'moved' of a state names trial {twice.Key} twice");
        foreach (var moved in places)
            trials[moved.Number <= trials.Length ? moved.Number - 1 : throw new StudyException($"'moved' of a state names trial {moved.Number}, and there are {trials.Length}")] =
                trials[moved.Number - 1] with { Asked = moved.Point };
        return (Study.Open(problem).With(trials, Listed(message, reports, "pending"), asked, Listed(message, reports, "abandoned")), message["open"]);
    }

    private static void Write(Utf8JsonWriter writer, Study study, string name, IEnumerable<PendingTrial> trials)
    {
        writer.WriteStartArray(name);
        foreach (var trial in trials)
        {
            writer.WriteStartObject();
            writer.WriteNumber("trial", trial.Number);
            PointForm.Write(writer, study, trial.Point);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static PendingTrial[] Listed(MessageObject message, ReportReader reports, string name) =>
        message.Find(name) is { } list ? [.. MessageValues.List(list, $"'{name}' of a state").Select(trial => Pending(reports, trial))] : [];

    private static StudyTrial Trial(TrialReport report) => report.Point is { } point && (report.Values is not null || report.Failure is not null)
        ? new StudyTrial(point, report.Values, report.Failure, report.NoiseSds)
        : throw new StudyException("a trial of a state has 'x' or 'candidate', and 'y' or 'failed'");

    private static PendingTrial Pending(ReportReader reports, JsonElement trial)
    {
        var message = MessageObject.Of(trial, "a trial of a state", "trial", "x", "candidate");
        var number = MessageValues.Whole(message["trial"], "'trial' of a pending trial", 1, int.MaxValue);
        return new PendingTrial(number, reports.Place(message) ?? throw new StudyException($"pending trial {number} lacks 'x' or 'candidate'"));
    }
}
