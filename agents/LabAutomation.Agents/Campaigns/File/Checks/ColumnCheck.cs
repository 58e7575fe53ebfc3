using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether a series has what an analysis reads of it, where its instrument says which columns it always has.</summary>
internal static class ColumnCheck
{
    /// <param name="at">Where the file names the series.</param>
    /// <param name="offered">What the instrument says of it; null where it says nothing of columns, so that only the trial can tell.</param>
    /// <param name="reader">Who reads the column.</param>
    public static void Of(ProblemList problems, Mark at, OutputReference series, ImmutableArray<ColumnDescription>? offered, string column, Unit unit, string reader)
    {
        if (offered is not { } columns) return;
        if (columns.FirstOrDefault(one => one.Name == column) is not { } found)
            problems.Add(at, $"'{series}' has no column '{column}', which {reader} reads", NearestName.Hint(column, columns.Select(one => one.Name), "it has"));
        else if (!found.Unit.Fits(unit))
            problems.Add(at, $"column '{column}' of '{series}' is in {found.Unit}, and {reader} reads it in {unit}", "name a column that can be converted to it");
    }
}
