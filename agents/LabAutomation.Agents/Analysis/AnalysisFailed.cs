using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>An analysis of a trial came to no quantities; what is done about it, the rules for errors say.</summary>
/// <param name="Analysis">Its place in the campaign file, from 0.</param>
/// <param name="Analyst">Who failed, such as <c>colour</c> or <c>model spectrum-to-xyz</c>.</param>
public sealed record AnalysisFailed(int Trial, int Analysis, string Analyst, CauseCode Cause, string Reason) : LabEvent;
