namespace LabAutomation.Learning.Sessions;

/// <summary>Which way a measured quantity should go.</summary>
public enum Direction
{
    Minimise,
    Maximise,
}

/// <summary>A measured quantity that the study is about.</summary>
public sealed record Objective(string Name, Direction Direction)
{
    /// <summary>What a value is multiplied by so that less is better, and a cost so that it is a value again.</summary>
    internal double Sign => Direction == Direction.Minimise ? 1 : -1;
}

/// <summary>A measured quantity that must stay within limits, of which at least one is given.</summary>
public sealed record OutcomeLimit(string Name, double? Min, double? Max);
