using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A time after a trial was proposed, or a moment; of which day in which zone is never left to the machine that reads it.</summary>
internal sealed record StartByShape : ScalarShape
{
    private const string Moment = @"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?\s*(Z|[-+][0-9]{2}:[0-9]{2})\s*$";

    private static readonly TimeShape Time = new();

    protected override string Expected => "a time after the trial was proposed, such as 30 min, or a moment with its offset from UTC, such as 2026-12-01T08:00+01:00";

    public override JsonObject ToSchema() => new() { ["anyOf"] = new JsonArray(Time.ToSchema(), new JsonObject { ["type"] = "string", ["pattern"] = Moment }) };

    public static StartBy? Read(TextNode text)
    {
        if (TimeShape.Read(text) is { } after) return new StartBy(after, null);
        return Regex.IsMatch(text.Text, Moment, RegexOptions.CultureInvariant) && DateTimeOffset.TryParse(text.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? new StartBy(null, moment) : null;
    }

    protected override string? Complaint(TextNode text, string name) => Read(text) is null ? $"'{name}' cannot be '{text.Text}'" : null;
}
