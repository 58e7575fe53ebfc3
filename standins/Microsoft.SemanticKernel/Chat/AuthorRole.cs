using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel.ChatCompletion;

/// <summary>Who wrote a message; labels are equal in any casing.</summary>
public readonly struct AuthorRole : IEquatable<AuthorRole>
{
    [JsonConstructor]
    public AuthorRole(string label)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(label);
        Label = label;
    }

    public static AuthorRole Developer { get; } = new("developer");

    public static AuthorRole System { get; } = new("system");

    public static AuthorRole Assistant { get; } = new("assistant");

    public static AuthorRole User { get; } = new("user");

    public static AuthorRole Tool { get; } = new("tool");

    public string Label { get; }

    public static bool operator ==(AuthorRole left, AuthorRole right) => left.Equals(right);

    public static bool operator !=(AuthorRole left, AuthorRole right) => !left.Equals(right);

    public bool Equals(AuthorRole other) => string.Equals(Label, other.Label, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is AuthorRole other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Label);

    public override string ToString() => Label;
}
