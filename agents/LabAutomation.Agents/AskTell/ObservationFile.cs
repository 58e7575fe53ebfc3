using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.AskTell;

/// <summary>
/// Measured rows of a campaign: columns are called as parameters and objective are, with or without their unit in parentheses, as
/// <c>lab export</c> writes them. A row without an objective is a failed trial.
/// </summary>
internal sealed class ObservationFile
{
    private readonly ObservationTable _table;
    private readonly CampaignPlan _plan;
    private readonly Column[] _parameters;
    private readonly Column _objective;

    private ObservationFile(ObservationTable table, CampaignPlan plan)
    {
        (_table, _plan) = (table, plan);
        Column[] columns = [.. table.Header.Select(Named)];
        _parameters = [.. plan.Parameters.Select(parameter => Find(columns, parameter.Name, parameter.Unit))];
        _objective = Find(columns, plan.Goal.Objective, null);
        Unused = [.. table.Header.Where((_, place) => place != _objective.Place && _parameters.All(column => column.Place != place))];
    }

    /// <summary>Columns that are neither parameter nor objective.</summary>
    public ImmutableArray<string> Unused { get; }

    /// <exception cref="DataSetException">The file cannot be used; the message names file, line and column.</exception>
    public static ObservationFile Read(string path, CampaignPlan plan) => new(ObservationTable.Read(path), plan);

    public IEnumerable<TrialReport> Reports()
    {
        var dimensions = _plan.ToSearchSpace().Dimensions;
        foreach (var row in _table.Rows)
        {
            var point = new Point([.. _parameters.Select((column, d) => Coordinate(row, column, dimensions[d], _plan.Parameters[d].Unit))]);
            var measured = row.Cells[_objective.Place];
            yield return measured.Length == 0
                ? new TrialReport(null, point, null, "not measured")
                : new TrialReport(null, point, ImmutableSortedDictionary<string, double>.Empty.Add(_plan.Goal.Objective, Value(row, measured)), null);
        }
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

    private double Value(ObservationRow row, string cell) => Number(cell) switch
    {
        { } number when double.IsFinite(number) => number,
        _ => throw Wrong(row, _objective, $"'{Admission.Shortened(cell)}' is no measured value; give a finite number, or leave the cell empty where the trial failed"),
    };

    private Column Find(Column[] columns, string name, Unit? unit)
    {
        Column[] found = [.. columns.Where(column => column.Name == name)];
        var wanted = string.Join(", ", _plan.Parameters.Select(parameter => parameter.Name).Append(_plan.Goal.Objective));
        if (found.Length == 0)
            throw new DataSetException(_table.File, 1, name, $"there is no such column; needed are {wanted}, and the file has {string.Join(", ", _table.Header)}");
        if (found.Length > 1) throw new DataSetException(_table.File, 1, _table.Header[found[1].Place], $"'{name}' stands in two columns; leave one out");
        if (unit is not null && found[0].Unit is { } given && !given.Fits(unit))
            throw new DataSetException(_table.File, 1, _table.Header[found[0].Place], $"'{name}' is given in {given.Symbol}, which is not what {unit.Symbol} measures");
        return found[0];
    }

    /// <summary>A unit in parentheses counts where the name before it is known.</summary>
    private Column Named(string header, int place)
    {
        var open = header.LastIndexOf('(');
        if (!header.EndsWith(')') || open < 1) return new Column(header, null, place);
        var name = header[..open].Trim();
        if (name == _plan.Goal.Objective) return new Column(name, null, place);
        if (_plan.Parameters.All(parameter => parameter.Name != name)) return new Column(header, null, place);
        return Unit.TryParse(header[(open + 1)..^1], out var unit)
            ? new Column(name, unit, place)
            : throw new DataSetException(_table.File, 1, header, $"'{header[(open + 1)..^1]}' is not a unit");
    }

    private DataSetException Wrong(ObservationRow row, Column column, string problem) => new(_table.File, row.Line, _table.Header[column.Place], problem);

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <param name="Unit">Null where the header does not say; it is then the parameter's own.</param>
    private sealed record Column(string Name, Unit? Unit, int Place);
}
