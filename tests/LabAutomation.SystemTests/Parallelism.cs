using LabAutomation.SystemTests;

// These tests start processes and wait for them: two or four at a time leave the processors idle for much of it.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
[assembly: TestCollectionOrderer($"{nameof(LabAutomation)}.{nameof(LabAutomation.SystemTests)}.{nameof(LongestFirst)}", $"{nameof(LabAutomation)}.{nameof(LabAutomation.SystemTests)}")]
