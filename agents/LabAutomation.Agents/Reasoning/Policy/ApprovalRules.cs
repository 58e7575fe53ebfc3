using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <param name="Validity">From the request on; after it nothing can be approved or used any more.</param>
/// <param name="OtherPerson">Whether the one who approves must be another than the one for whom it is asked.</param>
/// <param name="Approvers">Who may approve; null for anybody with a name.</param>
public sealed record ApprovalRules(TimeSpan Validity, bool OtherPerson, ImmutableArray<string>? Approvers);
