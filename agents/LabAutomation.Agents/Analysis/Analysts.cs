using System.Collections.Immutable;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>The analyses a campaign file can name, over the data of one trial.</summary>
internal sealed class Analysts(TrialData data, Lazy<ModelRegistry> models)
{
    private readonly List<ModelUse> _uses = [];

    /// <summary>The models that took part, in the order of the analyses.</summary>
    public ImmutableArray<ModelUse> Uses => [.. _uses];

    /// <exception cref="AnalysisException">The data are not fit for it.</exception>
    /// <exception cref="ModelException">The model is not there, refuses the data or fails.</exception>
    public ImmutableSortedDictionary<string, Quantity> Run(AnalysisPlan analysis) => analysis switch
    {
        ColourAnalysis colour => Colour(colour, data.Series(colour.Input.Output)),
        ModelAnalysis model => Model(model),
        PeakAnalysis peaks => Peaks(peaks),
        FollowingAnalysis following => Followed(following, data.Series(following.Input.Output)),
        ReadingAnalysis reading => Read(reading),
        _ => throw new AnalysisException($"there is no analyst '{analysis.Analyst}'"),
    };

    private ImmutableSortedDictionary<string, Quantity> Model(ModelAnalysis analysis)
    {
        var outputs = new ModelAnalyst(analysis, data, models.Value.Find(analysis.Model, analysis.Version)).Run(out var use);
        _uses.Add(use);
        return outputs;
    }

    /// <summary>The share of hits, and the peaks of a frame as <c>peaks_per_frame</c>.</summary>
    private ImmutableSortedDictionary<string, Quantity> Peaks(PeakAnalysis analysis)
    {
        var model = models.Value.Fixed(analysis.Model, analysis.Version);
        var analyst = new PeakAnalyst(model, analysis.Hit);
        var (hitRate, peaks) = analyst.Run(data.Media(analysis.Input.Output));
        _uses.Add(new ModelUse(model.Name, model.Current.Card.Version, model.Current.Card.Sha256, model.Current.Device.ToString(), analyst.Flag, analyst.Notice));
        return ImmutableSortedDictionary<string, Quantity>.Empty.WithComparers(StringComparer.Ordinal).Add(analysis.Gives, hitRate).Add(PeakAnalysis.PeaksPerFrame, peaks);
    }

    /// <summary>The quantity in its unit, with the deviation that another output gives or it says of itself.</summary>
    private ImmutableSortedDictionary<string, Quantity> Read(ReadingAnalysis analysis)
    {
        var seen = Fitting(analysis.Input, analysis.Unit);
        var error = analysis.Error is { } other ? Difference(Fitting(other, analysis.Unit), analysis.Unit) : seen.Sd is { } own ? Difference(new Quantity(own, seen.Unit), analysis.Unit) : (double?)null;
        if (error < 0) throw new AnalysisException(FormattableString.Invariant($"'{analysis.Error!.Output}' is {error}, and a standard deviation is zero or more"));
        return ImmutableSortedDictionary<string, Quantity>.Empty.WithComparers(StringComparer.Ordinal).Add(analysis.Gives, new Quantity(seen.In(analysis.Unit), analysis.Unit, error));
    }

    private Quantity Fitting(AnalysisInput input, Unit unit)
    {
        var quantity = data.Quantity(new TensorSource(input, null, null));
        return quantity.Unit.Fits(unit) ? quantity : throw new AnalysisException($"'{input.Output}' is in {quantity.Unit}, which cannot be converted to {unit}");
    }

    /// <summary>The zero point of a temperature does not count in a deviation.</summary>
    private static double Difference(Quantity quantity, Unit unit) => quantity.In(unit) - new Quantity(0, quantity.Unit).In(unit);

    /// <summary>The difference to the target, and the colour itself as <c>colour_L</c>, <c>colour_a</c> and <c>colour_b</c>.</summary>
    private static ImmutableSortedDictionary<string, Quantity> Colour(ColourAnalysis analysis, Series spectrum)
    {
        var columns = Columns(analysis, spectrum);
        var seen = ColourScience.FromAbsorbance(columns[0], columns[1]);
        var wanted = new ColourResult(analysis.Target.L, analysis.Target.A, analysis.Target.B);
        return ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Quantity>
        {
            [analysis.Gives] = new(ColourScience.Difference2000(seen, wanted), Unit.One),
            ["colour_L"] = new(seen.L, Unit.One),
            ["colour_a"] = new(seen.A, Unit.One),
            ["colour_b"] = new(seen.B, Unit.One),
        });
    }

    /// <summary>The mean deviation, and overshoot, share of overridden seconds and trips under names of their own.</summary>
    internal static ImmutableSortedDictionary<string, Quantity> Followed(FollowingAnalysis analysis, Series track)
    {
        var columns = Columns(analysis, track);
        var following = Following.Of(columns[0], columns[1], columns[2]);
        double[] values = [following.Error, following.Overshoot, following.Overridden, following.Trips];
        return analysis.Outputs.Zip(values).ToImmutableSortedDictionary(pair => pair.First.Name, pair => new Quantity(pair.Second, pair.First.Unit), StringComparer.Ordinal);
    }

    private static double[][] Columns(AnalysisPlan analysis, Series series) => [.. analysis.Columns.Select(column => SeriesColumn.Read(series, $"'{analysis.Inputs[0].Output}'", column.Name, column.Unit))];
}
