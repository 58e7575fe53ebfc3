using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Campaign files as callers give them, and what is said of them.</summary>
internal static class CampaignText
{
    public static ToolParameter Parameter { get; } = new("text", "the whole campaign file, YAML", ToolValue.Text, 32_000);

    /// <summary>The plan if the file alone takes it.</summary>
    /// <param name="refused">All that is wrong with it, otherwise.</param>
    public static CampaignPlan? Parse(ToolArguments arguments, out ToolResult? refused)
    {
        try
        {
            refused = null;
            return CampaignFile.Parse(arguments.Text(Parameter.Name), "proposal.yaml");
        }
        catch (CampaignFileException error)
        {
            refused = Refused(error.Problems, Label.Trusted);
            return null;
        }
    }

    /// <summary>The plan if the file alone and the instruments take it.</summary>
    /// <param name="refused">All that is wrong with it, otherwise.</param>
    public static CampaignPlan? Read(ToolArguments arguments, LabView lab, out ToolResult? refused)
    {
        if (Parse(arguments, out refused) is not { } plan) return null;
        if (lab.Check(plan) is { Count: > 0 } problems) refused = Misfit(problems);
        return refused is null ? plan : null;
    }

    /// <summary>What does not fit the instruments may quote what drivers say of themselves.</summary>
    public static ToolResult Misfit(IReadOnlyList<Problem> problems) => Refused(problems, Label.Untrusted);

    /// <summary>Whether it stays inside the envelope, and what it takes at most.</summary>
    public static string Bounds(PlanFacts facts, LabPolicy policy)
    {
        var left = policy.Envelope.LeftBy(facts);
        return $"""
            envelope: {(left is null ? "it stays inside" : $"it would not be run: {left}")}
            at most: {facts.Trials} trials, {(facts.LabTime is { } time ? FormattableString.Invariant($"{time.TotalHours:0.##} h of lab time") : "no end in time")}, {(facts.Volumes.IsEmpty ? "no volume" : string.Join(", ", facts.Volumes.Select(one => FormattableString.Invariant($"{one.Key} {one.Value:0.##} mL"))))}
            """;
    }

    private static ToolResult Refused(IReadOnlyList<Problem> problems, Label label) => new($"{problems.Count} problems:\n{string.Join('\n', problems)}", label);
}

/// <summary>A campaign file, judged and not written down.</summary>
public sealed class ValidateCampaign(LabView lab, Func<LabPolicy> policy) : LabTool(
    "validate_campaign", "Judges a campaign file as 'lab run' would: all problems with line and column, or what it would take at most. Nothing is written down and nothing moves.", Reach.Read, CampaignText.Parameter)
{
    public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation) => Task.FromResult(
        CampaignText.Read(arguments, lab, out var refused) is { } plan ? new ToolResult($"It is valid.\n{CampaignText.Bounds(PlanReading.Facts(plan, lab), policy())}") : refused! with { Text = $"It is not valid. {refused.Text}" });
}

/// <summary>A campaign file in the virtual lab, which says itself whether it fits: no instrument is asked, nothing is written down and nothing moves.</summary>
public sealed class ForecastCampaign(LabView lab) : LabTool(
    "forecast_campaign", "Runs a campaign file in the virtual lab and tells how long it takes, what it uses and how good it gets. Nothing is written down and nothing moves.", Reach.Simulate, CampaignText.Parameter)
{
    public override bool HasPreparation => true;

    public override Preparation Prepare(ToolArguments arguments) => CampaignText.Parse(arguments, out var refused) is { } plan
        ? new Preparation(new Outlay(Simulated: plan.Goal.Until.Trials))
        : new Preparation(Label: refused!.Label, Problem: $"it is not valid: {refused.Text}");

    public override Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult(new ToolResult(lab.Simulate(CampaignText.Parse(arguments, out _)!, cancellation).ToString()));
        }
        catch (CampaignFileException error)
        {
            var misfit = CampaignText.Misfit(error.Problems);
            return Task.FromResult(misfit with { Text = $"It is not valid. {misfit.Text}", Failed = true });
        }
    }
}
