using LabAutomation.Benchmarks;

return args switch
{
    ["colour-match", .. var rest] => await ColourMatch.RunAsync(rest),
    ["startup", ..] => await Startup.RunAsync(),
    ["actors", ..] => await ActorsBench.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project tests/LabAutomation.Benchmarks -- BENCHMARK

          colour-match [--seeds N] [--random-trials N]   trials to the goal, seed by seed: the file's planner against random search, on the simulated bench
          startup                                 seconds to the first result and to the end, and peak memory, of the main job
          actors                                  messages per second of one core, a million messages between failing actors, bytes per idle actor
        """);
    return 2;
}
