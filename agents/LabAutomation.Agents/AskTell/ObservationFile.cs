using System.Collections.Immutable;
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
/// <param name="Line">Of the table, from 1.</param>
/// <param name="Told">What is told of it; null where nothing is yet, or nothing will be.</param>
internal sealed record ObservedTrial(int Line, Point Point, TrialStatus Status, StudyTrial? Told);

/// <summary>
/// Trials of a campaign: columns are called as parameters and measured quantities are, with or without their unit in parentheses, as
/// <c>lab export</c> writes them. <c>NAME_sd</c> is one standard deviation of a value. A column <c>status</c> says what became of a trial; without it, a row
/// without values is a failed one.
/// </summary>
internal sealed class ObservationFile
{
    private const string Status = "status";

    private readonly ObservationTable _table;
    private readonly CampaignPlan _plan;
    private readonly SearchSpace _space;
    private readonly TableColumns _columns;
    private readonly AnalysisOutput[] _quantities;
    private readonly NamedColumn[] _parameters;
    private readonly NamedColumn[] _measured;
    private readonly NamedColumn?[] _deviations;
    private readonly NamedColumn? _status;

    private ObservationFile(ObservationTable table, CampaignPlan plan)
    {
        (_table, _plan, _space) = (table, plan, plan.ToSearchSpace());
        var outputs = plan.Analyses.SelectMany(analysis => analysis.Outputs).ToDictionary(output => output.Name);
        _quantities = [.. plan.Goal.Quantities.Select(name => outputs[name])];
        string[] names = [.. plan.Parameters.Select(parameter => parameter.Name), .. _quantities.Select(quantity => quantity.Name)];
        _columns = new TableColumns(table, [.. names, .. _quantities.Select(quantity => CampaignStudy.Deviation(quantity.Name))]);
        var needed = string.Join(", ", names);
        _parameters = [.. plan.Parameters.Select(parameter => _columns.Needed(parameter.Name, parameter.Unit, needed))];
        _measured = [.. _quantities.Select(quantity => _columns.Needed(quantity.Name, quantity.Unit, needed))];
        _deviations = [.. _quantities.Select(quantity => names.Contains(CampaignStudy.Deviation(quantity.Name)) ? null : _columns.Find(CampaignStudy.Deviation(quantity.Name), quantity.Unit))];
        _status = names.Contains(Status) ? null : _columns.Find(Status, Unit.One);
        Unused = [.. table.Header.Where((_, place) => place != _status?.Place && _parameters.Concat(_measured).Concat(_deviations.OfType<NamedColumn>()).All(column => column.Place != place))];
    }

    /// <summary>Columns that are neither parameter nor measured quantity.</summary>
    public ImmutableArray<string> Unused { get; }

    /// <exception cref="DataSetException">The file cannot be used; the message names file, line and column.</exception>
    public static ObservationFile Read(string path, CampaignPlan plan) => new(ObservationTable.Read(path), plan);

    /// <summary>The rows in their order.</summary>
    public IEnumerable<ObservedTrial> Trials()
    {
        foreach (var row in _table.Rows)
        {
            var read = _columns.Point(row, _plan.Parameters, _space, _parameters);
            var point = _plan.CandidateAt(read) ?? read;
            var status = StatusOf(row);
            yield return new ObservedTrial(row.Line, point, status, status switch
            {
                TrialStatus.Measured => Measured(row, point),
                TrialStatus.Failed => new StudyTrial(point, null, "not measured"),
                _ => null,
            });
        }
    }

    private StudyTrial Measured(ObservationRow row, Point point)
    {
        var (values, sds) = (ImmutableSortedDictionary.CreateBuilder<string, double>(), ImmutableSortedDictionary.CreateBuilder<string, double>());
        for (var q = 0; q < _quantities.Length; q++)
        {
            values.Add(_quantities[q].Name, Value(row, _measured[q], _quantities[q].Unit));
            if (_deviations[q] is { } column && row.Cells[column.Place].Length > 0) sds.Add(_quantities[q].Name, Sd(row, column, _quantities[q].Unit));
        }

        return new StudyTrial(point, values.ToImmutable(), null, sds.Count == 0 ? null : sds.ToImmutable());
    }

    private TrialStatus StatusOf(ObservationRow row)
    {
        NamedColumn[] empty = [.. _measured.Where(column => row.Cells[column.Place].Length == 0)];
        var said = _status is { } column ? row.Cells[column.Place] : "";
        var isEmpty = empty.Length == _measured.Length;
        if (said.Length == 0 && !isEmpty || said == "measured")
        {
            return empty.Length == 0 ? TrialStatus.Measured : throw _columns.Wrong(row, empty[0],
                isEmpty ? "the row is said to be measured, and the cell is empty" : "the cell is empty, while the row has other values; a measured trial has all of them, a failed one has none");
        }

        if (said is not ("" or "failed" or "running" or "abandoned"))
            throw _columns.Wrong(row, _status!, $"'{Admission.Shortened(said)}' is no status; a trial is measured, failed, running or abandoned");
        if (!isEmpty && said == "running")
            throw _columns.Wrong(row, _status!, "the trial is running and has values already; leave them out until it has ended, or call it measured");
        if (!isEmpty)
            throw _columns.Wrong(row, _measured.First(one => row.Cells[one.Place].Length > 0), $"the trial is said to be {said}, and has a value: call it measured, or empty the cell where the value means nothing");
        if (_deviations.FirstOrDefault(one => one is not null && row.Cells[one.Place].Length > 0) is { } alone)
            throw _columns.Wrong(row, alone, "a standard deviation stands beside no value; leave it empty where nothing was measured");
        return said switch { "running" => TrialStatus.Running, "abandoned" => TrialStatus.Abandoned, _ => TrialStatus.Failed };
    }

    private double Value(ObservationRow row, NamedColumn column, Unit unit) =>
        TableColumns.Number(row.Cells[column.Place]) is { } number && double.IsFinite(number)
            ? Admitted(row, column, column.Unit is { } other ? other.Convert(number, unit) : number)
            : throw _columns.Wrong(row, column, $"'{Admission.Shortened(row.Cells[column.Place])}' is no measured value; give a finite number, or leave the cell empty where the trial failed");

    /// <summary>A difference of two amounts: 1 K is 1 °C.</summary>
    private double Sd(ObservationRow row, NamedColumn column, Unit unit) =>
        TableColumns.Number(row.Cells[column.Place]) is >= 0 and var number && double.IsFinite(number)
            ? Admitted(row, column, column.Unit is { } other ? other.Convert(number, unit) - other.Convert(0, unit) : number)
            : throw _columns.Wrong(row, column, $"'{Admission.Shortened(row.Cells[column.Place])}' is no standard deviation; it is a finite number, 0 or more, and the cell is empty where it is not known");

    private double Admitted(ObservationRow row, NamedColumn column, double value)
    {
        try
        {
            return Admission.OfMeasurement(column.Name, value);
        }
        catch (StudyException refused)
        {
            throw _columns.Wrong(row, column, refused.Message);
        }
    }
}
