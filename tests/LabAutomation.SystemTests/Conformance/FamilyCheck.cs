using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>A family that comes with the lab, under the kit.</summary>
internal static class FamilyCheck
{
    /// <summary>Those that a family cannot be asked: none of its commands has a parameter, it has no second command, or none gives bulk data.</summary>
    private static readonly int[] MayNotApply = [22, 23, 36, 47];

    /// <param name="ids">All where empty.</param>
    public static async Task<IReadOnlyList<ConformanceVerdict>> PassesAsync(string family, InProcessSetup setup, int[] ids)
    {
        var kit = new ConformanceKit(() => InProcessHarness.OpenAsync(setup), ConformingFamilies.SampleOf(family));

        var verdicts = await kit.CheckAsync(ids);

        verdicts.Where(verdict => verdict.Failed).Should().BeEmpty();
        verdicts.Where(verdict => verdict.Outcome == ConformanceOutcome.DoesNotApply).Select(verdict => verdict.Id).Should().BeSubsetOf(MayNotApply);
        return verdicts;
    }
}
