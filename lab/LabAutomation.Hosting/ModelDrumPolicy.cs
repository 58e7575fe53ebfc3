using LabAutomation.Instruments.Reactor;
using LabAutomation.Models;

namespace LabAutomation.Hosting;

/// <summary>A model as the policy of a reactor. What it refuses is no number, upon which the filter lets the drums go in.</summary>
internal sealed class ModelDrumPolicy
{
    private static readonly (string Name, int Length, string Unit)[] Inputs = [("power", 8, "1"), ("setpoint", 8, "1"), ("rate", 8, "deg/s"), ("fuel", 1, "K"), ("outlet", 1, "K"), ("angle", 1, "deg")];

    private static readonly (string Name, int Length, string Unit) Turn = ("turn", 1, "deg/s");

    private readonly LoadedModel _model;

    /// <exception cref="ModelException">The model has other inputs or outputs.</exception>
    public ModelDrumPolicy(LoadedModel model)
    {
        _model = model;
        var card = model.Card;
        var isPolicy = card.Inputs.Length == Inputs.Length && card.Outputs.Length == 1 && Inputs.All(input => card.Inputs.Any(tensor => IsLike(tensor, input))) && IsLike(card.Outputs[0], Turn);
        if (!isPolicy) throw new ModelException($"Model '{card.Name}' is no policy of a reactor: that has the inputs {string.Join(", ", Inputs.Select(Text))} and the output {Text(Turn)}.");
        foreach (var (name, _, unit) in (IEnumerable<(string Name, int, string Unit)>)[.. Inputs, Turn])
        {
            if (card.Inputs.Concat(card.Outputs).First(tensor => tensor.Name == name).Unit is { } given && given != unit)
                throw new ModelException($"Model '{card.Name}' is no policy of a reactor: '{name}' is in {given}; it has to be in {unit}{(unit == "1" ? ", a multiple of the rated power" : "")}.");
        }
    }

    /// <inheritdoc cref="DrumPolicy"/>
    public DrumProposal Propose(FollowingView view)
    {
        using var lease = _model.Rent();
        var binding = lease.Model.Bind(rows: 1);
        view.Power.CopyTo(binding.Input("power"));
        view.SetPoint.CopyTo(binding.Input("setpoint"));
        view.Rate.CopyTo(binding.Input("rate"));
        binding.Input("fuel")[0] = view.Fuel;
        binding.Input("outlet")[0] = view.Outlet;
        binding.Input("angle")[0] = view.Angle;
        try
        {
            binding.Run();
        }
        catch (ModelException error)
        {
            return new DrumProposal(double.NaN, error.Message);
        }

        return new DrumProposal(binding.Output("turn")[0], binding.Flag);
    }

    private static bool IsLike(TensorCard tensor, (string Name, int Length, string) wanted) => tensor.Name == wanted.Name && tensor.Shape is [_, var length] && length.Length == wanted.Length;

    private static string Text((string Name, int Length, string) tensor) => $"{tensor.Name}[batch, {tensor.Length}]";
}
