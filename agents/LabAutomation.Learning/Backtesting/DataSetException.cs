namespace LabAutomation.Learning.Backtesting;

/// <summary>A file of measured data cannot be used as it is. The message names the file, the place and what would be right.</summary>
public sealed class DataSetException : Exception
{
    /// <summary>An error at a place of a file.</summary>
    /// <param name="line">From 1; null where the fault is of the whole file.</param>
    /// <param name="column">The column's name; null where the fault is not of one column.</param>
    public DataSetException(string file, int? line, string? column, string problem, Exception? cause = null)
        : base($"{file}{(line is null ? "" : $", line {line}")}{(column is null ? "" : $", column '{column}'")}: {problem}", cause)
        => (File, Line, Column, Problem) = (file, line, column, problem);

    /// <summary>The file as it was named.</summary>
    public string File { get; }

    /// <summary>From 1; null where the whole file is meant.</summary>
    public int? Line { get; }

    /// <summary>Its name; null where the whole line is meant.</summary>
    public string? Column { get; }

    /// <summary>What is wrong and what would be right, without the place.</summary>
    public string Problem { get; }
}
