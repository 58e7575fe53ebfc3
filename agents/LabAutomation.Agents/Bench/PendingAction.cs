using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Bench;

/// <summary>An action that an instrument was asked for, and that has not ended.</summary>
/// <param name="since">Timestamp of the clock by which answers are waited for.</param>
internal sealed class PendingAction(ActionIntended intent, ActionPart first, long since)
{
    public ActionIntended Intent { get; } = intent;

    public long Since { get; } = since;

    public List<ActionPart> Parts { get; } = [first];

    /// <summary>One that has asked before asks again from now on.</summary>
    public void Join(ActionPart part)
    {
        var known = Parts.FindIndex(one => one.Campaign == part.Campaign && one.Intent.Trial == part.Intent.Trial);
        if (known >= 0) Parts[known] = part;
        else Parts.Add(part);
    }

    public bool WasOnRecord { get; init; }

    /// <summary>Whether the driver has said that it took it.</summary>
    public bool WasTaken { get; set; }

    /// <summary>Whether the broker has taken a copy, or may have while the link to it broke: the driver may get it yet.</summary>
    public bool MayBeOnItsWay { get; set; }

    public int Reminders { get; set; }

    public ITimer? Reminder { get; set; }

    /// <summary>How often the broker has refused it since it took it last.</summary>
    public int Refusals { get; set; }

    /// <summary>Copies of which the broker has not said yet whether it takes them.</summary>
    public int Copies { get; set; }

    /// <summary>Whether the driver may know of it already.</summary>
    public bool MayHaveArrived { get; set; }

    /// <summary>Lab time; null where this program has brought it on record itself.</summary>
    public DateTimeOffset? IntendedAt { get; init; }

    /// <summary>Since when the journal remembers to which it went, by what was on record of its instrument before it; null where that does not say.</summary>
    public DateTimeOffset? RememberedSince { get; init; }

    /// <summary>Why it is taken to be known to a driver that is there no more, and how many reminders there had been then. It is sent to nobody any more, whoever comes back.</summary>
    public (string Why, int Reminders)? Forgotten { get; private set; }

    public void Forget(string why) => Forgotten ??= (why, Reminders);

    /// <summary>The driver that was sent it last.</summary>
    private Birth? SentTo { get; set; }

    public void Sent(Birth birth) => (MayHaveArrived, SentTo, Copies) = (true, birth, Copies + 1);

    public bool IsForgottenBy(Birth birth) => MayHaveArrived && (SentTo is { } known ? birth.RemembersSince != known.RemembersSince || birth.Epoch < known.Epoch
        : RememberedSince is { } since ? birth.RemembersSince != since : birth.RemembersSince > IntendedAt);

    public ResultFrame? Result { get; set; }

    public Dictionary<string, ReadOnlyMemory<byte>> Data { get; } = new(StringComparer.Ordinal);
}
