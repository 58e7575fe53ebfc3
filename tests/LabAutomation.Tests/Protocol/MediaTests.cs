using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol;

public sealed class MediaTests
{
    private static readonly Media Picture = new("image/png", new byte[] { 1, 2, 3 });

    [Fact]
    public void The_reference_tells_type_size_and_hash()
    {
        var reference = Picture.Refer("picture", "t");

        (reference.Media, reference.Bytes, reference.Rows, reference.Columns.Length).Should().Be(("image/png", 3, 0, 0));
        reference.Sha256.Should().Be("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    }

    [Fact]
    public void What_was_sent_is_read_by_what_the_reference_says_it_is()
    {
        var series = new Series([new ColumnDescription("t", Unit.Parse("s"))], [[1]]);

        BulkData.Read(Picture.Refer("p", "t"), Picture.ToBytes()).Should().BeOfType<Media>().Which.ToBytes().Should().Equal(1, 2, 3);
        BulkData.Read(series.Refer("s", "t"), series.ToBytes()).Should().BeOfType<Series>().Which.ContentType.Should().Be("application/vnd.lab.series");
    }

    [Fact]
    public void The_bytes_are_nobody_elses()
    {
        byte[] bytes = [1, 2, 3];
        var media = new Media("image/png", bytes);
        bytes[0] = 9;
        media.ToBytes()[1] = 9;

        media.ToBytes().Should().Equal(1, 2, 3);
    }

    [Fact]
    public void A_payload_or_a_reference_that_differs_is_refused()
    {
        var reference = Picture.Refer("picture", "t");
        ((Action)(() => Media.Read(reference, new byte[] { 1, 2, 4 }))).Should().Throw<FrameException>().WithMessage("*'picture'*SHA-256*");
        ((Action)(() => Media.Read(reference, new byte[] { 1, 2 }))).Should().Throw<FrameException>().WithMessage("*2 bytes*3*");
        DataReference[] wrong =
        [
            reference with { Bytes = 2 },
            reference with { Rows = 1 },
            reference with { Columns = [new ColumnDescription("t", Unit.One)] },
            reference with { Media = "picture" },
            reference with { Media = "" },
            reference with { Media = null },
            reference with { Sha256 = reference.Sha256.ToUpperInvariant() },
        ];
        foreach (var it in wrong) ((Action)(() => BulkData.Read(it, Picture.ToBytes()))).Should().Throw<FrameException>();
        ((Action)(() => Series.Read(reference, Picture.ToBytes()))).Should().Throw<FrameException>().WithMessage("*media of type image/png*");
    }

    [Theory]
    [InlineData("image/png", true)]
    [InlineData("image/x-portable-graymap", true)]
    [InlineData("application/vnd.lab+json", true)]
    [InlineData("image", false)]
    [InlineData("image/", false)]
    [InlineData("/png", false)]
    [InlineData("Image/PNG", false)]
    [InlineData("image/png; q=1", false)]
    [InlineData("image/png/x", false)]
    [InlineData("-x/png", false)]
    public void A_media_type_has_two_names_and_no_parameters(string type, bool isType)
    {
        Media.IsType(type).Should().Be(isType);
        var making = () => new Media(type, new byte[1]);
        if (isType) making.Should().NotThrow();
        else making.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Media_have_bytes() => ((Action)(() => _ = new Media("image/png", default))).Should().Throw<ArgumentException>();
}
