namespace LabAutomation.Learning;

/// <summary>How smooth the surface is taken to be.</summary>
public enum Kernel
{
    /// <summary>Twice differentiable: (1 + √5·r + 5r²/3)·e^(−√5·r).</summary>
    Matern52,

    /// <summary>Infinitely differentiable: e^(−r²/2).</summary>
    SquaredExponential,
}
