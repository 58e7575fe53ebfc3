namespace LabAutomation.Learning;

/// <content>Means alone, and whole surfaces drawn from the process, without the noise of a measurement.</content>
internal sealed partial class Posterior
{
    /// <summary>Pairs of waves of which a path is made.</summary>
    private const int Waves = 256;

    /// <summary>Variance of a row's output about the surface; of a mean of replicates that of the mean.</summary>
    public double NoiseOf(int row) => _noises[row];

    /// <summary>Means at encoded rows, without the variances that cost most of a prediction.</summary>
    public double[] Means(ReadOnlySpan<double> columns)
    {
        var rows = _prior.Scaled(columns);
        var (means, covariances, memory) = (new double[rows.Length / Width], new double[Count], new double[_prior.Memory * Count]);
        for (var i = 0; i < means.Length; i++)
        {
            _prior.Of(rows.AsSpan(i * Width, Width), _turned, Count, covariances, memory);
            means[i] = Vectors.Dot(covariances, _alpha);
        }
        return means;
    }

    /// <summary>
    /// Exact joint draws at encoded rows, one array of outputs a draw. Rasmussen and Williams 2006, appendix A.2. Cubic in the rows.
    /// </summary>
    public double[][] JointDraws(ReadOnlySpan<double> columns, int count, RandomStream stream)
    {
        var (m, n) = (columns.Length / Width, Count);
        var rows = _prior.Scaled(columns);
        var (turned, memory) = (_prior.Turned(rows), new double[_prior.Memory * Math.Max(m, n)]);
        var (means, solved, matrix) = (new double[m], new double[m * n], new double[m * m]);
        for (var i = 0; i < m; i++)
        {
            var x = rows.AsSpan(i * Width, Width);
            var weights = solved.AsSpan(i * n, n);
            _prior.Of(x, _turned, n, weights, memory);
            means[i] = Vectors.Dot(weights, _alpha);
            _factor.SolveLower(weights);
            var line = matrix.AsSpan(i * m, i + 1);
            _prior.Of(x, turned, m, line, memory);
            for (var j = 0; j <= i; j++) line[j] -= Vectors.Dot(weights, solved.AsSpan(j * n, n));
            line[i] = Math.Max(line[i], Floor);
        }
        var factor = Cholesky.Of(matrix, m);
        var (draws, z) = (new double[count][], new double[m]);
        for (var draw = 0; draw < count; draw++)
        {
            NormalDraws.Fill(stream, z);
            draws[draw] = (double[])means.Clone();
            for (var i = 0; i < m; i++)
                draws[draw][i] += factor is null ? Math.Sqrt(matrix[i * m + i]) * z[i] : Vectors.Dot(z.AsSpan(0, i + 1), factor.Lower.Slice(i * m, i + 1));
        }
        return draws;
    }

    /// <summary>
    /// Draws at any number of encoded rows, one array of outputs a draw: a sum of random waves, corrected so that it passes the data.
    /// J. T. Wilson et al., "Efficiently sampling functions from Gaussian process posteriors", ICML 2020, equation 12; the spectrum of
    /// the Matérn kernel is a t distribution with five degrees of freedom.
    /// </summary>
    public double[][] PathDraws(ReadOnlySpan<double> columns, int count, RandomStream stream)
    {
        var (m, n) = (columns.Length / Width, Count);
        var (rows, memory) = (_prior.Scaled(columns), new double[_prior.Memory * n]);
        var frequencies = Frequencies(stream);
        var (here, there) = (WavesAt(rows, frequencies), WavesAt(_scaled, frequencies));
        var toData = new double[m * n];
        for (var i = 0; i < m; i++) _prior.Of(rows.AsSpan(i * Width, Width), _turned, n, toData.AsSpan(i * n, n), memory);
        var (draws, weights, missing, doubts) = (new double[count][], new double[2 * Waves], new double[n], new double[n]);
        var scale = Math.Sqrt(Hyper.Signal / Waves);
        for (var draw = 0; draw < count; draw++)
        {
            NormalDraws.Fill(stream, weights);
            System.Numerics.Tensors.TensorPrimitives.Multiply(weights, scale, weights);
            var level = Math.Sqrt(Likelihood.MeanVariance) * stream.NextNormal();
            NormalDraws.Fill(stream, doubts);
            for (var i = 0; i < n; i++)
                missing[i] = Outputs[i] - level - Vectors.Dot(weights, there.AsSpan(2 * Waves * i, 2 * Waves)) - Math.Sqrt(_noises[i]) * doubts[i];
            _factor.SolveLower(missing);
            _factor.SolveUpper(missing);
            draws[draw] = new double[m];
            for (var i = 0; i < m; i++)
                draws[draw][i] = level + Vectors.Dot(weights, here.AsSpan(2 * Waves * i, 2 * Waves)) + Vectors.Dot(missing, toData.AsSpan(i * n, n));
        }
        return draws;
    }

    private double[] Frequencies(RandomStream stream)
    {
        var frequencies = new double[Waves * Width];
        NormalDraws.Fill(stream, frequencies);
        var five = new double[5];
        for (var k = 0; k < Waves; k++)
        {
            var wave = frequencies.AsSpan(k * Width, Width);
            if (Hyper.Kernel == Kernel.Matern52)
            {
                NormalDraws.Fill(stream, five);
                System.Numerics.Tensors.TensorPrimitives.Multiply(wave, Math.Sqrt(5 / Vectors.Dot(five, five)), wave);
            }
            // What is a sum over dimensions is made of waves along one dimension each.
            if (k >= Hyper.AdditiveShare * Waves) continue;
            var along = stream.NextIndex(_prior.Dimensions);
            for (var c = 0; c < Width; c++)
                if (_prior.SlopeOf(c) != along) wave[c] = 0;
        }
        return frequencies;
    }

    /// <summary>Cosines, then sines, of every wave, row by row.</summary>
    private double[] WavesAt(ReadOnlySpan<double> scaled, double[] frequencies)
    {
        var count = scaled.Length / Width;
        var waves = new double[2 * Waves * count];
        for (var i = 0; i < count; i++)
            for (var k = 0; k < Waves; k++)
                (waves[2 * Waves * i + Waves + k], waves[2 * Waves * i + k]) = Math.SinCos(Vectors.Dot(scaled.Slice(i * Width, Width), frequencies.AsSpan(k * Width, Width)));
        return waves;
    }
}
