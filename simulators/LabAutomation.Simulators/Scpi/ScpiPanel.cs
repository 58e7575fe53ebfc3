using System.Buffers;
using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Wire;

namespace LabAutomation.Simulators.Scpi;

/// <summary>
/// The front of a SCPI instrument: messages in, answers out, the error queue, and the commands of IEEE 488.2 that every one has. The instrument adds its own.
/// LF ends a message of at most 256 bytes.
/// </summary>
/// <param name="changed">The state is not what it was.</param>
/// <param name="isComplete">Whether nothing is under way that <c>*OPC</c> would wait for.</param>
internal sealed class ScpiPanel
{
    private const int OperationComplete = 1;

    /// <summary>Bits of the status byte: an error waits (SCPI-1999, volume 1, 20.1), an answer waits, an enabled event has come, and one of these was enabled (IEEE 488.2, 11.2).</summary>
    private const int ErrorAvailable = 4, MessageAvailable = 16, EventSummary = 32, ServiceRequest = 64;

    private static readonly SearchValues<char> Printable = SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    private readonly Func<IScpiStatus> status;
    private readonly Action changed;
    private readonly Func<bool> isComplete;
    private readonly LineReader reader = new((byte)'\n', 256);
    private readonly ScpiMessages messages;
    private readonly List<(ScpiHeader Header, int Parameters, Func<string[], string?> Answer)> commands = [];
    private Action<byte[]> send = _ => { };

    public ScpiPanel(Func<IScpiStatus> status, Action changed, Func<string> identity, Action reset, Func<bool> isComplete)
    {
        (this.status, this.changed, this.isComplete) = (status, changed, isComplete);
        messages = new ScpiMessages(header => NoteCompletion() | MustWait(header), CarryOut, Fail, text => send(Encoding.ASCII.GetBytes(text + "\n")));
        Ask("*IDN?", identity);
        Tell("*RST", reset);
        Tell("*CLS", () => (Status.Events, Status.Errors, Status.AnnouncesCompletion) = (0, [], false));
        Ask("*ESR?", TakeEvents);
        Ask("*ESE?", () => Text(Status.EventMask));
        Tell("*ESE", p => Status.EventMask = Whole(p, 0, 255));
        Ask("*SRE?", () => Text(Status.ServiceMask));
        Tell("*SRE", p => Status.ServiceMask = Whole(p, 0, 255) & ~ServiceRequest);
        Ask("*STB?", () => Text(StatusByte()));
        Tell("*OPC", () => Status.AnnouncesCompletion = true);
        Ask("*OPC?", () => "1");
        Tell("*WAI", () => { });
        Ask("*TST?", () => "0");
        Ask("SYSTem:ERRor[:NEXT]?", TakeError);
        Ask("SYSTem:ERRor:COUNt?", () => Text(Status.Errors.Count));
    }

    /// <summary>Errors that the queue holds; then the last becomes an overflow.</summary>
    public int QueueLength { get; init; } = 16;

    /// <summary>Whether a command, by its header, has to wait, and holds up all that follow.</summary>
    public Func<string, bool> MustWait { get; init; } = _ => false;

    private IScpiStatus Status => status();

    public void Open(Action<byte[]> output) => send = output;

    public void Close()
    {
        reader.Clear();
        messages.Clear();
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var line in reader.Feed(bytes))
        {
            var message = line?.TrimEnd('\r');
            if (message is null) Fail(-363);
            else if (message.AsSpan().ContainsAnyExcept(Printable)) Fail(-101);
            else messages.Add(message);
        }
    }

    /// <returns>False when a command waits; call again later.</returns>
    public bool Run()
    {
        NoteCompletion();
        return messages.Run();
    }

    public void Ask(string header, Func<string> answer) => commands.Add((new(header), 0, _ => answer()));

    public void Tell(string header, Action act) => Tell(header, 0, _ => act());

    public void Tell(string header, Action<string> act) => Tell(header, 1, p => act(p[0]));

    /// <param name="parameters">How many it has; -1 for one or more.</param>
    public void Tell(string header, int parameters, Action<string[]> act) => commands.Add((new(header), parameters, p =>
    {
        act(p);
        changed();
        return null;
    }));

    /// <exception cref="ScpiException">No number, or out of range.</exception>
    public static double Number(string text, double least, double most) => Within(Number(text), least, most);

    /// <exception cref="ScpiException">No number, or out of range once it is rounded.</exception>
    public static int Whole(string text, int least, int most) => (int)Within(Math.Round(Number(text)), least, most);

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : throw new ScpiException(-104);

    private static double Within(double value, double least, double most) => value >= least && value <= most ? value : throw new ScpiException(-222);

    private string? CarryOut(string header, string[] parameters)
    {
        var (known, count, answer) = commands.Find(command => command.Header.Matches(header));
        if (known is null) throw new ScpiException(-113);
        if (count >= 0 ? parameters.Length != count : parameters.Length == 0) throw new ScpiException(parameters.Length < Math.Abs(count) ? -109 : -108);
        return answer(parameters);
    }

    private void Fail(int code)
    {
        Status.Events |= ScpiErrors.EventBit(code);
        if (Status.Errors.Count < QueueLength) Status.Errors.Add(code);
        else Status.Errors[^1] = ScpiErrors.QueueOverflow;
        changed();
    }

    private bool NoteCompletion()
    {
        if (!Status.AnnouncesCompletion || !isComplete()) return false;
        (Status.AnnouncesCompletion, Status.Events) = (false, Status.Events | OperationComplete);
        changed();
        return false;
    }

    private int StatusByte()
    {
        var bits = (Status.Errors.Count > 0 ? ErrorAvailable : 0) | (messages.HasAnswers ? MessageAvailable : 0) | ((Status.Events & Status.EventMask) != 0 ? EventSummary : 0);
        return (bits & Status.ServiceMask) != 0 ? bits | ServiceRequest : bits;
    }

    private string TakeEvents()
    {
        var events = Status.Events;
        Status.Events = 0;
        changed();
        return Text(events);
    }

    private string TakeError()
    {
        var code = Status.Errors.FirstOrDefault();
        if (Status.Errors.Count > 0) Status.Errors.RemoveAt(0);
        changed();
        return string.Create(CultureInfo.InvariantCulture, $"{code:+0;-0;0},\"{ScpiErrors.Text(code)}\"");
    }
}
