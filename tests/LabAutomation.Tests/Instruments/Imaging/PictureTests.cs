using System.Text;
using LabAutomation.Instruments;

namespace LabAutomation.Tests.Instruments.Imaging;

public sealed class PictureTests
{
    private static readonly byte[] Png =
    [
        0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 2, (byte)'I', (byte)'D', (byte)'A', (byte)'T', 1, 2, 9, 9, 9, 9, 0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 9, 9, 9, 9,
    ];

    [Theory]
    [InlineData("P5\n2 2\n255\n\u0000\u0080\u00ff\u00ff", "image/x-portable-graymap", (0 + 128 + 255 + 255) / 4.0 / 255, 0.5)]
    [InlineData("P5 # a comment\n#another\n 2\t2 255 \u0000\u0080\u00ff\u00ff", "image/x-portable-anymap", (0 + 128 + 255 + 255) / 4.0 / 255, 0.5)]
    [InlineData("P6\n1 1\n100\n\u0000\u0032\u0064", "image/x-portable-pixmap", 0.5, 1 / 3.0)]
    [InlineData("P5\n1 2\n1000\n\u0001\u00f4\u0003\u00e8", "image/x-portable-graymap", 0.75, 0.5)]
    public void Samples_of_a_portable_map_are_measured(string text, string type, double mean, double saturated)
    {
        var picture = Picture.Of(type, Encoding.Latin1.GetBytes(text));

        picture!.ContentType.Should().Be(type);
        picture.Statistics!.Value.Mean.Should().BeApproximately(mean, 1e-12);
        picture.Statistics.Value.Saturated.Should().BeApproximately(saturated, 1e-12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P5")]
    [InlineData("P5\n2 2\n255\n\u0000\u0080\u00ff")]
    [InlineData("P5\n2 2\n255\n\u0000\u0080\u00ff\u00ff\u00ff")]
    [InlineData("P4\n2 2\n255\n\u0000\u0080\u00ff\u00ff")]
    [InlineData("P5\n2 0\n255\n")]
    [InlineData("P5\n2 2\n65536\n\u0000\u0080\u00ff\u00ff")]
    [InlineData("P5\n2 2\n0\n\u0000\u0080\u00ff\u00ff")]
    [InlineData("P5\n-2 2\n255\n\u0000\u0080\u00ff\u00ff")]
    [InlineData("P52 2 255 \u0000\u0080\u00ff\u00ff")]
    [InlineData("P5\n99999999999 2\n255\n\u0000")]
    [InlineData("P6\n2 2\n255\n\u0000\u0080\u00ff\u00ff")]
    [InlineData("P5\n2 2\n255#\u0000\u0080\u00ff\u00ff")]
    [InlineData("P5\n# no end")]
    public void What_is_no_whole_graymap_is_none(string text) => Picture.Of("image/x-portable-graymap", Encoding.Latin1.GetBytes(text)).Should().BeNull();

    [Theory]
    [InlineData("image/x-portable-pixmap", "P5\n1 1\n255\n\u0000")]
    [InlineData("image/x-portable-graymap", "P6\n1 1\n255\n\u0000\u0000\u0000")]
    [InlineData("image/png", "P5\n1 1\n255\n\u0000")]
    [InlineData("text/html", "P5\n1 1\n255\n\u0000")]
    [InlineData("", "P5\n1 1\n255\n\u0000")]
    public void A_picture_is_of_the_type_that_it_says(string type, string text) => Picture.Of(type, Encoding.Latin1.GetBytes(text)).Should().BeNull();

    [Fact]
    public void A_whole_png_is_passed_on_without_figures()
    {
        Picture.Of("image/png", Png)!.Statistics.Should().BeNull();
        for (var length = 0; length < Png.Length; length++) Picture.Of("image/png", Png[..length]).Should().BeNull($"{length} bytes are not all of it");
        Picture.Of("image/png", [.. Png, 0]).Should().BeNull("nothing comes behind the end");
        Picture.Of("image/png", [.. Png[..8], 0xFF, .. Png[9..]]).Should().BeNull("no chunk is longer than the file");
    }

    [Fact]
    public void A_jpeg_has_a_start_and_an_end()
    {
        Picture.Of("image/jpeg", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 0xFF, 0xD9])!.ContentType.Should().Be("image/jpeg");
        Picture.Of("image/jpeg", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2]).Should().BeNull();
        Picture.Of("image/jpeg", [0xFF, 0xD8, 0xFF, 0xD9]).Should().BeNull();
    }
}
