using LabAutomation.Benchmarks;
using LabAutomation.Benchmarks.Broker;

using var word = new LastWord(args.FirstOrDefault("none"), Console.Error);
return word.Verdict(args switch
{
    ["bo", .. var rest] => LabAutomation.Benchmarks.Bo.BoBenchmark.Run(rest),
    ["advice", .. var rest] => LabAutomation.Benchmarks.Advising.AdviceBenchmark.Run(rest),
    ["suggest-speed", .. var rest] => LabAutomation.Benchmarks.Kernels.SuggestSpeed.Run(rest),
    ["kernels", .. var rest] => LabAutomation.Benchmarks.Kernels.KernelSuite.Run(rest),
    ["colour-match", .. var rest] => await ColourMatch.RunAsync(rest),
    ["broker", .. var rest] => BrokerBenchmark.Run(rest),
    ["broker-host", .. var rest] => await BrokerHost.RunAsync(rest),
    ["mqtt-fuzz", .. var rest] => await MqttFuzz.RunAsync(rest),
    ["wire-fuzz", .. var rest] => await LabAutomation.Benchmarks.WireFuzz.WireFuzzBench.RunAsync(rest),
    ["firing"] => Firing.Run(),
    ["models", .. var rest] => LabAutomation.Benchmarks.Models.ModelsBench.Run(rest),
    ["startup", ..] => await Startup.RunAsync(),
    ["template"] => await LabAutomation.Benchmarks.Templates.TemplateBench.RunAsync(),
    ["stop", .. var rest] => await StopBench.RunAsync(rest),
    ["instruments", .. var rest] => await LabAutomation.Benchmarks.Instruments.InstrumentsBench.RunAsync(rest),
    ["reactor", .. var rest] => LabAutomation.Benchmarks.Reactor.ReactorBench.Run(rest),
    ["detector", .. var rest] => await LabAutomation.Benchmarks.Detector.DetectorBench.RunAsync(rest),
    ["planted", .. var rest] => await LabAutomation.Benchmarks.Planted.PlantedBench.RunAsync(rest),
    ["parallel", .. var rest] => await ParallelTrials.RunAsync(rest),
    ["a-lab", .. var rest] => ALab.Run(rest),
    ["virtual-lab", .. var rest] => LabAutomation.Benchmarks.VirtualLabs.VirtualLabBench.Run(rest),
    ["dispatch", .. var rest] => LabAutomation.Benchmarks.Scheduling.DispatchBench.Run(rest),
    ["job-shop", .. var rest] => LabAutomation.Benchmarks.Scheduling.JobShopBench.Run(rest),
    ["lab-scheduling", .. var rest] => LabAutomation.Benchmarks.Scheduling.LabSchedulingBench.Run(rest),
    ["restart", .. var rest] => await LabAutomation.Benchmarks.Restarts.RestartBench.RunAsync(rest),
    ["policy", .. var rest] => LabAutomation.Benchmarks.Reasoning.PolicyBench.Run(rest),
    ["actors", ..] => await ActorsBench.RunAsync(),
    _ => Usage(),
});

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project tests/LabAutomation.Benchmarks -- BENCHMARK

          broker [--quick]                        the stand-in's broker beside mosquitto: rates, round trips, memory
          colour-match [--seeds N] [--random-trials N]   trials to the goal, seed by seed: the file's planner against random search, on the simulated bench
          mqtt-fuzz [--packets N] [--seed S]      spoiled packets against the MQTT broker and the MQTT client: exceptions, hangs, growth
          wire-fuzz [--messages N] [--frames N] [--seed S]   malformed messages to a driver host and to a lab, changed frames to every driver
          bo --set FOLDER [--problems a,b] [--seeds 0-9] [--out FILE]   other people's optimisation problems, compared with their traces seed by seed
          bo --short [--seeds 0-10] | bo --failing [--quick] [--seeds 0-9]   a few problems without files; regions that fail and that nobody declared: both with bounds
          bo --drawn [--seeds 0-19]               surfaces drawn at random in 2 to 8 parameters: trials to the best hundredth and thousandth, and with twice as many first trials
          bo --stopping [--seeds 0-9]             how often "may stop" was wrong, on surfaces drawn at random and on test functions
          advice --set FOLDER [--sets a,b] [--seeds 0-19] | advice --short   experiments to the best 1 % of measured data sets without advice, with what was said about them, and with adverse advice
          suggest-speed [--quick] [--threads N]   seconds of a suggestion for 30 to 2,000 trials, of one among a million rows, and memory, against their bounds
          kernels [--quick]                       BenchmarkDotNet: likelihood, Cholesky, posterior, acquisition and pool scoring for 50 to 2,000 trials
          firing                                  triggers per second of a state machine, and bytes for each
          models [--quick]                        the model host beside a bare session, the batcher beside the best fixed batch, bytes per call, against their bounds
          startup                                 seconds to the first result and to the end, and peak memory, of the main job
          template                                from 'dotnet new lab-driver' to a green conformance run by one command: seconds by the clock and of the processor, against a minute
          stop [--quick | --trips N]              emergency stop of 20 instruments, 5 of them dead, under load: p50, p99, max and misses against their bounds
          instruments [--quick | --short]         1,000 instruments, 5,000 values a second: command round trip, losses, memory; or, on a machine that has more to do, losses, memory and processor time
          reactor [--quick | --attack] [--first N] [--episodes N] [--mismatch PERCENT] [--corners]   load following by the trained policy, the emulator beside the plant, adversaries and broken sensors against the safety filter
          detector [--quick | --usual | --drift FOLDER [PYTHON]] [--seed N]   frames of a simulated detector in, labelled peaks out: Gb/s on two cores, the network beside the classical finder, memory; or drift, further training and swap
          planted [--seeds N] [--only TEXT]       errors planted in a copy of the sources, and whether 'lab chaos' finds each and shows it with few faults
          virtual-lab [--quick]                   trials per second of a lab of ten instruments in virtual time, how much faster than real time, and on what the time goes
          a-lab                                   58 campaigns side by side in a lab of the A-Lab's size: experiments, days of lab time, seconds
          parallel [--seeds N]                    four trials at once on four stations beside one: trials an hour, and trials to the goal
          dispatch [--quick]                      from an event to the plan that answers it, with 50 resources and 1,000 waiting tasks: p50, p99; tasks per second from first to last
          job-shop [--quick]                      job shops of the literature: distance from the proven optimum after 1 and after 10 seconds
          lab-scheduling [--quick | --seconds N]  ten generated labs with holds and batches: makespan beside greedy dispatch, rules broken
          restart [--quick]                       seconds until 'lab resume' is at work again on a record of a million entries, of 100 campaigns
          policy [--quick]                        what judging and recording a call of a tool costs: the policy alone, with the record (p99 against 1 ms), and with the disk
          actors                                  messages per second of one core, a million messages between failing actors, bytes per idle actor
        """);
    return 2;
}
