namespace LabAutomation.Lab;

/// <summary>What the program's exit says to a script. Documented in docs/reference/command-line.md; a test keeps both equal.</summary>
internal enum ExitCode
{
    /// <summary>Done; for a campaign: its goal is reached.</summary>
    Success = 0,

    /// <summary>A defect of the program itself.</summary>
    Defect = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The campaign file is wrong, or does not fit the instruments.</summary>
    CampaignFile = 3,

    /// <summary>appsettings.json, an environment variable or an option is wrong.</summary>
    Configuration = 4,

    /// <summary>The campaign is paused; 'lab resume' takes it up again.</summary>
    Paused = 5,

    /// <summary>The campaign was aborted and cleaned up.</summary>
    Aborted = 6,

    /// <summary>The campaign ended without reaching its goal.</summary>
    GoalNotReached = 7,

    /// <summary>Another program uses the data directory, or drives the same instrument.</summary>
    InUse = 8,

    /// <summary>The disk is full, the record cannot be read or written, or nobody reads the answers any more.</summary>
    Storage = 9,

    /// <summary>An instrument does not come up, too many trials failed, or a device could not be made safe when its driver ended.</summary>
    Instrument = 10,

    /// <summary>The ledger was changed after it was written, or its end is missing; or what was sent to a model does not follow from its record.</summary>
    LedgerBroken = 11,

    /// <summary>No campaign, instrument, account, request or conversation of that name is on record.</summary>
    NotFound = 12,

    /// <summary>The data set to replay, or the table of measured trials, is wrong.</summary>
    DataSet = 13,

    /// <summary>The broker cannot start, cannot be reached or turns this program away.</summary>
    Broker = 14,

    /// <summary>The lab is tripped, or the trip is taken back, but an instrument did not say what it should: it is named.</summary>
    NotSafe = 15,

    /// <summary>The stop or the reset did not reach the broker. Nothing is known to be stopped.</summary>
    NotStopped = 16,

    /// <summary>A driver does not keep the wire contract.</summary>
    NotConforming = 17,

    /// <summary>A model is not what its card says, has no card that can be used, or cannot run where it was asked to.</summary>
    Model = 18,

    /// <summary>Under faults a promise was broken, or a fault that was to happen did not.</summary>
    PromiseBroken = 19,

    /// <summary>A language model came to no answer, or to no valid campaign, within its deadline.</summary>
    NoAnswer = 20,

    /// <summary>The request cannot be approved or refused: expired, decided, used, or not by this person.</summary>
    NotApproved = 21,

    /// <summary>What is asked cannot be done as things stand; the message says what must come before.</summary>
    NotNow = 22,

    /// <summary>In virtual time nothing goes on, and nobody ever will; the message says who waits for whom.</summary>
    Stalled = 23,

    /// <summary>The lab's policy does not let this campaign run; nothing was moved.</summary>
    Denied = 24,

    /// <summary>A language model has planned a campaign that is valid, and it could not be forecast.</summary>
    NoForecast = 25,
}
