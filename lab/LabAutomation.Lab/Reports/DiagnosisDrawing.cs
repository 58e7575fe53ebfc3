using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab.Display;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Reports;

/// <summary>What a model says, drawn in plain characters: curves with their doubt, a map, and measured values beside those that were expected.</summary>
internal static class DiagnosisDrawing
{
    private const int Width = 41, CurveRows = 9, MapColumns = 25, MapRows = 9, PlotRows = 11;

    /// <summary>The most important parameters have curves.</summary>
    private const int MostCurves = 3;

    /// <summary>Of a quantity, one line after the other.</summary>
    public static IEnumerable<string> Of(CampaignPlan plan, QuantityDiagnosis quantity) =>
    [
        .. quantity.Curves.Take(MostCurves).SelectMany(curve => Curve(plan, quantity.Name, curve).Prepend("")),
        .. quantity.Map is { } map ? Map(plan, quantity.Name, map).Prepend("") : [],
        .. quantity.Calibration.Trials.Length > 1 ? Comparison(quantity.Name, quantity.Calibration.Trials).Prepend("") : [],
    ];

    /// <summary>A row for a value of the parameter: mean, two standard deviations to either side of it, and where they lie.</summary>
    private static IEnumerable<string> Curve(CampaignPlan plan, string quantity, ParameterCurve curve)
    {
        CurvePoint[] points = [.. Some(curve.Points.Length, CurveRows).Select(k => curve.Points[k])];
        var (low, high) = (points.Min(point => point.Mean - 2 * point.Sd), points.Max(point => point.Mean + 2 * point.Sd));
        string[] names = [.. points.Select(point => Named(plan, curve.Parameter, point.Coordinate))];
        yield return $"{quantity} by {curve.Parameter}, the rest as recommended; o is the mean, - two standard deviations, {Number(low)} to {Number(high)}";
        for (var k = 0; k < points.Length; k++)
        {
            var line = Enumerable.Repeat(' ', Width).ToArray();
            var (from, to) = (Place(points[k].Mean - 2 * points[k].Sd, low, high, Width), Place(points[k].Mean + 2 * points[k].Sd, low, high, Width));
            for (var column = from; column <= to; column++) line[column] = '-';
            line[Place(points[k].Mean, low, high, Width)] = 'o';
            yield return $"  {names[k].PadLeft(names.Max(name => name.Length))} |{new string(line)}| {Number(points[k].Mean)} ± {Number(points[k].Sd)}{(points[k].IsFeasible ? "" : " (outside of the constraints)")}";
        }
    }

    /// <summary>A digit for each place, from 0 for the smallest mean to 9 for the largest; the row of the largest value of the second parameter above.</summary>
    private static IEnumerable<string> Map(CampaignPlan plan, string quantity, SurfaceMap map)
    {
        int[] columns = [.. Some(map.Columns.Length, MapColumns)];
        int[] rows = [.. Some(map.Rows.Length, MapRows).Reverse()];
        var means = rows.SelectMany(row => columns.Select(column => row * map.Columns.Length + column)).Where(at => map.IsFeasible[at]).Select(at => map.Mean[at]).ToArray();
        if (means.Length == 0) yield break;
        var (low, high) = (means.Min(), means.Max());
        string[] names = [.. rows.Select(row => Named(plan, map.Row, map.Rows[row]))];
        var indent = names.Max(name => name.Length);
        yield return $"{quantity} by {map.Column} (across) and {map.Row} (up): 0 is {Number(low)}, 9 is {Number(high)}, · outside of the constraints";
        for (var k = 0; k < rows.Length; k++)
            yield return $"  {names[k].PadLeft(indent)} |{string.Concat(columns.Select(column => rows[k] * map.Columns.Length + column).Select(at => map.IsFeasible[at] ? (char)('0' + Place(map.Mean[at], low, high, 10)) : '·'))}";
        yield return $"  {new string(' ', indent)}  {Named(plan, map.Column, map.Columns[columns[0]])} to {Named(plan, map.Column, map.Columns[columns[^1]])}";
    }

    /// <summary>Each trial by what was expected of it without itself (across) and what was measured (up).</summary>
    private static IEnumerable<string> Comparison(string quantity, ImmutableArray<LeftOutTrial> trials)
    {
        var (low, high) = (trials.Min(trial => Math.Min(trial.Value, trial.Expected)), trials.Max(trial => Math.Max(trial.Value, trial.Expected)));
        var plot = Enumerable.Range(0, PlotRows).Select(_ => Enumerable.Repeat(' ', Width).ToArray()).ToArray();
        for (var column = 0; column < Width; column++) plot[(int)Math.Round(column * (PlotRows - 1.0) / (Width - 1))][column] = '.';
        foreach (var trial in trials) plot[Place(trial.Value, low, high, PlotRows)][Place(trial.Expected, low, high, Width)] = 'o';
        yield return $"{quantity} measured (up) beside expected without the trial (across), both {Number(low)} to {Number(high)}; a model that knows all has every o on the dots";
        foreach (var line in Enumerable.Reverse(plot)) yield return $"  |{new string(line)}|";
    }

    private static int Place(double value, double low, double high, int places) => high > low ? Math.Clamp((int)Math.Round((value - low) / (high - low) * (places - 1)), 0, places - 1) : places / 2;

    /// <summary>Evenly chosen places of a list, both ends included.</summary>
    private static IEnumerable<int> Some(int count, int most) =>
        count <= most ? Enumerable.Range(0, count) : Enumerable.Range(0, most).Select(k => (int)Math.Round(k * (count - 1.0) / (most - 1)));

    private static string Named(CampaignPlan plan, string parameter, double coordinate) => plan.Parameters.First(one => one.Name == parameter) switch
    {
        ChoiceParameter words => words.Choices[(int)coordinate],
        var number => Wording.Short(TrialValue.Of(new Quantity(coordinate, number.Unit))),
    };

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
