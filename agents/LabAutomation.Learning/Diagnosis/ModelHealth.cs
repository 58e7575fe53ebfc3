using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Findings that need a model.</summary>
internal static class ModelHealth
{
    private const double OutlierZ = 4, NoisyShare = 0.5, AtBound = 0.01;
    private const int Enough = 8;

    public static ImmutableArray<HealthFinding> Of(
        StudyProblem problem, ImmutableArray<StudyTrial> trials, StudyModels models, ImmutableArray<QuantityDiagnosis> quantities, Point recommended)
    {
        var findings = new FindingList();
        for (var q = 0; q < quantities.Length; q++)
        {
            var (quantity, model) = (quantities[q], models.Quantities[q]);
            var rows = quantity.Calibration.Trials;
            var sign = q < problem.Objectives.Length ? problem.Objectives[q].Sign : 1;
            OtherTasks(model, quantity.Name, sign, findings);
            if (rows.Length < Enough) continue;
            foreach (var (row, i) in rows.Zip(model.Transfer.Own).Where(pair => model.Doubts.Contains(pair.Second) || model.Caps.ContainsKey(pair.Second) || Math.Abs(pair.First.Z) > OutlierZ))
                findings.Warning("outlier", $"trial {row.Number}, '{quantity.Name}'", $"{row.Value:G4} was measured where the others lead one to expect {row.Expected:G4} ± {row.Sd:G2} ({Math.Abs(row.Z):F1} standard deviations {(row.Z > 0 ? "above" : "below")}){Taken(i)}", "check it for a mistake, and measure the point once more");

            string Taken(int i) => model.Doubts.Contains(i) ? "; the model does not believe it" : !model.Caps.TryGetValue(i, out var cap) ? ""
                : cap.Sd is null ? Stopping.Text($"; the model takes it for as bad as the worst of the rest, {sign * cap.Value:G4}")
                : Stopping.Text($"; until a second value is as far out, the model takes it for {sign * cap.Value:G4}");
            // Standardised outputs have variance 1 in all.
            if (model.Noise >= NoisyShare && rows.Any(row => row.Value != rows[0].Value))
                findings.Warning("noise-like-signal", $"quantity '{quantity.Name}'", $"noise (± {quantity.NoiseSd:G2}) makes up about {100 * Math.Min(1, model.Noise):F0} % of the variance of what was measured", "measure more precisely, average replicates, or vary what matters more; trials as they are teach little");
        }
        if (problem.Objectives is [{ Aim: not Aim.Learn and not Aim.FindLevel }] && trials.Count(trial => trial.Values is not null) >= Enough) AtBounds(models, quantities[0], recommended, findings);
        return findings.ToImmutable();
    }

    private static void OtherTasks(GaussianProcess model, string quantity, double sign, FindingList findings)
    {
        foreach (var (number, reading) in model.Transfer.Readings)
        {
            var task = model.Space.Dimensions.OfType<TaskDimension>().First();
            var (where, target) = ($"task '{task.Tasks[number]}', '{quantity}'", task.Tasks[task.Target]);
            if (reading is null)
                findings.Note("unlike-task", where, $"what was measured of '{target}' does not bear its values out, so they are left out for now", "leave them out, if they are not of the same kind; nothing is lost by them");
            else if (reading != TaskReading.Plain)
                findings.Note("rescaled-task", where, $"a value of it is taken for {sign * reading.Offset:G4} + {reading.Factor:G4} times that value in '{target}', which tells the values of '{target}' best", "check that both are in one unit");
        }
    }

    private static void AtBounds(StudyModels models, QuantityDiagnosis objective, Point recommended, FindingList findings)
    {
        var (space, cube) = (models.Log.Space, models.Log.Cube);
        if (space.Pool is not null) return;
        var row = new double[cube.Width];
        cube.Encode(recommended, row);
        for (var d = 0; d < space.Dimensions.Length; d++)
        {
            if (space.Held.ContainsKey(d) || space.Dimensions[d] is not (RealDimension or IntegerDimension) || UnitCube.ValuesOf(space.Dimensions[d]) == 1) continue;
            var name = space.Dimensions[d].Name;
            // A parameter that makes no difference is at a bound by chance.
            if (objective.Importance.Parameters.FirstOrDefault(one => one.Name == name) is not { Total: >= 0.02 }) continue;
            var place = row[cube.FirstColumnOf(d)];
            if (place is > AtBound and < 1 - AtBound) continue;
            findings.Note("best-at-bound", $"parameter '{name}'", $"the recommended point lies on its {(place <= AtBound ? "lower" : "upper")} bound ({recommended[d]:G4})", "consider widening it, if what lies beyond can be run");
        }
    }
}
