using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>
/// Whether the driver of one instrument is there. What a broker keeps is no sign of it: one that was killed, or whose clients died with it, publishes no will. So
/// each connection begins with a question to the driver, and only what it says after the question has come back counts; everything that the broker had
/// stored, or queued for this client, comes before, on a broker that keeps the order over topics (docs/reference/wire.md says which do). A driver that was just connecting has not heard the question, and is asked again.
/// </summary>
internal sealed class Presence(string instrument, string site)
{
    private long _born;
    private EventFrame? _question;
    private bool _cameBack;
    private bool _answered;
    private bool? _online;

    /// <summary>What was known counts no more until the driver has answered.</summary>
    /// <param name="words">Of this question and no other.</param>
    public BusMessage Ask(string words, DateTimeOffset now)
    {
        (_question, _cameBack, _answered) = (new EventFrame(EventFrame.IsAnybodyThere, words, 0, now), false, false);
        return Message(_question);
    }

    /// <returns>The question once more; null where it was answered, or what was said needs none.</returns>
    public BusMessage? AskAgain() => _answered || _online == false || _question is null ? null : Message(_question);

    public void HearEvent(EventFrame heard) => _cameBack |= heard.Message == _question?.Message;

    /// <param name="birth">Null where the birth was taken off its topic.</param>
    public void HearBirth(Birth? birth) => _born = birth?.Epoch ?? 0;

    /// <param name="liveness">Null where it was taken off its topic, or cannot be read.</param>
    public void HearLiveness(Liveness? liveness)
    {
        // A death that is older than the present birth says nothing about it.
        if (liveness is { Online: false } && liveness.Epoch < _born) return;
        _online = liveness?.Online ?? false;
        _answered |= _cameBack && _online == true;
    }

    /// <param name="grace">Seconds that it has for its answer.</param>
    /// <returns>Why it is not alive; null where it is, or may yet say so.</returns>
    public string? Broken(double grace, bool inGrace) => this switch
    {
        { _online: false } => $"{instrument} must be alive, and is offline",
        { _answered: true } => null,
        _ when inGrace => null,
        { _online: null } => FormattableString.Invariant($"{instrument} must be alive, and did not appear within {grace:0.###} s"),
        _ => FormattableString.Invariant($"{instrument} must be alive, and did not answer within {grace:0.###} s; what was told of it before counts no more"),
    };

    private BusMessage Message(EventFrame question) => BusMessage.Of(Topics.Of(site, instrument).Event, question);
}
