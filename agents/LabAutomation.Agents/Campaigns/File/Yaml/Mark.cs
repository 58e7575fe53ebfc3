namespace LabAutomation.Agents.Campaigns;

/// <summary>A place in a file. Both count from 1.</summary>
internal readonly record struct Mark(int Line, int Column)
{
    public Mark Right(int characters) => this with { Column = Column + characters };
}
