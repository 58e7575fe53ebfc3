using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>
/// The learning engine by messages, one JSON object a line, described in docs/reference/ask-tell.md. Whatever is wrong with a line is
/// answered, and leaves everything as it was.
/// </summary>
/// <param name="clock">By which the engine's own time is told.</param>
public sealed class AskTellConversation(TimeProvider clock)
{
    /// <summary>How many trials one message asks for at most.</summary>
    public const int MostAsked = 1000;

    private static readonly string[] Messages = ["open", "tell", "ask", "best", "diagnose", "state", "resume"];
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private OpenStudy? _open;

    private OpenStudy Open => _open ?? throw new StudyException("nothing is open yet; the first message is open or resume");

    /// <param name="line">One line of input in UTF-8, without its end.</param>
    /// <param name="number">Of the line, from 1, for messages.</param>
    /// <returns>One line without its end; null where there is nothing to answer.</returns>
    public string? Answer(ReadOnlyMemory<byte> line, int number)
    {
        if (line.Span.StartsWith("\uFEFF"u8)) line = line[3..];
        if (line.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0) return null;
        try
        {
            return Answer(line);
        }
        catch (StudyException wrong)
        {
            return Replies.Error(number, wrong.Message);
        }
        catch (JsonException wrong)
        {
            return Replies.Error(number, NotJson(wrong, line.Span));
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            return Replies.Error(number, $"this is a defect of the program: {defect.GetType().Name}: {defect.Message}");
        }
    }

    /// <summary>What is answered to a line that was not read.</summary>
    public static string TooLong(int number, long most) => Replies.Error(number, string.Create(CultureInfo.InvariantCulture,
        $"the line is longer than {most} bytes and was not read; 'lab ask-tell --longest-line MIB' allows more"));

