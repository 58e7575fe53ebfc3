using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>
/// The sequence made again from the published table by the recurrence of its authors: S. Joe and F. Y. Kuo, "Notes on generating Sobol'
/// sequences", 2008, equations 2 to 4, with direction numbers as fractions.
/// </summary>
public sealed class SobolConstructionTests
{
    /// <summary>Dimension, degree s, inner coefficients a, then m: rows of new-joe-kuo-6.21201.</summary>
    private static readonly int[][] Published =
    [
        [2, 1, 0, 1], [3, 2, 1, 1, 3], [4, 3, 1, 1, 3, 1], [5, 3, 2, 1, 1, 1], [6, 4, 1, 1, 1, 3, 3], [7, 4, 4, 1, 3, 5, 13], [8, 5, 2, 1, 1, 5, 5, 17],
        [9, 5, 4, 1, 1, 5, 5, 5], [10, 5, 7, 1, 1, 7, 11, 19], [14, 6, 1, 1, 3, 3, 9, 7, 49], [19, 6, 25, 1, 1, 5, 5, 19, 61], [21, 7, 4, 1, 3, 7, 13, 13, 15, 69],
    ];

    [Fact]
    public void Every_point_is_that_of_the_recurrence()
    {
        var sobol = new Sobol(21);
        var point = new double[21];
        foreach (var row in Published)
        {
            var directions = Directions(row[1], row[2], row[3..]);
            for (var n = 0u; n < 2048; n++)
            {
                sobol.Read(n, point);
                var gray = n ^ (n >> 1);
                var sum = Enumerable.Range(0, 20).Where(k => (gray >> k & 1) == 1).Aggregate(0u, (sofar, k) => sofar ^ directions[k]);
                point[row[0] - 1].Should().Be(sum / 4294967296.0, $"point {n} of dimension {row[0]}");
            }
        }
    }

    private static uint[] Directions(int degree, int inner, int[] first)
    {
        var m = new long[20];
        for (var k = 0; k < m.Length; k++)
        {
            if (k < degree)
            {
                m[k] = first[k];
                continue;
            }
            m[k] = m[k - degree] ^ (m[k - degree] << degree);
            for (var i = 1; i < degree; i++)
                if ((inner >> (degree - 1 - i) & 1) == 1) m[k] ^= m[k - i] << i;
        }
        return [.. m.Select((value, k) => (uint)(value << (31 - k)))];
    }
}
