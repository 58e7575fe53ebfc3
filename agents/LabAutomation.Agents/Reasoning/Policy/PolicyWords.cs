using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LabAutomation.Agents.Reasoning;

/// <summary>A policy as texts by name, all of it: for its hash, and for what has changed in it.</summary>
internal static class PolicyWords
{
    public static ImmutableSortedDictionary<string, string> Of(LabPolicy policy)
    {
        var words = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, role) in policy.Roles)
        {
            words[$"{name}.tier"] = role.Tier.Word();
            words[$"{name}.tools"] = List(role.Tools);
            words[$"{name}.calls"] = Text(role.Budget.Calls);
            words[$"{name}.simulated"] = Text(role.Budget.Simulated);
            words[$"{name}.trials"] = Text(role.Budget.Trials);
            words[$"{name}.volume"] = Text(role.Budget.Volume);
            words[$"{name}.money"] = Text(role.Budget.Money);
            words[$"{name}.minutes"] = Text(role.Budget.Time.TotalMinutes);
            foreach (var (what, most) in role.Budget.Drawn) words[$"{name}.stock.{what}"] = Text(most);
        }

        var (envelope, approvals) = (policy.Envelope, policy.Approvals);
        words["envelope.instruments"] = List(envelope.Instruments);
        words["envelope.trials"] = Text(envelope.Trials);
        words["envelope.hours"] = Text(envelope.LabTime?.TotalHours);
        if (policy.OfPeople.Trials != envelope.Trials) words["operator.trials"] = Text(policy.OfPeople.Trials);
        if (policy.OfPeople.LabTime != envelope.LabTime) words["operator.hours"] = Text(policy.OfPeople.LabTime?.TotalHours);
        foreach (var (what, most) in envelope.Stock) words[$"envelope.stock.{what}"] = Text(most);
        words["approval.hours"] = Text(approvals.Validity.TotalHours);
        words["approval.other-person"] = approvals.OtherPerson ? "true" : "false";
        words["approval.approvers"] = List(approvals.Approvers);
        foreach (var (part, hash) in policy.Lab.Parts) words[$"lab.{part}"] = hash;
        words["queue.operators"] = List(policy.Queue.Operators);
        return words.ToImmutable();
    }

    /// <summary>SHA-256, lower-case hexadecimal. Each text goes in with its length.</summary>
    public static string Hash(LabPolicy policy) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Of(policy).SelectMany(word => new[] { word.Key, word.Value }).Select(text => $"{text.Length}:{text}")))));

    private static string List(ImmutableArray<string>? names) => names is { } given ? JsonSerializer.Serialize(given.AsEnumerable()) : "anything";

    private static string Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "any";
}
