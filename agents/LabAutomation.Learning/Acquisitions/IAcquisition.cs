namespace LabAutomation.Learning;

/// <summary>How promising encoded rows are for the next trial: more is better, and minus infinity is hopeless.</summary>
internal interface IAcquisition
{
    /// <summary>Columns of a row.</summary>
    int Width { get; }

    /// <param name="rows">Encoded, one after another.</param>
    /// <param name="scores">Receives one score a row.</param>
    void Score(ReadOnlySpan<double> rows, Span<double> scores);

    /// <summary>The same by the most probable member of each model: a fraction of the time, and good enough to sift by.</summary>
    IAcquisition Leading => this;

    /// <summary>Score of one row; its slope by each column is written to <paramref name="slope"/>.</summary>
    double ScoreWithSlopes(ReadOnlySpan<double> row, Span<double> slope);
}
