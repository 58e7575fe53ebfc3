using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The JSON Schema of campaign files, by which editors complete and check them. Draft 7, which all of them know.</summary>
public static class CampaignSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>As it is checked in under docs/reference.</summary>
    public static string Text
    {
        get
        {
            var schema = RepeatedShapes.Named(CampaignKeys.Campaign.ToSchema());
            schema.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
            schema.Insert(1, "title", "Campaign file of LabAutomation");
            return schema.ToJsonString(Indented) + "\n";
        }
    }
}
