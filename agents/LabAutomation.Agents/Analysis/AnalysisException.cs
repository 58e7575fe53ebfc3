namespace LabAutomation.Agents.Analysis;

/// <summary>Raw data cannot be turned into the quantity asked for; the message says what it lacks.</summary>
internal sealed class AnalysisException(string message) : Exception(message);
