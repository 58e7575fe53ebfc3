namespace LabAutomation.Learning;

/// <summary>A scrambled Sobol sequence of any number of dimensions; those beyond the table are independent uniform numbers.</summary>
internal sealed class QuasiRandomPlaces(int dimensions, int seed)
{
    private const int PaddingPurpose = 3;
    private readonly Sobol _sobol = new(Math.Min(dimensions, Sobol.MaximumDimensions), seed);

    public void Read(uint index, Span<double> place)
    {
        _sobol.Read(index, place[.._sobol.Dimensions]);
        if (place.Length == _sobol.Dimensions) return;
        var stream = new RandomStream(seed, PaddingPurpose, (int)index);
        for (var d = _sobol.Dimensions; d < place.Length; d++) place[d] = stream.NextUniform();
    }
}
