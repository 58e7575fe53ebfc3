using LabAutomation.Benchmarks.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>What the scheduler keeps of trials from one plan to the next makes no difference to what it grants.</summary>
public sealed class KeptPlansTests
{
    [Fact]
    public void A_lab_grants_the_same_whether_it_knows_what_is_declared_or_works_all_of_it_out_anew()
    {
        var (knowing, forgetting) = (new TurnLab(), new TurnLab { Forgets = true });

        knowing.Run(80);
        forgetting.Run(80);

        knowing.Begun.Should().BeGreaterThan(60);
        knowing.Hash.Should().Be(forgetting.Hash);
    }
}
