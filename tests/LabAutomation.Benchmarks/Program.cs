using LabAutomation.Benchmarks;
using LabAutomation.Benchmarks.Broker;

return args switch
{
    ["colour-match", .. var rest] => await ColourMatch.RunAsync(rest),
    ["broker", .. var rest] => BrokerBenchmark.Run(rest),
    ["broker-host", .. var rest] => await BrokerHost.RunAsync(rest),
    ["mqtt-fuzz", .. var rest] => await MqttFuzz.RunAsync(rest),
    ["startup", ..] => await Startup.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project tests/LabAutomation.Benchmarks -- BENCHMARK

          broker [--quick]                        the stand-in's broker beside mosquitto: rates, round trips, memory
          colour-match [--seeds N] [--random-trials N]   trials to the goal, seed by seed: the file's planner against random search, on the simulated bench
          mqtt-fuzz [--packets N] [--seed S]      spoiled packets against the MQTT broker and the MQTT client: exceptions, hangs, growth
          startup                                 seconds to the first result and to the end, and peak memory, of the main job
        """);
    return 2;
}
