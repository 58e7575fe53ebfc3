namespace LabAutomation.Learning;

/// <summary>
/// Many standard normal numbers at once, a function of the stream: G. Box and M. Muller, "A note on the generation of random normal
/// deviates", 1958. Much quicker than <see cref="RandomStream.NextNormal"/>.
/// </summary>
internal static class NormalDraws
{
    public static void Fill(RandomStream stream, Span<double> numbers)
    {
        for (var i = 0; i < numbers.Length; i += 2)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - stream.NextUniform()));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * stream.NextUniform());
            numbers[i] = radius * cosine;
            if (i + 1 < numbers.Length) numbers[i + 1] = radius * sine;
        }
    }
}
