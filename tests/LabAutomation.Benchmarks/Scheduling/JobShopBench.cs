using System.Globalization;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Benchmarks.Scheduling;

/// <summary>Job shops of the literature: how far the best schedule found is from the proven optimum after one and after ten seconds.</summary>
internal static class JobShopBench
{
    private static readonly (double Seconds, double Gap)[] Bounds = [(1, 0.03), (10, 0.01)];

    public static int Run(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"]))
        {
            Console.Error.WriteLine("usage: job-shop [--quick]");
            return 2;
        }

        var good = true;
        foreach (var (seconds, bound) in arguments is [] ? Bounds : Bounds[..1])
        {
            var gaps = new List<double>();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at most {seconds} s each: instance, first plan, found, optimum, gap"));
            foreach (var name in JobShopInstance.Names)
            {
                var instance = JobShopInstance.Read(name);
                var state = instance.State();
                var first = Scheduler.Plan(state, JobShopInstance.Start);
                var found = Scheduler.Improve(state, JobShopInstance.Start, new SearchBudget(int.MaxValue, Clock: TimeProvider.System, Limit: TimeSpan.FromSeconds(seconds)));
                var complaints = ScheduleCheck.Complaints(state, found);
                gaps.Add(found.Makespan.TotalSeconds / instance.Optimum - 1);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}  {first.Makespan.TotalSeconds,5}  {found.Makespan.TotalSeconds,5}  {instance.Optimum,5}  {gaps[^1],7:P2}"));
                foreach (var complaint in complaints) Console.WriteLine($"  {complaint}");
                good &= complaints.Count == 0 && gaps[^1] >= 0;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean gap {gaps.Average():P2} (at most {bound:P0}), largest {gaps.Max():P2}"));
            good &= gaps.Average() <= bound;
        }

        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }
}
