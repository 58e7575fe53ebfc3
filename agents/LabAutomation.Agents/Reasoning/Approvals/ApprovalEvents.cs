using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <param name="Request">Counts from 1 in a lab.</param>
/// <param name="Hash">Of the terms under this number.</param>
/// <param name="What">In words, for the person who decides.</param>
/// <param name="Why">Why the policy wants a person to decide.</param>
/// <param name="Conversation">In which it was asked for.</param>
public sealed record ApprovalRequested(int Request, string Hash, ApprovalTerms Terms, string What, string Why, string Conversation) : LabEvent;

/// <param name="Hash">Of what was approved, as the person saw it.</param>
public sealed record ApprovalGiven(int Request, string Hash, string By) : LabEvent;

public sealed record ApprovalRefused(int Request, string Hash, string By, string Reason) : LabEvent;

/// <summary>On record before what it allows happens; never twice.</summary>
public sealed record ApprovalUsed(int Request, string Hash, string Conversation) : LabEvent;