    private string Answer(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span)) throw new StudyException("the line is not UTF-8");
        if (line.Span.IndexOf("\\u"u8) >= 0) JsonTexts.Check(line.Span);
        using var document = JsonDocument.Parse(line, Strict);
        var (name, content) = Message(document.RootElement);
        switch (name)
        {
            case "open":
                _open = new OpenStudy(Opened(content), content.Clone());
                return Replies.Opened(_open.Study);
            case "resume":
                var (study, open) = StudyRecord.Read(content);
                _open = new OpenStudy(study, open.Clone());
                return Replies.Resumed(study);
            case "tell":
                return Tell(content);
            case "ask":
                var (count, context) = Asked(content);
                var began = clock.GetTimestamp();
                var (next, proposals) = Named(() => Open.Study.Ask(count, context), Open.Message);
                _open = Open with { Study = next };
                return Replies.Asked(next, proposals, count, clock.GetElapsedTime(began));
            case "diagnose":
                return DiagnosisReply.Line(Open.Study, Open.Study.Diagnose(DiagnosisReply.Question(content, Open.Study.Problem.Space)));
            case "best":
                return Best(Open.Study, content.ValueKind switch
                {
                    JsonValueKind.True => null,
                    JsonValueKind.Object => Context(MessageObject.Of(content, "best", "context")),
                    _ => throw new StudyException($"best wants true or an object with context, not {MessageValues.Named(content)}"),
                });
            default:
                return content.ValueKind == JsonValueKind.True ? Replies.State(Open.Study, Open.Message) : throw new StudyException($"{name} wants true, not {MessageValues.Named(content)}");
        }
    }

    /// <summary><c>2</c>, or <c>{"count":2,"context":{…}}</c>.</summary>
    private (int Count, ImmutableDictionary<int, double> Context) Asked(JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Object) return (MessageValues.Whole(content, "ask", 1, MostAsked), ImmutableDictionary<int, double>.Empty);
        var message = MessageObject.Of(content, "ask", "count", "context");
        return (message.Find("count") is { } count ? MessageValues.Whole(count, "'count' of ask", 1, MostAsked) : 1, Context(message));
    }

    private ImmutableDictionary<int, double> Context(MessageObject message) => new PointReader(Open.Study.Problem.Space.Dimensions).Context(message);

    private static string Best(Study study, ImmutableDictionary<int, double>? context) => study.Problem.Objectives switch
    {
        [{ Aim: Aim.FindLevel or Aim.Learn }] => Replies.Knowledge(study, study.Knowledge(context)),
        [_] => Replies.Best(study, study.Best(context)),
        _ => Replies.Front(study, study.Front(context)),
    };

    private static Study Opened(JsonElement content)
    {
        var problem = ProblemReader.Read(content);
        return Named(() => Study.Open(problem), content);
    }

    /// <summary>What is found, or by name what leaves nothing to be found.</summary>
    /// <param name="open">What the study was opened with.</param>
    private static T Named<T>(Func<T> find, JsonElement open)
    {
        try
        {
            return find();
        }
        catch (InfeasibleException nowhere) when (ProblemReader.Contradiction(open, nowhere.Held) is { } contradiction)
        {
            throw new StudyException($"{contradiction}: widen the bounds or drop a constraint");
        }
    }

    private string Tell(JsonElement content)
    {
        var study = Open.Study;
        var reports = new ReportReader(study.Problem);
        JsonElement[] trials = content.ValueKind == JsonValueKind.Object ? [content] : [.. MessageValues.List(content, "tell")];
        for (var k = 0; k < trials.Length; k++)
        {
            try
            {
                study = study.Tell(reports.Read(trials[k]));
            }
            catch (StudyException wrong) when (trials.Length > 1)
            {
                throw new StudyException($"{wrong.Message} (told trial {k + 1} of {trials.Length}; none of them was taken)");
            }
        }
        _open = Open with { Study = study };
        return Replies.Told(trials.Length);
    }

    private static (string Name, JsonElement Content) Message(JsonElement root)
    {
        var all = string.Join(", ", Messages);
        if (root.ValueKind != JsonValueKind.Object) throw new StudyException($"a message is an object such as {{\"ask\":1}}, not {MessageValues.Named(root)}; messages are {all}");
        var properties = root.EnumerateObject().ToArray();
        if (properties.Length != 1) throw new StudyException($"a message has one key, its name, not {properties.Length}; messages are {all}");
        var name = properties[0].Name;
        if (Messages.Contains(name)) return (name, properties[0].Value);
        var near = NearestName.Of(name, Messages) is { } known ? $" (did you mean '{known}'?)" : "";
        throw new StudyException($"'{Admission.Shortened(name)}' is not a message; messages are {all}{near}");
    }

    private static string NotJson(JsonException wrong, ReadOnlySpan<byte> line)
    {
        var isTwice = wrong.Message.Contains("uplicate", StringComparison.Ordinal);
        var twice = isTwice ? JsonTexts.Twice(line) : null;
        var at = (int)Math.Min(twice?.At ?? wrong.BytePositionInLine ?? 0, line.Length);
        var rest = Encoding.UTF8.GetString(line[at..]).Trim();
        var what = wrong.Message switch
        {
            _ when isTwice => twice is { } known ? $"the key '{Admission.Shortened(known.Key)}' stands twice in one object" : "a key stands twice in one object",
            _ when rest.Length == 0 => "the line ends too early",
            var text when text.Contains("depth", StringComparison.Ordinal) => "it nests too deep",
            _ => $"'{Admission.Shortened(rest)}' is out of place",
        };
        var hint = line.IndexOf("NaN"u8) >= 0 || line.IndexOf("Infinity"u8) >= 0 ? " (JSON has no NaN and no Infinity; a trial without a value is told with 'failed')" : "";
        return string.Create(CultureInfo.InvariantCulture, $"column {at + 1}: this is not JSON: {what}{hint}");
    }

    /// <param name="Message">What the study was opened with.</param>
    private sealed record OpenStudy(Study Study, JsonElement Message);
}
