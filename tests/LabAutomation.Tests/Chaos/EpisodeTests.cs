using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Benchmarks.House;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Faults;
using LabAutomation.Tests.House;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit.Abstractions;

namespace LabAutomation.Tests.Chaos;

/// <summary>Whole campaigns under faults, in virtual time.</summary>
public sealed class EpisodeTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Of docs/reference/fault-tests.md, by kinds that are in one row alone.</summary>
    private static readonly Dictionary<FaultKind, int> Rows = new()
    {
        [FaultKind.FullDisk] = 4,
        [FaultKind.BrokerRestart] = 6,
        [FaultKind.BrokerLoss] = 6,
        [FaultKind.ClockStep] = 15,
        [FaultKind.Freeze] = 20,
    };

    /// <summary>One of each kind, where the short campaign is sure to meet it; what people do to the queue is for <see cref="DryingEpisodeTests"/>.</summary>
    public static TheoryData<string> Scripts =>
    [
        "{ kind: silence, on: pump-cyan, at: 20 s, for: 60 s }",
        "{ kind: garbage, on: stirrer, at: 10 s, for: 60 s }",
        "{ kind: echo, on: pump-water, at: 10 s, for: 60 s }",
        "{ kind: cut-short, on: pump-water, at: 10 s, for: 60 s, amount: 3 }",
        "{ kind: late, on: stirrer, at: 1 s, for: 60 s, amount: 5 }",
        "{ kind: stuck, on: spectrometer, at: 30 s, for: 20 min }",
        "{ kind: drift, on: spectrometer, at: 1 s, for: 20 min, amount: 0.4 }",
        "{ kind: empty, on: pump-water, at: 1 s, for: 2 min, amount: 0.1 }",
        "{ kind: driver-crash, on: pump-water, at: 2 s, for: 10 s }",
        "{ kind: crash, at: 2 s, for: 1 min }",
        "{ kind: crash, at-write: 30, after: true, for: 1 min }",
        "{ kind: crash, at-message: 100, for: 1 min }",
        "{ kind: torn-write, at-write: 40, for: 1 min, amount: 0.5 }",
        "{ kind: power-cut, at: 2 s, for: 1 min }",
        "{ kind: power-cut, at-write: 30, after: true, for: 1 min }",
        "{ kind: freeze, at: 3 s, for: 2 min }",
        "{ kind: full-disk, at: 1 s, for: 40 s }",
        "{ kind: failing-sync, at: 1 s, for: 40 s }",
        "{ kind: slow-disk, at: 1 s, for: 40 s, amount: 0.5 }",
        "{ kind: latency, at: 0.001 s, for: 5 min, amount: 1 }",
        "{ kind: loss, at: 0.001 s, for: 3 min, amount: 0.3 }",
        "{ kind: duplicates, at: 0.001 s, for: 5 min, amount: 0.5 }",
        "{ kind: reordering, at: 0.001 s, for: 5 min, amount: 0.5 }",
        "{ kind: partition, on: agents, at: 2 s, for: 1 min }",
        "{ kind: deaf, on: pump-water, at: 2 s, for: 1 min }",
        "{ kind: mute, on: pump-water, at: 2 s, for: 1 min }",
        "{ kind: broker-restart, at: 2 s, for: 5 s }",
        "{ kind: broker-loss, at: 2 s, for: 5 s }",
        "{ kind: clock-step, at: 30 s, amount: -3600 }",
        "{ kind: absence, at: 1 s, for: 5 h }\n  - { kind: crash, at: 5 s, for: 1 s }\n  - { kind: full-disk, at: 40 s, for: 1 min }",
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Every_kind_of_fault_happens_and_breaks_no_promise(string fault)
    {
        var end = Run(1, $"faults:\n  - {fault}\n");

        end.NeverHappened.Should().BeEmpty();
        end.Violations.Should().BeEmpty();
        end.State!.Phase.Should().Be(CampaignPhase.Ended);
        foreach (var (kind, struck) in end.Faults.Select(one => (one.Fault.Kind, one.Struck)).Where(one => Rows.ContainsKey(one.Kind))) FaultTable.Tell(Rows[kind], $"{FaultTraits.Of(kind).Name}, in virtual time", struck);
    }

    [Fact]
    public void The_scripts_have_every_kind() =>
        FaultTraits.All.Where(traits => !traits.IsOrder && (traits.Target != FaultTarget.Instrument || ChaosBench.Instruments.Any(one => one.IsStruckBy(traits))) && !((IEnumerable<object[]>)Scripts).Any(script => ((string)script[0]).Contains($"kind: {traits.Name},", StringComparison.Ordinal))).Should().BeEmpty();

    [Fact]
    public void The_same_seed_and_faults_give_the_same_record()
    {
        var draw = Calm();
        for (var seed = 40; seed < 46; seed++)
        {
            var (first, second) = (Episode.Run(ChaosBench.Setup(), seed, draw.Draw(seed)), Episode.Run(ChaosBench.Setup(), seed, draw.Draw(seed)));

            (second.Hash, second.Elapsed, second.Starts).Should().Be((first.Hash, first.Elapsed, first.Starts), $"seed {seed}");
            second.Faults.Should().Equal(first.Faults);
            second.FirstFromOutside.Should().BeNull();
        }
    }

    [Fact]
    public void A_hundred_runs_of_a_seed_one_after_the_other_and_side_by_side_leave_one_hash()
    {
        var faults = FaultFile.Parse("faults:\n  - { kind: crash, at: 5 s, for: 30 s }\n  - { kind: reordering, at: 1 s, for: 1 min, amount: 0.3 }\n", "script.yaml", ChaosBench.Instruments);
        var hashes = new string[100];

        for (var k = 0; k < 50; k++) hashes[k] = HashOf(faults);
        Thread[] pair = [.. Enumerable.Range(0, 2).Select(half => new Thread(() =>
        {
            for (var k = 50 + (25 * half); k < 75 + (25 * half); k++) hashes[k] = HashOf(faults);
        }))];
        foreach (var thread in pair) thread.Start();
        foreach (var thread in pair) thread.Join();

        hashes.Distinct().Should().ContainSingle().Which.Should().HaveLength(64);
    }

    [Fact]
    public void A_fault_that_comes_after_the_end_is_said_never_to_have_happened() =>
        Run(1, "faults:\n  - { kind: silence, on: stirrer, at: 9 h, for: 1 s }\n").NeverHappened.Should().ContainSingle();

    [Fact]
    public void Cuts_at_the_same_time_are_counted_each_for_itself()
    {
        var end = Run(1, """
            faults:
              - { kind: driver-crash, on: pump-water, at: 2 s, for: 60 s }
              - { kind: partition, on: pump-water, at: 5 s, for: 20 s }
              - { kind: partition, on: stirrer, at: 8 s, for: 30 s }
              - { kind: deaf, on: stirrer, at: 10 s, for: 5 s }
            """);

        end.Faults.Select(fault => fault.Struck).Should().Equal(1, 0, 1, 0);
        end.NeverHappened.Select(fault => fault.Kind).Should().Equal([FaultKind.Partition, FaultKind.Deaf], "its driver was down; it was deaf already");
    }

    [Fact]
    public void Of_two_at_the_same_time_the_worse_is_counted_and_what_changes_nothing_is_not()
    {
        var end = Run(1, """
            faults:
              - { kind: duplicates, at: 1 s, for: 60 s, amount: 0.5 }
              - { kind: duplicates, at: 5 s, for: 20 s, amount: 0.1 }
              - { kind: late, on: stirrer, at: 1 s, for: 2 min, amount: 1 }
              - { kind: late, on: stirrer, at: 5 s, for: 20 s, amount: 0.5 }
              - { kind: clock-step, at: 10 s, amount: 0 }
              - { kind: broker-loss, at: 20 s, for: 30 s }
              - { kind: broker-restart, at: 25 s, for: 1 s }
            """);

        end.Faults.Select(fault => fault.Struck > 0).Should().Equal(true, false, true, false, false, true, false);
    }

    [Fact]
    public void What_a_seed_draws_does_not_depend_on_the_seed_before_it()
    {
        var (two, one) = (new List<EpisodeEnd>(), new List<EpisodeEnd>());
        foreach (var (first, count, ends) in new[] { (1, 2, two), (2, 1, one) })
        {
            var run = new ChaosRun(ChaosBench.Setup(1), threads: 1);
            run.Calm();
            run.Run(first, count, ends.Add, CancellationToken.None);
        }

        (one[0].Hash, one[0].Seed).Should().Be((two[1].Hash, two[1].Seed));
        one[0].Faults.Should().Equal(two[1].Faults);
    }

    [Fact]
    public void A_configuration_that_is_wrong_is_told_and_is_no_broken_promise()
    {
        var setup = ChaosBench.Setup(1);
        var wrong = setup with { Configuration = new ConfigurationBuilder().AddConfiguration(setup.Configuration).AddInMemoryCollection([new("Lab:Site", "bench one")]).Build() };

        wrong.Invoking(it => Episode.Run(it, 1, [])).Should().Throw<OptionsValidationException>().WithMessage("*Lab:Site*");
    }

    /// <summary>Row 2 of the fault tests: at writes before and after, and at messages.</summary>
    [Fact]
    public void A_crash_at_every_write_and_message_of_a_trial_breaks_no_promise()
    {
        var (points, crashes) = (0, 0);
        var missed = new List<string>();
        var calm = Episode.Run(ChaosBench.Setup(1), 1, []);
        var stride = Environment.GetEnvironmentVariable("LONG_CRASH_POINTS") == "all" ? 1 : 7;
        var faults = Enumerable.Range(1, (int)calm.Traffic.Writes).SelectMany(write => new[] { new Fault(FaultKind.Crash, null) { AtWrite = write, For = Second }, new Fault(FaultKind.PowerCut, null) { AtWrite = write, After = true, For = Second } })
            .Concat(Enumerable.Range(1, (int)calm.Traffic.Messages).Select(message => new Fault(FaultKind.Crash, null) { AtMessage = message, For = Second }));
        for (var seed = 1; seed <= 3; seed++)
        {
            foreach (var fault in faults.Where((_, k) => k % stride == seed % stride))
            {
                var end = Episode.Run(ChaosBench.Setup(1), seed, [fault]);

                end.Violations.Should().BeEmpty($"seed {seed}, {fault}");
                points++;
                crashes += end.Faults[0].Struck;
                if (end.Faults[0].Struck == 0) missed.Add($"{seed} {fault}");
            }
        }

        output.WriteLine($"{points} points, {crashes} crashes, {string.Join("; ", missed)}");
        FaultTable.Tell(2, "crashes and power cuts at writes and messages", crashes);
        points.Should().BeGreaterThanOrEqualTo(180);
        crashes.Should().BeGreaterThan(points * 9 / 10);
    }

    [Fact]
    public void Many_seeds_of_random_faults_break_no_promise()
    {
        var run = new ChaosRun(ChaosBench.Setup(), threads: 1);
        run.Calm(1);

        var found = run.Run(1, 25, _ => { }, CancellationToken.None);

        found.Should().BeNull();
        run.Episodes.Should().Be(25);
        run.Struck.Values.Sum().Should().BeGreaterThan(100);
        output.WriteLine($"{run.Struck.Values.Sum()} faults, {run.Struck.Count} kinds");
        FaultTable.Tell(18, $"faults of {run.Struck.Count} kinds, 25 seeds of the colour match", run.Struck.Values.Sum());
    }

    [Fact]
    public void A_driver_that_repeats_is_found_and_shown_with_one_fault()
    {
        var setup = ChaosBench.Setup(families: ChaosBench.ForgetfulPumps);
        var run = new ChaosRun(setup, threads: 1);
        run.Calm(1);
        var found = run.Run(1, 200, _ => { }, CancellationToken.None);

        var small = Shrinking.Of(setup, found!, _ => { }, CancellationToken.None);

        small.Violations[0].Oracle.Should().Be("once");
        small.Violations[0].Message.Should().Contain("asked for once and done again");
        small.Faults.Should().HaveCountLessThanOrEqualTo(2);
        var again = Episode.Run(setup, small.Seed, FaultFile.Parse(FaultFile.Write(small.Faults.Select(fault => fault.Fault)), "again.yaml", ChaosBench.Instruments));
        (again.Hash, again.Violations[0]).Should().Be((small.Hash, small.Violations[0]));
    }

    [Fact]
    public void A_program_that_ends_with_what_nobody_has_foreseen_is_found()
    {
        var families = InstrumentFamilies.BuiltIn with { Drivers = DriverFamilies.BuiltIn.With(NewEraPumpDriver.FamilyName, (_, _, _, _) => throw new NotSupportedException("a defect")) };

        var violation = Episode.Run(ChaosBench.Setup(families: families), 1, []).Violations.Should().ContainSingle().Which;

        violation.Oracle.Should().Be("failure");
        violation.Message.Should().StartWith("NotSupportedException: a defect at ");
    }

    /// <summary>What <c>lab chaos</c> has found before, each with its seed.</summary>
    [Theory]
    [InlineData(149, "{ kind: slow-disk, at: 86.678 s, for: 68.376 s, amount: 2.3113 }\n  - { kind: failing-sync, at: 170.56 s, for: 0.004 s }")]
    [InlineData(1005, "{ kind: reordering, at: 16.394 s, for: 67.574 s, amount: 0.4218 }\n  - { kind: empty, on: pump-yellow, at: 68.956 s, for: 80.878 s, amount: 0.0198 }\n  - { kind: torn-write, at-write: 37, for: 17.232 s, amount: 0.9252 }")]
    [InlineData(86, "{ kind: freeze, at: 178.717 s, for: 66.465 s }\n  - { kind: full-disk, at: 225.013 s, for: 18.331 s }")]     // a stirrer was made safe, the disk was too full to say so, and the next program stirred again
    [InlineData(319, "{ kind: clock-step, at: 0.02 s, amount: -1241.4782 }\n  - { kind: broker-loss, at: 0.077 s, for: 22.336 s }")]     // by a clock that was set back, the journal seemed younger than the action
    public void What_broke_a_promise_once_does_so_no_more(int seed, string faults)
    {
        var end = Episode.Run(ChaosBench.Setup(4), seed, FaultFile.Parse($"faults:\n  - {faults}\n", "script.yaml", ChaosBench.Instruments));

        end.Violations.Should().BeEmpty();
        end.State!.Phase.Should().Be(CampaignPhase.Ended);
    }

    /// <summary>With what has left the one thread, so that a difference shows its cause.</summary>
    private static string HashOf(ImmutableArray<Fault> faults)
    {
        var end = Episode.Run(ChaosBench.Setup(1), 7, faults);
        return end.Hash + end.FirstFromOutside;
    }

    private static FaultDraw Calm()
    {
        var run = new ChaosRun(ChaosBench.Setup(), threads: 1);
        run.Calm(1);
        return run.Draw!;
    }

    private EpisodeEnd Run(int seed, string script)
    {
        var end = Episode.Run(ChaosBench.Setup(), seed, FaultFile.Parse(script, "script.yaml", ChaosBench.Instruments));
        foreach (var (fault, struck) in end.Faults) output.WriteLine($"{fault}: {struck}");
        return end;
    }
}
