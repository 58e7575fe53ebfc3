using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;

namespace LabAutomation.Benchmarks.VirtualLabs;

/// <summary>What a campaign took between two of its trials, so that neither the start of the lab nor that of the program counts.</summary>
/// <param name="Processor">Time of this process; the clock shows what others on the machine take, too.</param>
/// <param name="Lab">Lab time.</param>
/// <param name="Bytes">Allocated.</param>
internal sealed record VirtualRun(int Trials, int Steps, int Actions, TimeSpan Clock, TimeSpan Processor, TimeSpan Lab, long Bytes, string Hash)
{
    public double TrialsPerSecond => Trials / Processor.TotalSeconds;

    /// <summary>Each granted by the scheduler.</summary>
    public double StepsPerSecond => Steps / Processor.TotalSeconds;

    /// <param name="warm">Trials before it counts.</param>
    public static VirtualRun Of(string campaign, int warm, int trials)
    {
        var folder = Directory.CreateTempSubdirectory("virtual-lab-benchmark-");
        try
        {
            using var lab = TenInstruments.Lab(folder.FullName);
            var meter = new Meter(warm);
            lab.Laboratory.CampaignChanged += meter.See;
            var state = lab.Run(TenInstruments.Plan(campaign, warm + trials));
            if (state.Trials.FirstOrDefault(trial => trial.Outcome is not TrialOutcome.Measured) is { } bad) throw new InvalidOperationException($"trial {bad.Number} was not measured: {bad.Outcome}");
            return meter.Read(state, lab.Laboratory.Ledger.Head);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Print(string name, TextWriter to) => to.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name}: {TrialsPerSecond:0} trials/s, {StepsPerSecond:0} steps/s, {Actions / Processor.TotalSeconds:0} actions/s, {Lab / Processor:#,0} x real time, {Bytes / Trials / 1024} KiB a trial ({Trials} trials in {Processor.TotalSeconds:0.00} s of the processor, {Clock.TotalSeconds:0.00} s by the clock; {Hash[..12]})"));

    private sealed class Meter(int warm)
    {
        private (long Clock, TimeSpan Processor, long Bytes, TimeSpan Lab)? _from;

        public void See(CampaignState state)
        {
            if (_from is null && state.Trials.Count > warm) _from = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), state.Spent);
        }

        public VirtualRun Read(CampaignState state, string hash)
        {
            var from = _from ?? throw new InvalidOperationException("the campaign ended before it counted");
            return new VirtualRun(
                state.Trials.Count - warm, state.Trials.Skip(warm).Sum(trial => trial.Actions.Keys.Select(place => place.Step).Distinct(StringComparer.Ordinal).Count()), state.Trials.Skip(warm).Sum(trial => trial.Actions.Count), Stopwatch.GetElapsedTime(from.Clock), Environment.CpuUsage.TotalTime - from.Processor,
                state.Spent - from.Lab, GC.GetTotalAllocatedBytes() - from.Bytes, hash);
        }
    }
}
