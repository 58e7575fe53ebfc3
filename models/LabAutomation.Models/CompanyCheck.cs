namespace LabAutomation.Models;

/// <summary>Whether the rows of a batch leave each other alone, as a card says that names a batch dimension: calls of strangers are joined along it.</summary>
internal static class CompanyCheck
{
    private const int Rows = 4;

    /// <summary>How far the values of a row of input are moved from one row to the next, so that they differ: as a share of themselves, and at most so much towards the middle of the range.</summary>
    private const float Apart = 0.05f;

    /// <summary>Of a value: sums of batches of other sizes may be added in another order.</summary>
    private const float Rounding = 1e-4f;

    /// <exception cref="ModelException">A row gives something else in company than alone.</exception>
    public static void Require(OnnxModel model, string subject)
    {
        var card = model.Card;
        if (card.BatchDimension is not { Min: 1, Max: > 1 } batch) return;
        var rows = Math.Min(Rows, batch.Max);
        var inputs = Array.ConvertAll(card.Inputs, tensor => Enumerable.Range(0, rows).Select(row => Row(card, tensor, model.Bind(1).Input(tensor.Name).Length, row)).ToArray());
        var alone = new float[card.Outputs.Length][][];
        for (var k = 0; k < alone.Length; k++) alone[k] = new float[rows][];
        try
        {
            for (var row = 0; row < rows; row++)
            {
                var single = model.Bind(1);
                for (var k = 0; k < inputs.Length; k++) inputs[k][row].CopyTo(single.Inputs[k].Buffer);
                single.RunUnjudged();
                for (var k = 0; k < alone.Length; k++) alone[k][row] = single.Outputs[k].Buffer.ToArray();
            }
        }
        catch (ModelException)
        {
            // Rows beside the golden ones may be none for which it works; what it throws on, callers are told.
            return;
        }

        var together = model.Bind(rows);
        for (var k = 0; k < inputs.Length; k++)
        {
            for (var row = 0; row < rows; row++) inputs[k][row].CopyTo(together.Inputs[k].Buffer[(row * inputs[k][row].Length)..]);
        }

        together.RunUnjudged();
        for (var k = 0; k < alone.Length; k++) Compare(card, k, alone[k], together.Outputs[k].Buffer, subject);
    }

    private static void Compare(ModelCard card, int output, float[][] alone, ReadOnlySpan<float> together, string subject)
    {
        var (name, tolerance) = (card.Outputs[output].Name, card.Golden[0].ToleranceOf(card.Outputs[output].Name) ?? 0);
        for (var (row, place) = (0, 0); row < alone.Length; row++)
        {
            foreach (var expected in alone[row])
            {
                var actual = together[place++];
                if (expected.Equals(actual) || Math.Abs(expected - actual) <= Math.Max(tolerance, Rounding * Math.Abs(expected))) continue;
                throw new ModelException(
                    $"{subject}: row {row + 1} of {alone.Length} gives {name}[{place - 1}] = {actual} in company and {expected} alone, so that '{card.Batch}' is no batch dimension: its rows change each other{card.Place($"batch {card.Batch}")}. Leave 'batch' out, and every call runs alone.");
            }
        }
    }

    /// <returns>The first golden row, moved a little further for each row.</returns>
    private static float[] Row(ModelCard card, TensorCard tensor, int length, int row)
    {
        var (golden, middle) = (card.Golden[0].Inputs[tensor.Name], (tensor.Range[0] / 2) + (tensor.Range[1] / 2));
        var values = new float[length];
        for (var i = 0; i < length; i++)
        {
            var value = golden[i % golden.Length];
            var moved = value + (Apart * row * (Math.Clamp(middle - value, -1, 1) - value));
            values[i] = Math.Clamp(moved, tensor.Range[0], tensor.Range[1]);
        }

        return values;
    }
}
