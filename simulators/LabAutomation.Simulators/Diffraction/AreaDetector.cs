using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Diffraction;

/// <summary>
/// A simulated integrating area detector in a beam of pulses that meets a jet of crystals (serial crystallography). A frame follows from the seed, its number and the settings alone.
/// Counts are pedestal + gain · Poisson(λ) + read noise, where λ is background, solvent ring and peaks, all times transmission and pulse energy.
/// </summary>
public sealed class AreaDetector
{
    /// <summary>Counts at which a pixel ends.</summary>
    public const ushort FullScale = ushort.MaxValue;

    /// <summary>A peak is drawn as far as this many standard deviations.</summary>
    private const double Reach = 5;

    private readonly long _seed;
    private readonly DetectorScene _scene;
    private readonly Crystal _crystal;
    private readonly float[] _light;
    private readonly ushort[] _stuck;

    public AreaDetector(DetectorGeometry geometry, DetectorScene scene, UnitCell cell, long seed)
    {
        (Geometry, _scene, _seed) = (geometry, scene, seed);
        _crystal = new Crystal(cell, geometry, seed);
        _light = Light();
        _stuck = Stuck();
    }

    public DetectorGeometry Geometry { get; }

    /// <summary>False for gaps, dead and hot pixels, as a calibration without beam would find them.</summary>
    public bool IsGood(int pixel) => _stuck[pixel] == Works;

    private const ushort Works = 1;

    /// <summary>One pulse.</summary>
    /// <param name="transmission">Of the attenuator, from 0 to 1.</param>
    /// <param name="offset">µm from the jet to the beam.</param>
    public DetectorFrame Draw(long number, double transmission = 1, double offset = 0)
    {
        var noise = new SeededNoise(_seed, "pulse", number);
        var energy = transmission * Math.Exp(_scene.PulseSpread * noise.Normal());
        var isHit = noise.Uniform() < HitRate(transmission, offset);
        var (width, light, gain, pedestal) = Drifted(number);
        var peaks = isHit ? _crystal.Diffract(noise, _scene.Brightness * energy, width) : [];
        var extra = Extra(peaks);
        var counts = new ushort[Geometry.Width * Geometry.Height];
        for (var i = 0; i < counts.Length; i++)
        {
            if (_stuck[i] != Works)
            {
                counts[i] = _stuck[i];
                continue;
            }

            var photons = Poisson.Draw((_light[i] * energy * light) + (extra?[i] ?? 0), noise);
            counts[i] = (ushort)Math.Clamp(Math.Round(pedestal + (gain * photons) + (_scene.ReadNoise * noise.Normal())), 0, FullScale);
        }

        return new DetectorFrame(number, Geometry, counts, [.. peaks.Where(IsSeen)]);
    }

    /// <summary>Probability that a pulse meets a crystal.</summary>
    public double HitRate(double transmission, double offset) =>
        _scene.BestHitRate * Math.Exp(-offset * offset / (2 * _scene.JetWidth * _scene.JetWidth)) / (1 + Math.Pow(transmission / _scene.TearingTransmission, 4));

    /// <summary>Width of a peak in pixels, background in multiples of the scene's, counts per photon and of no photon.</summary>
    private (double PeakWidth, double Background, double Gain, double Pedestal) Drifted(long number)
    {
        if (_scene.Drift is not { } drift) return (_scene.PeakWidth, 1, _scene.Gain, _scene.Pedestal);
        var share = drift.At(number);
        double Times(double end) => 1 + (share * (end - 1));
        return (_scene.PeakWidth * Times(drift.PeakWidth), Times(drift.Background), _scene.Gain * Times(drift.Gain), _scene.Pedestal + (share * drift.Pedestal));
    }

    private bool IsSeen(BraggPeak peak)
    {
        var (x, y) = ((int)Math.Round(peak.X), (int)Math.Round(peak.Y));
        return x >= 0 && y >= 0 && x < Geometry.Width && y < Geometry.Height && IsGood((y * Geometry.Width) + x);
    }

    /// <summary>Photons per pixel at full beam, without crystals.</summary>
    private float[] Light()
    {
        var light = new float[Geometry.Width * Geometry.Height];
        var ring = Geometry.Radius(_scene.RingSpacing);
        var edge = Geometry.Radius(Geometry.FinestSpacing);
        for (var i = 0; i < light.Length; i++)
        {
            var (x, y) = (i % Geometry.Width, i / Geometry.Width);
            var radius = double.Hypot(x - Geometry.CentreX, y - Geometry.CentreY);
            light[i] = (float)((_scene.Background * Math.Exp(-2 * radius / edge)) + (_scene.Ring * Math.Exp(-0.5 * Math.Pow((radius - ring) / _scene.RingWidth, 2))));
        }

        return light;
    }

    /// <summary>What a pixel shows that does not work, else <see cref="Works"/>.</summary>
    private ushort[] Stuck()
    {
        var stuck = new ushort[Geometry.Width * Geometry.Height];
        var noise = new SeededNoise(_seed, "pixels", 0);
        var pitch = _scene.Panel + _scene.Gap;
        for (var i = 0; i < stuck.Length; i++)
        {
            var draw = noise.Uniform();
            var isGap = i % Geometry.Width % pitch >= _scene.Panel || i / Geometry.Width % pitch >= _scene.Panel;
            stuck[i] = isGap || draw < _scene.DeadPixels ? (ushort)0 : draw < _scene.DeadPixels + _scene.HotPixels ? (ushort)(20_000 + (40_000 * noise.Uniform())) : Works;
        }

        return stuck;
    }

    /// <summary>Photons of the peaks per pixel: a Gaussian, integrated over each pixel.</summary>
    private float[]? Extra(List<BraggPeak> peaks)
    {
        if (peaks.Count == 0) return null;
        var extra = new float[Geometry.Width * Geometry.Height];
        foreach (var peak in peaks)
        {
            var (left, columns) = Profile(peak.X, peak.Width, Geometry.Width);
            var (top, rows) = Profile(peak.Y, peak.Width, Geometry.Height);
            for (var y = 0; y < rows.Length; y++)
            {
                for (var x = 0; x < columns.Length; x++) extra[((top + y) * Geometry.Width) + left + x] += (float)(peak.Photons * rows[y] * columns[x]);
            }
        }

        return extra;
    }

    /// <summary>The share of each pixel along one axis.</summary>
    private static (int First, double[] Shares) Profile(double middle, double width, int size)
    {
        var first = Math.Max(0, (int)Math.Round(middle - (Reach * width)));
        var last = Math.Min(size - 1, (int)Math.Round(middle + (Reach * width)));
        var shares = new double[Math.Max(0, last - first + 1)];
        for (var i = 0; i < shares.Length; i++) shares[i] = Below((first + i + 0.5 - middle) / width) - Below((first + i - 0.5 - middle) / width);
        return (first, shares);
    }

    /// <summary>The normal distribution to 1.5e-7 / 2 (Abramowitz and Stegun 7.1.26).</summary>
    private static double Below(double z)
    {
        var t = 1 / (1 + (0.3275911 * Math.Abs(z) / Math.Sqrt(2)));
        var tail = t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429)))))))) * Math.Exp(-z * z / 2);
        return z >= 0 ? 1 - (tail / 2) : tail / 2;
    }
}
