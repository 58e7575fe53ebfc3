using System.Buffers.Binary;
using System.Collections.Immutable;

namespace LabAutomation.Protocol;

/// <summary>Bulk data as columns of equal length, such as a spectrum of wavelength and absorbance.</summary>
/// <remarks>On the wire: float64, little-endian, one column after the other.</remarks>
public sealed class Series : BulkData
{
    public const string MediaType = "application/vnd.lab.series";

    /// <param name="columns">One description per column.</param>
    /// <param name="values">[columns][rows].</param>
    /// <exception cref="ArgumentException">The columns differ in number or length.</exception>
    public Series(ImmutableArray<ColumnDescription> columns, ImmutableArray<ImmutableArray<double>> values)
    {
        if (columns.Length == 0 || columns.Length != values.Length) throw new ArgumentException("a series has as many descriptions as columns, and at least one");
        if (values.Any(column => column.Length != values[0].Length)) throw new ArgumentException("the columns of a series have the same length");
        (Columns, Values) = (columns, values);
    }

    public ImmutableArray<ColumnDescription> Columns { get; }

    public ImmutableArray<ImmutableArray<double>> Values { get; }

    public int Rows => Values[0].Length;

    public override string ContentType => MediaType;

    public override byte[] ToBytes()
    {
        var bytes = new byte[Columns.Length * Rows * sizeof(double)];
        var at = 0;
        foreach (var column in Values)
        {
            foreach (var value in column)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), value);
                at += sizeof(double);
            }
        }

        return bytes;
    }

    public override DataReference Refer(string name, string topic)
    {
        var bytes = ToBytes();
        return new DataReference(name, topic, Columns, Rows, Hash(bytes), bytes.Length);
    }

    /// <exception cref="FrameException">Size or hash differ from what the reference promises.</exception>
    public static Series Read(DataReference reference, ReadOnlySpan<byte> payload)
    {
        if (reference.Media is not null) throw new FrameException($"data '{reference.Name}' are media of type {reference.Media} and no series");
        if (reference.Columns.Length == 0 || reference.Rows < 0) throw new FrameException($"data '{reference.Name}' has at least one column and no negative number of rows");
        var expected = (long)reference.Columns.Length * reference.Rows * sizeof(double);
        if (reference.Bytes != expected) throw new FrameException($"data '{reference.Name}' has {payload.Length} bytes; its reference promises {reference.Bytes}, and its rows take {expected}");
        Check(reference, payload);

        var values = ImmutableArray.CreateBuilder<ImmutableArray<double>>(reference.Columns.Length);
        for (var column = 0; column < reference.Columns.Length; column++)
        {
            var rows = ImmutableArray.CreateBuilder<double>(reference.Rows);
            for (var row = 0; row < reference.Rows; row++)
                rows.Add(BinaryPrimitives.ReadDoubleLittleEndian(payload[((column * reference.Rows + row) * sizeof(double))..]));
            values.Add(rows.MoveToImmutable());
        }

        return new Series(reference.Columns, values.MoveToImmutable());
    }
}
