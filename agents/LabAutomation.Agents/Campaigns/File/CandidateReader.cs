using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The recipes of a campaign that has a finite number of them.</summary>
internal sealed class CandidateReader(ImmutableArray<ParameterPlan> parameters, TableReader tables, ProblemList problems)
{
    /// <summary>Of a table so many wrong rows are reported.</summary>
    private const int MostWrong = 10;

    private readonly ParameterValueReader _values = new(parameters, problems);

    private string Names => string.Join(", ", parameters.Select(parameter => parameter.Name));

    /// <param name="node">That has the right shape.</param>
    /// <returns>Null where something of them is reported.</returns>
    public ImmutableArray<Point>? Read(YamlNode node)
    {
        if (parameters.Any(parameter => parameter is UnknownParameter)) return null;
        var (space, before) = (CampaignPlan.BareSpace(parameters), problems.Count);
        ImmutableArray<Point> rows = node switch
        {
            TextNode name => tables.Table(name) is { } table ? Of(table, space) : [],
            ListNode list => [.. list.Items.OfType<MapNode>().Select(row => Of(row, space)).OfType<Point>()],
            _ => [],
        };
        return problems.Count == before && rows.Length > 0 ? rows : null;
    }

    private Point? Of(MapNode row, SearchSpace space)
    {
        var before = problems.Count;
        var coordinates = new double?[parameters.Length];
        foreach (var (key, value) in row.Entries)
            if (_values.Find(key) is { } place && value is TextNode text) coordinates[place] = _values.Coordinate(parameters[place], text);
        if (problems.Count > before) return null;
        try
        {
            return SettledPoint.Of(space, coordinates, d => new StudyException($"the recipe has no value for '{parameters[d].Name}'"));
        }
        catch (StudyException missing)
        {
            problems.Add(row.At, missing.Message, $"a recipe has one for each of {Names}");
            return null;
        }
    }

    private ImmutableArray<Point> Of(ObservationTable table, SearchSpace space)
    {
        var (points, wrong) = (ImmutableArray.CreateBuilder<Point>(table.Rows.Length), 0);
        try
        {
            var columns = new TableColumns(table, [.. parameters.Select(parameter => parameter.Name)]);
            NamedColumn[] places = [.. parameters.Select(parameter => columns.Needed(parameter.Name, parameter.Unit, Names))];
            if (table.Rows.IsEmpty) throw new DataSetException(table.File, 1, null, "the table has no row, and so no recipe");
            foreach (var row in table.Rows)
            {
                try
                {
                    points.Add(columns.Point(row, parameters, space, places));
                }
                catch (DataSetException refused) when (++wrong <= MostWrong)
                {
                    problems.Add(refused);
                }
                catch (DataSetException) when (wrong > MostWrong)
                {
                    break;
                }
            }
        }
        catch (DataSetException refused)
        {
            problems.Add(refused);
        }

        return points.ToImmutable();
    }
}
