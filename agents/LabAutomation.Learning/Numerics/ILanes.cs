namespace LabAutomation.Learning;

/// <summary>Arithmetic on as many numbers as a register holds, so that each inner loop is written once for every width.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Numbers in a register.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref double from, nint offset);

    static abstract void Store(TVector value, ref double to, nint offset);

    /// <summary>The same number in every lane.</summary>
    static abstract TVector Spread(double value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector SquareRoot(TVector a);

    /// <summary>The lesser; <paramref name="a"/> where it is not a number.</summary>
    static abstract TVector Least(TVector a, TVector limit);

    /// <summary>a·2ⁿ, where n is what the last bits of <paramref name="shifted"/> count and the product is a normal number.</summary>
    static abstract TVector TimesPowerOfTwo(TVector a, TVector shifted);
}
