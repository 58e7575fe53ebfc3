using System.CommandLine;
using System.Globalization;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Commands;

/// <summary><c>--parallel N</c> or <c>--parallel auto</c>, in place of what the campaign file says.</summary>
internal static class ParallelOption
{
    public static Option<string?> Create() => new("--parallel") { Description = "Trials under way at once instead of the number in the file: 1 to 64, or auto for one at each station", HelpName = "N" };

    /// <returns>0 for auto; null where it was not given.</returns>
    /// <exception cref="UsageException">It is neither.</exception>
    public static int? Read(string? given) => given switch
    {
        null => null,
        CampaignPlan.OneAtEachStation => 0,
        _ when int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= CampaignPlan.MostParallel => number,
        _ => throw new UsageException($"--parallel is 1 to {CampaignPlan.MostParallel}, or {CampaignPlan.OneAtEachStation}, not {given}"),
    };
}
