using LabAutomation.SystemTests;

// These tests start processes and wait for them: two at a time leave the processors idle for much of it.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer($"{nameof(LabAutomation)}.{nameof(LabAutomation.SystemTests)}.{nameof(LongestFirst)}", $"{nameof(LabAutomation)}.{nameof(LabAutomation.SystemTests)}")]
