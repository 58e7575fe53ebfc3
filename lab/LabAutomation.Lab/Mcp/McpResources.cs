using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LabAutomation.Agents.Reasoning;
using ModelContextProtocol.Protocol;

namespace LabAutomation.Lab.Mcp;

/// <summary>What can be read under an address. To read one is to call the tool that tells the same, with all that goes with a call.</summary>
internal static class McpResources
{
    private const string Root = "lab://";

    private const string Text = "text/plain";

    /// <summary>Campaigns on a page of the list.</summary>
    private const int Page = 50;

    private static readonly ImmutableArray<Kind> OfLab =
    [
        new("instruments", "instruments", "What the lab's instruments offer: commands, parameters with unit and range, outputs", Text, "list_instruments", []),
        new("campaigns", "campaigns", "The campaigns on record, with goal, trials and best result", Text, "list_campaigns", []),
    ];

    /// <summary>Below <c>campaigns/ID</c>.</summary>
    private static readonly ImmutableArray<Kind> OfCampaign =
    [
        new("", "campaign file", "The campaign file; text from outside", "application/yaml", "read_campaign_file", []),
        new("/trials", "trials", "The first 200 trials: planned values and what was measured, with their entries in the record", Text, "read_trials", [KeyValuePair.Create("count", "200")]),
        new("/report", "report", "The report in words; text from outside", "text/markdown", "read_report", []),
    ];

    private static readonly Kind OneTrial = new("/trials/{trial}", "trial", "One trial: planned values and what was measured", Text, "read_trials", [KeyValuePair.Create("count", "1")]);

    public static string Known => string.Join(", ", OfLab.Concat(OfCampaign.Append(OneTrial).Select(kind => kind with { Path = $"campaigns/{{campaign}}{kind.Path}" })).Select(kind => Root + kind.Path));

    public static IEnumerable<ResourceTemplate> Templates(IReadOnlySet<string> tools) => OfCampaign.Append(OneTrial).Where(kind => tools.Contains(kind.Tool))
        .Select(kind => new ResourceTemplate { UriTemplate = $"{Root}campaigns/{{campaign}}{kind.Path}", Name = kind.Name, Description = kind.Summary, MimeType = kind.Mime });

    /// <summary>One page of what there is, the newest campaigns first.</summary>
    /// <param name="campaigns">On record, oldest first.</param>
    /// <param name="cursor">As a page before gave it; null for the first.</param>
    /// <returns>Null where the cursor is none of ours.</returns>
    public static ListResourcesResult? List(IReadOnlySet<string> tools, IReadOnlyList<string> campaigns, string? cursor)
    {
        var from = 0;
        if (cursor is not null && !(int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out from) && from > 0 && from < campaigns.Count)) return null;
        var shown = campaigns.Reverse().Skip(from).Take(Page).SelectMany(campaign => OfCampaign.Where(kind => tools.Contains(kind.Tool)).Select(kind => kind with
        {
            Path = $"campaigns/{Uri.EscapeDataString(campaign)}{kind.Path}",
            Name = $"{campaign}: {kind.Name}",
        }));
        return new ListResourcesResult
        {
            Resources = [.. (from == 0 ? OfLab.Where(kind => tools.Contains(kind.Tool)) : []).Concat(shown).Select(kind => new Resource { Uri = Root + kind.Path, Name = kind.Name, Description = kind.Summary, MimeType = kind.Mime })],
            NextCursor = from + Page < campaigns.Count ? (from + Page).ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>The call that reads an address.</summary>
    public static bool TryFind(string uri, [NotNullWhen(true)] out ResourceCall? call)
    {
        call = null;
        if (!uri.StartsWith(Root, StringComparison.Ordinal)) return false;
        var path = uri[Root.Length..];
        if (OfLab.FirstOrDefault(kind => kind.Path == path) is { } whole) call = whole.Call();
        else if (path.Split('/') is ["campaigns", { Length: > 0 } campaign, .. var rest])
        {
            call = rest is ["trials", var trial] && int.TryParse(trial, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (trial.Length == 1 || trial[0] != '0')
                ? OneTrial.Call(KeyValuePair.Create("campaign", Uri.UnescapeDataString(campaign)), KeyValuePair.Create("first", trial))
                : OfCampaign.FirstOrDefault(kind => kind.Path == string.Concat(rest.Select(part => $"/{part}")))?.Call(KeyValuePair.Create("campaign", Uri.UnescapeDataString(campaign)));
        }

        return call is not null;
    }

    public static ReadResourceResult Answer(string uri, string mime, ToolReply reply)
    {
        var texts = McpTools.Texts(reply.Result).ToArray();
        return new ReadResourceResult { Contents = [.. texts.Select((text, k) => new TextResourceContents { Uri = uri, MimeType = k == texts.Length - 1 ? mime : Text, Text = text, Meta = McpTools.Meta(reply) })] };
    }

    /// <param name="Path">After <c>lab://</c>, or after the campaign's.</param>
    /// <param name="Fixed">Arguments of the tool that are always the same.</param>
    private sealed record Kind(string Path, string Name, string Summary, string Mime, string Tool, ImmutableArray<KeyValuePair<string, string>> Fixed)
    {
        public ResourceCall Call(params IEnumerable<KeyValuePair<string, string>> more) => new(Tool, ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Fixed.Concat(more)), Mime);
    }
}

/// <param name="Mime">Of its answer.</param>
internal sealed record ResourceCall(string Tool, ImmutableSortedDictionary<string, string> Arguments, string Mime);
