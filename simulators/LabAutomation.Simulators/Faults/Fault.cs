using System.Globalization;

namespace LabAutomation.Simulators.Faults;

/// <summary>One thing that goes wrong.</summary>
/// <param name="At">Lab time since the campaign began; null where it strikes at a write or a message.</param>
public sealed record Fault(FaultKind Kind, TimeSpan? At)
{
    /// <summary>The instrument or client it strikes; null where it strikes the lab.</summary>
    public string? On { get; init; }

    /// <summary>How long it lasts: the time until the program is started again, where one ends.</summary>
    public TimeSpan For { get; init; }

    /// <summary>See <see cref="FaultTraits.Amount"/>.</summary>
    public double? Amount { get; init; }

    /// <summary>Strikes at the write with this number, before it, or where <see cref="After"/> says so after it.</summary>
    public long? AtWrite { get; init; }

    /// <summary>Whether the write has come to its end, and only the answer is missing.</summary>
    public bool After { get; init; }

    /// <summary>Strikes when the message with this number has reached the broker.</summary>
    public long? AtMessage { get; init; }

    public FaultTraits Traits => FaultTraits.Of(Kind);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Traits.Name}{(On is null ? "" : $" on {On}")} {When}{(For > TimeSpan.Zero ? $" for {For.TotalSeconds:0.###} s" : "")}{(Amount is { } amount ? $", {amount:0.####}" : "")}");

    private string When => string.Create(CultureInfo.InvariantCulture,
        $"at {(AtWrite is { } write ? $"write {write}" : AtMessage is { } message ? $"message {message}" : $"{At.GetValueOrDefault().TotalSeconds:0.###} s")}");
}
