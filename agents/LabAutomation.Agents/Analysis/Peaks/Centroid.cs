namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>The middle of what stands above the background around a pixel.</summary>
internal static class Centroid
{
    private const int Rounds = 4;

    /// <summary>Pixels, of the weight. Wider ones take in more of a strong peak, narrower ones less of the background under a weak one.</summary>
    private const double WeightWidth = 1.6;

    /// <summary>The weight narrows a peak of 1.1 pixels, so that its middle goes this many times less far than the peak's.</summary>
    private const double Lag = 1 + (1.1 * 1.1 / (WeightWidth * WeightWidth));

    /// <summary>
    /// The mean place, weighted with the counts above the background and with a Gaussian that is moved to the result and back again until it stays: its noise is that of a fit, without the bias that a
    /// plain mean in a window has towards the window's middle.
    /// </summary>
    /// <param name="reach">Pixels to each side.</param>
    public static (double X, double Y, double Counts) Of(ReadOnlySpan<ushort> counts, RadialBackground background, int middle, int width, int height, int reach)
    {
        var (atX, atY) = ((double)(middle % width), (double)(middle / width));
        var (startX, startY) = ((int)atX, (int)atY);
        var total = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var (sum, sumX, sumY) = (0.0, 0.0, 0.0);
            total = 0;
            for (var y = Math.Max(0, startY - reach); y <= Math.Min(height - 1, startY + reach); y++)
            {
                for (var x = Math.Max(0, startX - reach); x <= Math.Min(width - 1, startX + reach); x++)
                {
                    var pixel = (y * width) + x;
                    var bin = background.Bins[pixel];
                    if (bin == RadialBackground.Nowhere) continue;
                    var above = counts[pixel] - background.Mean[bin];
                    var (dx, dy) = (x - atX, y - atY);
                    var weight = above * Math.Exp(-((dx * dx) + (dy * dy)) / (2 * WeightWidth * WeightWidth));
                    total += above;
                    sum += weight;
                    sumX += weight * dx;
                    sumY += weight * dy;
                }
            }

            if (sum <= 0) break;

            atX = Math.Clamp(atX + (Lag * sumX / sum), startX - 1, startX + 1);
            atY = Math.Clamp(atY + (Lag * sumY / sum), startY - 1, startY + 1);
        }

        return (atX, atY, total);
    }
}
