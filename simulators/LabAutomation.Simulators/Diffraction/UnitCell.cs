namespace LabAutomation.Simulators.Diffraction;

/// <summary>A cell with right angles: cubic, tetragonal or orthorhombic.</summary>
/// <param name="A">Å.</param>
/// <param name="B">Å.</param>
/// <param name="C">Å.</param>
public sealed record UnitCell(double A, double B, double C)
{
    /// <summary>Hen egg-white lysozyme, tetragonal, as it is commonly grown.</summary>
    public static readonly UnitCell Lysozyme = new(79.1, 79.1, 37.9);

    /// <summary>1/Å.</summary>
    public Vector Reciprocal(int h, int k, int l) => new(h / A, k / B, l / C);

    /// <summary>Å, of the planes (h k l).</summary>
    public double Spacing(int h, int k, int l) => 1 / Reciprocal(h, k, l).Length;

    /// <summary>All reflections whose planes are at least so far apart (Å), the direct beam left out, with their indices.</summary>
    public IEnumerable<(int H, int K, int L, Vector Reciprocal)> Reflections(double finest)
    {
        var (h, k, l) = ((int)(A / finest), (int)(B / finest), (int)(C / finest));
        for (var i = -h; i <= h; i++)
        {
            for (var j = -k; j <= k; j++)
            {
                for (var m = -l; m <= l; m++)
                {
                    var reciprocal = Reciprocal(i, j, m);
                    if ((i, j, m) != (0, 0, 0) && reciprocal.Length <= 1 / finest) yield return (i, j, m, reciprocal);
                }
            }
        }
    }
}
