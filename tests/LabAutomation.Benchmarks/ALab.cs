using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Benchmarks;

/// <summary>58 campaigns side by side in a lab of the A-Lab's size (Szymanski et al., Nature 624, 86, 2023), in virtual time: about 350 syntheses with furnaces that take hours and an arm that is shared.</summary>
internal static class ALab
{
    private const int Targets = 58;

    /// <summary>The aim, which is not reached.</summary>
    private const double AimSeconds = 5;
    private const double MostSeconds = 40;

    public static int Run(string[] arguments)
    {
        if (arguments is not [])
        {
            Console.Error.WriteLine("usage: a-lab");
            return 2;
        }

        var campaigns = Path.Combine(LabRun.Root, "campaigns");
        var folder = Directory.CreateTempSubdirectory("a-lab-");
        try
        {
            var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(campaigns, "a-lab.lab.json")).AddInMemoryCollection([new("Lab:DataDirectory", folder.FullName)]).Build();
            var plans = Enumerable.Range(1, Targets).Select(target => CampaignFile.Load(Path.Combine(campaigns, "a-lab.yaml"), new Dictionary<string, string> { ["target"] = target.ToString(CultureInfo.InvariantCulture) })).ToArray();
            var clock = Stopwatch.StartNew();
            using var lab = VirtualLaboratory.Of(configuration);
            var states = lab.Run(plans);
            return Judge(states, clock.Elapsed.TotalSeconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Judge(IReadOnlyList<CampaignState> states, double seconds)
    {
        var trials = states.SelectMany(state => state.Trials).ToArray();
        var heats = trials.Select(trial => trial.Actions.GetValueOrDefault(new ActionPlace("heat", 0))).OfType<ActionState>().Select(action => action.Intent.Action).Distinct().Count();
        var days = (states.Max(state => state.LastAt) - states.Min(state => state.StartedAt)).TotalDays;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{states.Count} targets, {states.Count(state => state.End?.End == CampaignEnd.GoalReached)} reached; {trials.Length} experiments in {days:0.0} days, {heats} runs of furnaces, {(double)trials.Length / heats:0.0} samples in each"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s (the aim is {AimSeconds:0} s, and it fails beyond {MostSeconds:0})"));
        var isGood = seconds <= MostSeconds && trials.All(trial => trial.Outcome is TrialOutcome.Measured) && states.All(state => state.Phase == CampaignPhase.Ended);
        Console.WriteLine(isGood ? "within the bounds" : "NOT within the bounds");
        return isGood ? 0 : 1;
    }
}
