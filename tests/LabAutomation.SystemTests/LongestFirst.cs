using LabAutomation.SystemTests.Conformance;
using LabAutomation.SystemTests.Docs;
using LabAutomation.SystemTests.Lab;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests;

/// <summary>A class that takes minutes and begins last is waited for alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        nameof(BrokenDriverTests),
        nameof(BrokenDriversFrom26Tests),
        nameof(DriverTutorialTests),
        nameof(KilledDriverTests),
        nameof(CrashTests),
        nameof(TutorialCommandTests),
        nameof(OtherCampaignTests),
        nameof(InterruptedCampaignTests),
        nameof(GuideCommandTests),
        nameof(FullDiskTests),
        nameof(ConformanceKitTests),
        nameof(PythonDriverTests),
    ];

    /// <summary>Others as they come.</summary>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(Rank);

    private static int Rank(ITestCollection collection) => Array.FindIndex(Longest, name => collection.DisplayName.EndsWith($".{name}", StringComparison.Ordinal)) is >= 0 and var rank ? rank : Longest.Length;
}
