using LabAutomation.Instruments.Reactor;
using LabAutomation.Models;

namespace LabAutomation.Hosting;

/// <summary>A model as the policy of a reactor. What it refuses is no number, upon which the filter lets the drums go in.</summary>
internal sealed class ModelDrumPolicy
{
    private static readonly (string Name, int Length)[] Inputs = [("power", 8), ("setpoint", 8), ("rate", 8), ("fuel", 1), ("outlet", 1), ("angle", 1)];

    private readonly LoadedModel _model;

    /// <exception cref="ModelException">The model has other inputs or outputs.</exception>
    public ModelDrumPolicy(LoadedModel model)
    {
        _model = model;
        var card = model.Card;
        var isPolicy = card.Inputs.Length == Inputs.Length && card.Outputs is [{ Name: "turn" }] && Inputs.All(input => card.Inputs.Any(tensor => tensor.Name == input.Name && tensor.Shape is [_, var length] && length.Length == input.Length));
        if (!isPolicy) throw new ModelException($"Model '{card.Name}' is no policy of a reactor: that has the inputs {string.Join(", ", Inputs.Select(input => $"{input.Name}[batch, {input.Length}]"))} and the output turn[batch, 1].");
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
}
