using LabAutomation.Models;

namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>A segmentation network decides. The version that is current when a batch begins labels it, so that another can be swapped in while frames pass.</summary>
internal sealed class NetworkLabeller : IPeakLabeller
{
    /// <summary>The input that a model for this has, [n, Side, Side], and the output, of the same shape.</summary>
    public const string Input = "deviations", Output = "share";

    private readonly NamedModel _model;
    private readonly int _most;

    /// <exception cref="AnalysisException">The model does not take patches.</exception>
    public NetworkLabeller(NamedModel model)
    {
        _model = model;
        var card = model.Current.Card;
        _most = card.Batch is { } batch ? card.Dimensions[batch].Max : 1;
        using var lease = model.Rent();
        var binding = lease.Model.Bind(1);
        if (card.Inputs is not [{ Name: Input }] || card.Outputs is not [{ Name: Output }] || binding.Input(Input).Length != IPeakLabeller.Area || binding.Output(Output).Length != IPeakLabeller.Area)
            throw new AnalysisException($"model '{model.Name}' does not label peaks: it should have one input '{Input}' and one output '{Output}' of {IPeakLabeller.Side} × {IPeakLabeller.Side} pixels a row");
        if (card.Inputs.Concat(card.Outputs).FirstOrDefault(tensor => tensor.Unit != "1") is { } other)
            throw new AnalysisException($"model '{model.Name}' does not label peaks: '{other.Name}' is in {other.Unit}; deviations and shares are plain numbers, in \"1\"");
    }

    public string Name => _model.Name;

    /// <summary>Of the version that is current.</summary>
    public ModelCard Card => _model.Current.Card;

    /// <summary>The version that labelled last; empty before.</summary>
    public string LabelledBy { get; private set; } = "";

    /// <exception cref="ModelException">The network failed.</exception>
    public void Label(ReadOnlySpan<float> patches, Span<float> shares)
    {
        using var lease = _model.Rent();
        LabelledBy = lease.Model.Card.Version;
        for (var at = 0; at < patches.Length;)
        {
            var rows = Math.Min((patches.Length - at) / IPeakLabeller.Area, _most);
            var binding = lease.Model.Bind(Padded(rows));
            var length = rows * IPeakLabeller.Area;
            var input = binding.Input(Input);
            patches.Slice(at, length).CopyTo(input);
            for (var row = length; row < input.Length; row += IPeakLabeller.Area) input.Slice(row - IPeakLabeller.Area, IPeakLabeller.Area).CopyTo(input[row..]);
            binding.Run();
            binding.Output(Output)[..length].CopyTo(shares[at..]);
            at += length;
        }
    }

    /// <inheritdoc />
    public string? Flag(ReadOnlySpan<float> patches, ReadOnlySpan<float> shares) => Card.Inputs[0].Flagged(patches) ?? Card.Outputs[0].Flagged(shares);

    /// <summary>Multiples of eight, so that there are few bindings. The rows beyond repeat the last one: what they held from before would be judged and run with it.</summary>
    private int Padded(int rows) => Math.Min((rows + 7) / 8 * 8, _most);
}
