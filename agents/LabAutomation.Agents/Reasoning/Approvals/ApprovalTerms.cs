using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What exactly is to be approved, and by whom. Another word anywhere is another request.</summary>
/// <param name="Plan">SHA-256 of the campaign file's text.</param>
/// <param name="Limits">SHA-256 of the envelope when it was asked for.</param>
/// <param name="Label">The worst that the call may be derived from.</param>
/// <param name="RequestedBy">The person for whom it is asked.</param>
/// <param name="Approvers">Who may approve; null for anybody.</param>
/// <param name="OtherPerson">Whether the requester may not.</param>
/// <param name="Lab">The lab's configuration when it was asked for, as <see cref="LabFingerprint.Parts"/>; null on records of programs that did not look at it, and such terms are for nothing any more.</param>
public sealed record ApprovalTerms(
    string Role,
    string RequestedBy,
    string Tool,
    ImmutableSortedDictionary<string, string> Arguments,
    string Plan,
    string Limits,
    Label Label,
    DateTimeOffset Expires,
    ImmutableArray<string>? Approvers,
    bool OtherPerson,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Lab = null)
{
    /// <summary>SHA-256 over all of it under the number of the request, lower-case hexadecimal. Each field goes in with its length.</summary>
    public string HashAs(int request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Put(hash, request.ToString(CultureInfo.InvariantCulture));
        foreach (var field in new[] { Role, RequestedBy, Tool, Plan, Limits, Label.ToString(), Expires.UtcTicks.ToString(CultureInfo.InvariantCulture), OtherPerson ? "other" : "any" }) Put(hash, field);
        Put(hash, Arguments.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in Arguments)
        {
            Put(hash, name);
            Put(hash, value);
        }

        Put(hash, Approvers is { } names ? names.Length.ToString(CultureInfo.InvariantCulture) : "*");
        foreach (var name in Approvers ?? []) Put(hash, name);
        foreach (var (part, sha256) in Lab ?? LabFingerprint.None.Parts)
        {
            Put(hash, part);
            Put(hash, sha256);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether these are terms for exactly this call under these limits in this lab, with nothing less trusted behind it.</summary>
    public bool AreFor(ToolCall call, LabPolicy policy) => Outdated(policy) is null && AreOf(call);

    /// <summary>What people have changed since, so that nothing is approved by these terms any more; null where nothing is.</summary>
    public string? Outdated(LabPolicy policy) => Limits != policy.Envelope.Sha256 ? "the limits have changed since it was asked for" : policy.Lab.ChangedSince(Lab);

    /// <summary>Whether these are terms for exactly this call, whatever people have changed since.</summary>
    public bool AreOf(ToolCall call) =>
        Role == call.Caller.Role && RequestedBy == call.Caller.Person && Tool == call.Tool && Plan == (call.Plan?.Sha256 ?? "") && call.Label <= Label
        && Arguments.Count == call.Arguments.Count && Arguments.All(pair => call.Arguments.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static void Put(IncrementalHash hash, string field)
    {
        var bytes = Encoding.UTF8.GetBytes(field);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
