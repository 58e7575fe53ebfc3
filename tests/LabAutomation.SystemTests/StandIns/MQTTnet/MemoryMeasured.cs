namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>Tests that measure or fill the memory of the process, which nothing else may do meanwhile.</summary>
[CollectionDefinition(nameof(MemoryMeasured), DisableParallelization = true)]
public sealed class MemoryMeasured;
