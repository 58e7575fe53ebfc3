namespace LabAutomation.Agents.Records;

/// <summary>An entry as its bytes lie on the disk, for as long as the statement that reads it stands there.</summary>
internal readonly ref struct StoredEntry(long seq, ReadOnlySpan<byte> campaign, ReadOnlySpan<byte> at, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> body, ReadOnlySpan<byte> hash)
{
    public long Seq { get; } = seq;

    public ReadOnlySpan<byte> Campaign { get; } = campaign;

    public ReadOnlySpan<byte> At { get; } = at;

    public ReadOnlySpan<byte> Kind { get; } = kind;

    public ReadOnlySpan<byte> Body { get; } = body;

    public ReadOnlySpan<byte> Hash { get; } = hash;
}
