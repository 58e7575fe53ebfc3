using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol;

public sealed class SeriesTests
{
    private static readonly Series Spectrum = new(
        [new ColumnDescription("wavelength", Unit.Parse("nm")), new ColumnDescription("absorbance", Unit.Parse("AU"))],
        [[400, 401, 402], [0.1, -0.5, double.MaxValue]]);

    [Fact]
    public void On_the_wire_it_is_little_endian_doubles_column_after_column()
    {
        var bytes = Spectrum.ToBytes();

        bytes.Should().HaveCount(48);
        bytes[..8].Should().Equal(0, 0, 0, 0, 0, 0, 0x79, 0x40);        // 400.0 in IEEE 754
        bytes[24..32].Should().Equal(0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F);
    }

    [Fact]
    public void The_reference_tells_size_and_hash()
    {
        var reference = Spectrum.Refer("uv", "lab/1/site/uv/exec/7/data/uv");

        (reference.Rows, reference.Bytes, reference.Columns.Length).Should().Be((3, 48, 2));
        reference.Sha256.Should().Be("035c29b72cf1e85c1674a8b18e2198a5b065ec6b6f31e31c832ee6428d3ff740");
    }

    [Fact]
    public void What_was_sent_is_read()
    {
        var read = Series.Read(Spectrum.Refer("uv", "t"), Spectrum.ToBytes());

        read.Columns.Should().Equal(Spectrum.Columns);
        read.Values.Select(column => column.ToArray()).Should().BeEquivalentTo(Spectrum.Values.Select(column => column.ToArray()), it => it.WithStrictOrdering());
    }

    [Fact]
    public void An_empty_series_is_a_series()
    {
        var empty = new Series([new ColumnDescription("t", Unit.Parse("s"))], [[]]);

        Series.Read(empty.Refer("t", "t"), empty.ToBytes()).Rows.Should().Be(0);
    }

    [Fact]
    public void A_payload_that_differs_in_any_bit_is_refused()
    {
        var reference = Spectrum.Refer("uv", "t");
        for (var bit = 0; bit < 48 * 8; bit++)
        {
            var bytes = Spectrum.ToBytes();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            ((Action)(() => Series.Read(reference, bytes))).Should().Throw<FrameException>().WithMessage("*'uv'*SHA-256*");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(47)]
    [InlineData(56)]
    public void A_payload_of_another_size_is_refused(int bytes) =>
        ((Action)(() => Series.Read(Spectrum.Refer("uv", "t"), new byte[bytes]))).Should().Throw<FrameException>().WithMessage($"*{bytes}*48*");

    [Fact]
    public void A_reference_that_contradicts_itself_is_refused()
    {
        var reference = Spectrum.Refer("uv", "t");
        DataReference[] wrong =
        [
            reference with { Rows = 4 },
            reference with { Rows = -3 },
            reference with { Bytes = 47 },
            reference with { Columns = [] },
            reference with { Columns = [], Rows = 0, Bytes = 0 },
            reference with { Sha256 = reference.Sha256.ToUpperInvariant() },
            reference with { Rows = int.MaxValue },
        ];

        foreach (var it in wrong) ((Action)(() => Series.Read(it, Spectrum.ToBytes()))).Should().Throw<FrameException>();
        ((Action)(() => Series.Read(wrong[4], default))).Should().Throw<FrameException>();
    }

    [Fact]
    public void Columns_have_descriptions_and_the_same_length()
    {
        var column = new ColumnDescription("t", Unit.Parse("s"));

        ((Action)(() => _ = new Series([], []))).Should().Throw<ArgumentException>();
        ((Action)(() => _ = new Series([column], [[1], [2]]))).Should().Throw<ArgumentException>();
        ((Action)(() => _ = new Series([column, column], [[1], [2, 3]]))).Should().Throw<ArgumentException>();
    }
}
