using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>Fills the inputs of a model with what a trial measured, runs it, and reads quantities off its outputs.</summary>
internal sealed class ModelAnalyst(ModelAnalysis analysis, TrialData data, LoadedModel model)
{
    /// <param name="use">Which model it was, for the record.</param>
    /// <exception cref="AnalysisException">The data are not fit for the model.</exception>
    /// <exception cref="ModelException">The model refuses them, or fails.</exception>
    public ImmutableSortedDictionary<string, Quantity> Run(out ModelUse use)
    {
        var lengths = Lengths();
        using var lease = model.Rent();
        var binding = lease.Model.Bind(lengths);
        foreach (var feed in analysis.Tensors) Fill(feed, Card(feed), binding.Input(feed.Tensor));
        binding.Run();
        use = new ModelUse(model.Card.Name, model.Card.Version, model.Card.Sha256, model.Device.ToString(), binding.Flag);
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, Quantity>(StringComparer.Ordinal);
        foreach (var quantity in analysis.Given) outputs.Add(quantity.Name, Read(quantity, binding));
        return outputs.ToImmutable();
    }

    /// <summary>An open dimension is as long as the series that comes along it has rows. A batch has one row.</summary>
    private Dictionary<string, int> Lengths()
    {
        var lengths = new Dictionary<string, int>();
        if (model.Card.Batch is { } batch) lengths[batch] = 1;
        foreach (var feed in analysis.Tensors)
        {
            var tensor = Card(feed);
            var open = tensor.Shape.Where(extent => extent.Symbol is { } symbol && symbol != model.Card.Batch).Select(extent => extent.Symbol!).Distinct().ToArray();
            if (open.Length == 0 || feed.Sources is not [{ Input: { IsSeries: true } input }]) continue;
            if (open.Length > 1) throw new AnalysisException($"{tensor} has the open dimensions {string.Join(" and ", open)}; a series has one length");
            var (rows, fixedPart) = (data.Series(input.Output).Rows, tensor.Shape.Aggregate(1, (product, extent) => product * Math.Max(1, extent.Length)));
            if (rows % fixedPart != 0) throw new AnalysisException($"'{input.Output}' has {rows} rows, and {tensor} takes a multiple of {fixedPart}");
            if (!lengths.TryAdd(open[0], rows / fixedPart) && lengths[open[0]] != rows / fixedPart)
                throw new AnalysisException($"'{input.Output}' makes '{open[0]}' of {model.Card.Name} {rows / fixedPart} long, and another series {lengths[open[0]]}");
        }

        return lengths;
    }

    private void Fill(TensorFeed feed, TensorCard tensor, Span<float> buffer)
    {
        var unit = Unit.Parse(tensor.Unit);
        if (feed.Sources is [{ Input: { IsSeries: true } input } whole])
        {
            var series = data.Series(input.Output);
            var values = SeriesColumn.Read(series, $"'{input.Output}'", whole.Column ?? feed.Tensor, unit);
            if (tensor.Along is { } axis)
            {
                if (axis.Sample(SeriesColumn.Read(series, $"'{input.Output}'", axis.Column, Unit.Parse(axis.Unit)), values, buffer) is { } mistake)
                    throw new AnalysisException($"'{whole}' is not fit for {analysis}: {mistake}");
            }
            else
            {
                if (values.Length != buffer.Length) throw new AnalysisException($"'{whole}' has {values.Length} rows, and {tensor} of {analysis} takes {buffer.Length}");
                for (var k = 0; k < values.Length; k++) buffer[k] = (float)values[k];
            }

            return;
        }

        if (feed.Sources.Length != buffer.Length) throw new AnalysisException($"'{feed.Tensor}' is filled with {feed.Sources.Length} quantities, and {tensor} of {analysis} takes {buffer.Length}");
        for (var k = 0; k < buffer.Length; k++) buffer[k] = (float)data.Quantity(feed.Sources[k]).In(unit);
    }

    private Quantity Read(ModelQuantity quantity, ModelBinding binding)
    {
        var card = model.Card.Outputs.FirstOrDefault(output => output.Name == quantity.Output) ?? throw new AnalysisException($"{analysis} has no output '{quantity.Output}'");
        var element = quantity.Element ?? 0;
        var values = binding.Output(quantity.Output);
        if (element >= values.Length) throw new AnalysisException($"{analysis} gave {values.Length} elements of '{quantity.Output}', and '{quantity.Name}' is to be element {element}");
        var unit = Unit.Parse(card.Unit);
        double? deviation = card.Deviation is { } name ? new Quantity(binding.Output(name)[element], unit).In(quantity.Unit) - new Quantity(0, unit).In(quantity.Unit) : null;
        return new Quantity(unit.Convert(values[element], quantity.Unit), quantity.Unit, deviation);
    }

    private TensorCard Card(TensorFeed feed) =>
        model.Card.Inputs.FirstOrDefault(input => input.Name == feed.Tensor) ?? throw new AnalysisException($"{analysis} has no input '{feed.Tensor}'");
}
