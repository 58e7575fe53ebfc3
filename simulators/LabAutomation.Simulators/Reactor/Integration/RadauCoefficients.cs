namespace LabAutomation.Simulators.Reactor.Integration;

/// <summary>
/// Radau IIA collocation (Hairer and Wanner, Solving Ordinary Differential Equations II, section IV.5): nodes where P_s − P_(s−1) is 0, weights
/// that integrate the Lagrange polynomials of the nodes. Order 2s − 1, L-stable, and the last node is the end of the step.
/// </summary>
internal sealed class RadauCoefficients
{
    public RadauCoefficients(int stages)
    {
        Nodes = Roots(stages);
        Weights = new double[stages, stages];
        Leading = new double[stages + 1];
        for (var j = 0; j < stages; j++)
        {
            var lagrange = Lagrange(j);
            for (var i = 0; i < stages; i++)
                for (var power = stages - 1; power >= 0; power--) Weights[i, j] += lagrange[power] * Math.Pow(Nodes[i], power + 1) / (power + 1);
        }

        double[] withStart = [0, .. Nodes];
        for (var j = 0; j <= stages; j++)
        {
            Leading[j] = Math.Pow(2, 1 - (2 * stages));
            for (var m = 0; m <= stages; m++)
                if (m != j) Leading[j] /= withStart[j] - withStart[m];
        }
    }

    /// <summary>c_i in (0, 1], rising.</summary>
    public double[] Nodes { get; }

    /// <summary>a_ij.</summary>
    public double[,] Weights { get; }

    /// <summary>
    /// What to multiply the values at the start and at the nodes by to get how far the highest power of the polynomial through them moves over
    /// the step after a best fit by lower powers.
    /// </summary>
    public double[] Leading { get; }

    private static double[] Roots(int stages)
    {
        const int Cells = 2000;
        var roots = new List<double>();
        for (var cell = 0; cell < Cells; cell++)
        {
            // The last cell ends short of 1, which is a root by itself.
            double low = -1 + (2.0 * cell / Cells), high = Math.Min(-1 + (2.0 * (cell + 1) / Cells), 1 - 1e-9);
            if (Residual(stages, low) * Residual(stages, high) >= 0) continue;
            for (var halving = 0; halving < 60; halving++)
            {
                var middle = (low + high) / 2;
                if (Residual(stages, low) * Residual(stages, middle) <= 0) high = middle;
                else low = middle;
            }

            roots.Add((1 + ((low + high) / 2)) / 2);
        }

        return [.. roots, 1];
    }

    private static double Residual(int degree, double x)
    {
        double before = 1, value = x;
        for (var k = 1; k < degree; k++) (before, value) = (value, ((((2 * k) + 1) * x * value) - (k * before)) / (k + 1));
        return value - before;
    }

    private double[] Lagrange(int j)
    {
        double[] polynomial = [1];
        for (var m = 0; m < Nodes.Length; m++)
        {
            if (m == j) continue;
            var next = new double[polynomial.Length + 1];
            for (var power = 0; power < polynomial.Length; power++)
            {
                next[power + 1] += polynomial[power] / (Nodes[j] - Nodes[m]);
                next[power] -= polynomial[power] * Nodes[m] / (Nodes[j] - Nodes[m]);
            }

            polynomial = next;
        }

        return polynomial;
    }
}
