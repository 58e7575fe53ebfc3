namespace LabAutomation.Models;

/// <summary>A model is not what its card says, cannot run where it was asked to, or was given or gave values outside the card's ranges.</summary>
public sealed class ModelException(string message, Exception? innerException = null) : Exception(message, innerException);
