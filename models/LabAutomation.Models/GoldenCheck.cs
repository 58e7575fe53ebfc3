namespace LabAutomation.Models;

/// <summary>Whether a model computes what its card says it computes.</summary>
internal static class GoldenCheck
{
    /// <exception cref="ModelException">It does not; the first difference is named with both values.</exception>
    public static void Require(OnnxModel model, GoldenVector golden, string subject)
    {
        var binding = model.Bind(model.Card.Lengths(golden.Lengths, dimension => dimension.Min));
        foreach (var (name, values) in golden.Inputs) values.CopyTo(binding.Input(name));
        try
        {
            binding.Run();
        }
        catch (ModelException e)
        {
            throw new ModelException($"{subject}: golden vector '{golden.Name}': {e.Message}", e);
        }

        foreach (var (name, expected) in golden.Outputs)
        {
            var actual = binding.Output(name);
            var tolerance = golden.ToleranceOf(name);
            for (var i = 0; i < expected.Length; i++)
            {
                if (!(Math.Abs(actual[i] - expected[i]) <= tolerance))
                {
                    throw new ModelException(
                        $"{subject}: golden vector '{golden.Name}' gives {name}[{i}] = {actual[i]}; " +
                        $"the card says {expected[i]} ± {tolerance}{model.Card.Place($"golden vector '{golden.Name}'")}.");
                }
            }
        }
    }
}
