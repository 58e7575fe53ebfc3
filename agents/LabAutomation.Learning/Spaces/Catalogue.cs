namespace LabAutomation.Learning;

/// <summary>The points of a finite space by number, feasible or not, without ever making the list of a product.</summary>
internal sealed class Catalogue
{
    private readonly SearchSpace _space;

    private Catalogue(SearchSpace space, long count) => (_space, Count) = (space, count);

    public long Count { get; }

    public Point this[long number]
    {
        get
        {
            if (_space.Pool is { } pool) return pool[(int)number];
            var coordinates = new double[_space.Dimensions.Length];
            for (var d = coordinates.Length - 1; d >= 0; d--)
            {
                if (_space.Held.TryGetValue(d, out coordinates[d])) continue;
                var values = UnitCube.ValuesOf(_space.Dimensions[d])!.Value;
                coordinates[d] = UnitCube.ValueAt(_space.Dimensions[d], number % values);
                number /= values;
            }
            return _space.Settled(new Point([.. coordinates]));
        }
    }

    /// <summary>Null where a dimension is uncountable or there are more points than a long can number.</summary>
    public static Catalogue? Of(SearchSpace space)
    {
        if (space.Pool is { } pool) return new Catalogue(space, pool.Length);
        var count = 1L;
        for (var d = 0; d < space.Dimensions.Length; d++)
        {
            var dimension = space.Dimensions[d];
            if (space.Held.ContainsKey(d)) continue;
            if (UnitCube.ValuesOf(dimension) is not { } values || count > long.MaxValue / values) return null;
            count *= values;
        }
        return new Catalogue(space, count);
    }
}
