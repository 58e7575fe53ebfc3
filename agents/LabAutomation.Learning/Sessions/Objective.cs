namespace LabAutomation.Learning.Sessions;

/// <summary>What is wanted of a measured quantity.</summary>
public abstract record Aim
{
    /// <summary>The less, the better.</summary>
    public sealed record Minimise : Aim;

    /// <summary>The more, the better.</summary>
    public sealed record Maximise : Aim;

    /// <summary>The nearer to a value, the better.</summary>
    public sealed record Reach(double Target) : Aim;

    /// <summary>To know where the quantity is above a threshold and where below.</summary>
    public sealed record FindLevel(double Threshold) : Aim;

    /// <summary>To know the quantity everywhere.</summary>
    public sealed record Learn : Aim;
}

/// <summary>A measured quantity that the study is about.</summary>
/// <param name="Reference">With several objectives, the value from which on a trade counts; null to take it from what was measured.</param>
public sealed record Objective(string Name, Aim Aim, double? Reference = null)
{
    /// <summary>What a value is multiplied by so that less is better where less or more is; otherwise 1.</summary>
    internal double Sign => Aim is Aim.Maximise ? -1 : 1;
}

/// <summary>A measured quantity that must stay within limits, of which at least one is given.</summary>
public sealed record OutcomeLimit(string Name, double? Min, double? Max)
{
    /// <summary>False where nothing was measured.</summary>
    internal bool Holds(double? value) => value is not null && !(value < Min) && !(value > Max);
}
