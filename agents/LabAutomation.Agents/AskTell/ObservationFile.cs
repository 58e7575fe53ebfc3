using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.AskTell;

/// <summary>What became of a row's trial.</summary>
internal enum TrialStatus
{
    Measured,
    Failed,
    Running,
    Abandoned,
}

/// <summary>A row of the table.</summary>
/// <param name="Told">What is told of it; null where nothing is yet, or nothing will be.</param>
internal sealed record ObservedTrial(Point Point, TrialStatus Status, StudyTrial? Told);

/// <summary>
/// Trials of a campaign: columns are called as parameters and measured quantities are, with or without their unit in parentheses, as
/// <c>lab export</c> writes them. A column <c>status</c> says what became of a trial; without it, a row without values is a failed one.
/// </summary>
internal sealed class ObservationFile
{
    private const string Status = "status";

    private readonly ObservationTable _table;
    private readonly CampaignPlan _plan;
    private readonly AnalysisOutput[] _quantities;
    private readonly Column[] _parameters;
    private readonly Column[] _measured;
    private readonly Column? _status;

    private ObservationFile(ObservationTable table, CampaignPlan plan)
    {
        (_table, _plan) = (table, plan);
        var outputs = plan.Analyses.SelectMany(analysis => analysis.Outputs).ToDictionary(output => output.Name);
        _quantities = [.. plan.Goal.Quantities.Select(name => outputs[name])];
        Column[] columns = [.. table.Header.Select(Named)];
        _parameters = [.. plan.Parameters.Select(parameter => Find(columns, parameter.Name, parameter.Unit))];
        _measured = [.. _quantities.Select(quantity => Find(columns, quantity.Name, quantity.Unit))];
        _status = IsKnown(Status) ? null : columns.FirstOrDefault(column => column.Name == Status);
        Unused = [.. table.Header.Where((_, place) => place != _status?.Place && _parameters.Concat(_measured).All(column => column.Place != place))];
    }

    /// <summary>Columns that are neither parameter nor measured quantity.</summary>
    public ImmutableArray<string> Unused { get; }

    /// <exception cref="DataSetException">The file cannot be used; the message names file, line and column.</exception>
    public static ObservationFile Read(string path, CampaignPlan plan) => new(ObservationTable.Read(path), plan);

    /// <summary>The rows in their order.</summary>
    public IEnumerable<ObservedTrial> Trials()
    {
        var dimensions = _plan.ToSearchSpace().Dimensions;
        foreach (var row in _table.Rows)
        {
            var point = new Point([.. _parameters.Select((column, d) => Coordinate(row, column, dimensions[d], _plan.Parameters[d].Unit))]);
            var status = StatusOf(row);
            yield return new ObservedTrial(point, status, status switch
            {
                TrialStatus.Measured => new StudyTrial(point, _quantities.Zip(_measured).ToImmutableSortedDictionary(pair => pair.First.Name, pair => Value(row, pair.Second, pair.First.Unit)), null),
                TrialStatus.Failed => new StudyTrial(point, null, "not measured"),
                _ => null,
            });
        }
    }

    private TrialStatus StatusOf(ObservationRow row)
    {
        Column[] empty = [.. _measured.Where(column => row.Cells[column.Place].Length == 0)];
        var said = _status is { } column ? row.Cells[column.Place] : "";
        var isEmpty = empty.Length == _measured.Length;
        if (said.Length == 0 && !isEmpty || said == "measured")
        {
            return empty.Length == 0 ? TrialStatus.Measured : throw Wrong(row, empty[0],
                isEmpty ? "the row is said to be measured, and the cell is empty" : "the cell is empty, while the row has other values; a measured trial has all of them, a failed one has none");
        }

        if (said is not ("" or "failed" or "running" or "abandoned"))
            throw Wrong(row, _status!, $"'{Admission.Shortened(said)}' is no status; a trial is measured, failed, running or abandoned");
        if (!isEmpty && said == "running")
            throw Wrong(row, _status!, "the trial is running and has values already; leave them out until it has ended, or call it measured");
        return said switch { "running" => TrialStatus.Running, "abandoned" => TrialStatus.Abandoned, _ => TrialStatus.Failed };
    }

    private double Coordinate(ObservationRow row, Column column, SearchDimension dimension, Unit unit)
    {
        var cell = row.Cells[column.Place];
        if (cell.Length == 0) throw Wrong(row, column, "the cell is empty; every row has a value for every parameter");
        try
        {
            if (dimension is CategoricalDimension) return Admission.OfChoice(dimension, cell);
            return Number(cell) is { } number
                ? Admission.OfNumber(dimension, column.Unit is { } other ? other.Convert(number, unit) : number)
                : throw Wrong(row, column, $"'{Admission.Shortened(cell)}' is not a number; the unit stands in the header, as in '{dimension.Name} ({unit.Symbol})'");
        }
        catch (Exception refused) when (refused is StudyException or FrameException)
        {
            throw Wrong(row, column, refused.Message);
        }
    }

    private double Value(ObservationRow row, Column column, Unit unit)
    {
        if (Number(row.Cells[column.Place]) is { } number && double.IsFinite(number))
        {
            try
            {
                return Admission.OfMeasurement(column.Name, column.Unit is { } other ? other.Convert(number, unit) : number);
            }
            catch (StudyException refused)
            {
                throw Wrong(row, column, refused.Message);
            }
        }

        throw Wrong(row, column, $"'{Admission.Shortened(row.Cells[column.Place])}' is no measured value; give a finite number, or leave the cell empty where the trial failed");
    }

    private Column Find(Column[] columns, string name, Unit unit)
    {
        Column[] found = [.. columns.Where(column => column.Name == name)];
        var wanted = string.Join(", ", _plan.Parameters.Select(parameter => parameter.Name).Concat(_quantities.Select(quantity => quantity.Name)));
        if (found.Length == 0)
            throw new DataSetException(_table.File, 1, name, $"there is no such column; needed are {wanted}, and the file has {string.Join(", ", _table.Header)}");
        if (found.Length > 1) throw new DataSetException(_table.File, 1, _table.Header[found[1].Place], $"'{name}' stands in two columns; leave one out");
        if (found[0].Unit is { } given && !given.Fits(unit))
            throw new DataSetException(_table.File, 1, _table.Header[found[0].Place], $"'{name}' is given in {given.Symbol}, which is not what {unit.Symbol} measures");
        return found[0];
    }

    /// <summary>A unit in parentheses counts where the name before it is known.</summary>
    private Column Named(string header, int place)
    {
        var open = header.LastIndexOf('(');
        if (!header.EndsWith(')') || open < 1 || !IsKnown(header[..open].Trim())) return new Column(header, null, place);
        var name = header[..open].Trim();
        if (Unit.TryParse(header[(open + 1)..^1], out var unit)) return new Column(name, unit, place);
        return _quantities.Any(quantity => quantity.Name == name)
            ? new Column(name, null, place)
            : throw new DataSetException(_table.File, 1, header, $"'{header[(open + 1)..^1]}' is not a unit");
    }

    private bool IsKnown(string name) => _plan.Parameters.Any(parameter => parameter.Name == name) || _quantities.Any(quantity => quantity.Name == name);

    private DataSetException Wrong(ObservationRow row, Column column, string problem) => new(_table.File, row.Line, _table.Header[column.Place], problem);

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <param name="Unit">Null where the header does not say; it is then the campaign's own.</param>
    private sealed record Column(string Name, Unit? Unit, int Place);
}
