namespace LabAutomation.Agents.Records;

/// <summary>A time in which an instrument did nothing for a campaign, and why.</summary>
/// <param name="Words">The same for people, such as <c>trial 4 was at 'mix'</c>.</param>
public sealed record IdleTime(string Instrument, DateTimeOffset From, DateTimeOffset Until, IdleCause Cause, string Words)
{
    public TimeSpan Length => Until - From;
}

/// <summary>Why an instrument does nothing.</summary>
public enum IdleCause
{
    /// <summary>Nothing that was to come needed it.</summary>
    NothingToDo,

    /// <summary>The trial that needed it next came after another, which was not over.</summary>
    TrialBefore,

    /// <summary>The trial that needed it next was at an earlier step.</summary>
    EarlierStep,

    /// <summary>The step needed another instrument too, which was busy.</summary>
    OtherInstrument,

    /// <summary>The sample was being carried to it.</summary>
    Carried,

    /// <summary>A consumable had run out.</summary>
    OutOfStock,

    /// <summary>It could not work, or had failed so often that it was given nothing to do.</summary>
    Failed,

    /// <summary>It worked for another campaign.</summary>
    OtherCampaign,

    /// <summary>The campaign was paused or suspended, or the lab was in its safe mode.</summary>
    Paused,

    /// <summary>Somebody wanted the campaign or the trial not to begin yet.</summary>
    Held,

    /// <summary>The program did not run.</summary>
    ProgramAway,

    /// <summary>The result before was being analysed.</summary>
    Analysis,

    /// <summary>The planner had not chosen the trial yet.</summary>
    Planner,

    /// <summary>The step could have begun; it waited for its turn.</summary>
    Turn,
}
