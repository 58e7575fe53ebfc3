using System.Collections.Immutable;

namespace LabAutomation.Learning.Backtesting;

/// <summary>Measured designs as a finite pool: every design once, with one value to be minimised.</summary>
public sealed class DataSet
{
    private readonly Dictionary<Point, int> _rows;

    internal DataSet(string name, string objective, bool isMaximised, MeasuredDesigns designs)
    {
        (Name, Objective, IsMaximised) = (name, objective, isMaximised);
        Space = new SearchSpace(designs.Dimensions, pool: designs.Points);
        (Values, Notes) = (designs.Values, designs.Notes);
        _rows = designs.Points.Select((point, row) => (point, row)).ToDictionary(pair => pair.point, pair => pair.row);
    }

    /// <summary>What messages and reports call it.</summary>
    public string Name { get; }

    /// <summary>The measured quantity that is looked for.</summary>
    public string Objective { get; }

    /// <summary>Whether <see cref="Values"/> are the measured values with their sign turned.</summary>
    public bool IsMaximised { get; }

    /// <summary>A space whose pool holds the designs, in the order of <see cref="Values"/>.</summary>
    public SearchSpace Space { get; }

    /// <summary>What was measured for each design; smaller is better.</summary>
    public ImmutableArray<double> Values { get; }

    /// <summary>What was changed on reading: columns dropped, replicates averaged, categories taken for numbers.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Rows to start from by seed, where the file prescribes them.</summary>
    public ImmutableArray<ImmutableArray<int>> InitialRows { get; internal init; } = [];

    /// <summary>Experiments per run, where the file prescribes them.</summary>
    public int? Budget { get; internal init; }

    /// <summary>Number of rows.</summary>
    public int Count => Values.Length;

    /// <summary>
    /// Reads comma-separated values. The first line names the columns; a column of numbers becomes a real dimension, any other a
    /// categorical one; a column that never changes is dropped, and measurements of one design are averaged.
    /// </summary>
    /// <param name="objective">The column to be minimised, or maximised.</param>
    /// <param name="ignore">Columns that are neither.</param>
    /// <exception cref="DataSetException">The file cannot be used; the message says where and why.</exception>
    public static DataSet LoadCsv(string path, string objective, bool maximise = false, IReadOnlyCollection<string>? ignore = null)
        => CsvDataSet.Load(path, objective, maximise, ignore ?? []);

    /// <summary>
    /// Reads a pool file: JSON with <c>params</c>, <c>kinds</c> ("num" or "cat" with the number of choices), <c>raw</c> rows,
    /// <c>y</c> to be minimised, and optionally <c>init</c> (rows by seed), <c>budget</c>, <c>name</c> and <c>measurement</c>.
    /// </summary>
    /// <exception cref="DataSetException">The file cannot be used; the message says where and why.</exception>
    public static DataSet LoadPool(string path) => PoolDataSet.Load(path);

    /// <summary>The row of a design of the pool.</summary>
    internal int RowOf(Point point) => _rows[point];
}
