using System.Runtime.ExceptionServices;

namespace LabAutomation.Learning;

/// <summary>Work in parts that know nothing of each other. How it is divided must not depend on the number of threads; then nothing else does.</summary>
internal static class Threads
{
    /// <param name="parts">Numbers from 0 to one less are given to <paramref name="work"/>, each once.</param>
    /// <param name="threads">How many parts may be worked on at a time; with 1 they are worked on in order by the caller.</param>
    public static void Run(int parts, int threads, Action<int> work)
    {
        if (threads <= 1 || parts <= 1)
        {
            for (var part = 0; part < parts; part++) work(part);
            return;
        }
        // The exception of the first part that fails is what one thread would have met.
        var failures = new Exception?[parts];
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            try
            {
                work(part);
            }
            catch (Exception failure)
            {
                failures[part] = failure;
            }
        });
        if (Array.Find(failures, failure => failure is not null) is { } first) ExceptionDispatchInfo.Throw(first);
    }
}
