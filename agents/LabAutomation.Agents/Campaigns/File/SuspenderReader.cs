using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What suspends a campaign.</summary>
internal sealed class SuspenderReader(ProblemList problems)
{
    public ImmutableArray<Suspender> Read(ListNode? suspenders) => suspenders is null ? [] : [.. suspenders.Items.OfType<MapNode>().Where(CampaignKeys.Suspender.Accepts).Select(Read).OfType<Suspender>()];

    private Suspender? Read(MapNode node)
    {
        var (low, high) = (Amount(node["low"]), Amount(node["high"]));
        if (low is null && high is null)
        {
            problems.Add(node.At, "nothing can leave a band without ends", "give it 'low', 'high' or both");
            return null;
        }

        if (low is { } least && high is { } most)
        {
            if (!least.Unit.Fits(most.Unit))
            {
                problems.Add(node["high"]!.At, $"'low' is in {least.Unit} and 'high' in {most.Unit}", "both measure the same thing");
                return null;
            }

            if (!(most.In(least.Unit) > least.Value)) problems.Add(node["high"]!.At, $"'high' ({most}) is not above 'low' ({least})");
        }

        return new Suspender(((TextNode)node["instrument"]!).Text, ((TextNode)node["property"]!).Text, low, high, node["for"] is TextNode back ? TimeShape.Read(back)!.Value : Suspender.DefaultBack) { Mark = node.At };
    }

    private static Quantity? Amount(YamlNode? node) => node is TextNode text ? QuantityShape.Read(text) : null;
}
