namespace Microsoft.SemanticKernel;

/// <summary>Whether a model may, must or must not call functions.</summary>
public readonly struct FunctionChoice : IEquatable<FunctionChoice>
{
    public FunctionChoice(string label)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(label);
        Label = label;
    }

    public static FunctionChoice Auto { get; } = new("auto");

    public static FunctionChoice Required { get; } = new("required");

    public static FunctionChoice None { get; } = new("none");

    public string Label { get; }

    public static bool operator ==(FunctionChoice left, FunctionChoice right) => left.Equals(right);

    public static bool operator !=(FunctionChoice left, FunctionChoice right) => !left.Equals(right);

    public bool Equals(FunctionChoice other) => string.Equals(Label, other.Label, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is FunctionChoice other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Label);

    public override string ToString() => Label;
}
