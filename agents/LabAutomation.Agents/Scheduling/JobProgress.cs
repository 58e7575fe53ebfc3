using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <param name="Number">Rises with every job that is added.</param>
/// <param name="Tasks">By the shape's index.</param>
/// <param name="Samples">By the shape's index.</param>
internal sealed record JobProgress(JobShape Shape, long Number, ImmutableArray<TaskProgress> Tasks, ImmutableArray<SampleProgress> Samples)
{
    public JobProgress With(int task, TaskProgress progress) => this with { Tasks = Tasks.SetItem(task, progress) };

    public JobProgress WithSample(int sample, SampleProgress progress) => sample < 0 ? this : this with { Samples = Samples.SetItem(sample, progress) };

    public bool IsDone => Tasks.All(task => task.Phase == TaskPhase.Done);
}
