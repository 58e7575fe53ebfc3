using System.Runtime.CompilerServices;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Chaos;

/// <summary>Thousands of labs follow one another in one program.</summary>
public sealed class PutAwayLabTests
{
    [Fact]
    public void Nothing_of_a_lab_stays_in_memory_after_it_was_put_away()
    {
        var (lab, loop) = UseOne();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        loop.TryGetTarget(out _).Should().BeFalse("drivers, bus and agents hang on the loop on which they took their turns");
        lab.TryGetTarget(out _).Should().BeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference<Laboratory> Lab, WeakReference<VirtualLoop> Loop) UseOne()
    {
        var folder = Directory.CreateTempSubdirectory("put-away-");
        try
        {
            var setup = ChaosBench.Setup(trials: 1);
            var configuration = new ConfigurationBuilder().AddConfiguration(setup.Configuration).AddInMemoryCollection([new("Lab:DataDirectory", folder.FullName)]).Build();
            using var lab = VirtualLaboratory.Of(configuration);
            lab.Run(setup.Plans[0]).Phase.Should().Be(CampaignPhase.Ended);
            return (new(lab.Laboratory), new(lab.Loop));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
