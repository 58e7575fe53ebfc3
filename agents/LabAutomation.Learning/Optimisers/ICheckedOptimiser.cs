namespace LabAutomation.Learning;

/// <summary>One that can be told the past as it was checked already.</summary>
internal interface ICheckedOptimiser
{
    /// <inheritdoc cref="IOptimiser.Suggest"/>
    Suggestion Suggest(TrialLog log, int seed);
}
