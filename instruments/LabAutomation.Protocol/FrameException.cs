namespace LabAutomation.Protocol;

/// <summary>A message from the wire does not say what the contract requires. The text tells what is wrong and what would be right.</summary>
public sealed class FrameException(string message, Exception? inner = null) : Exception(ForeignText.Cut(message), inner);
