namespace LabAutomation.Models;

/// <summary>Runs the calls of one batch together: their rows in, their rows out. A call that is refused or fails takes no other with it.</summary>
/// <param name="sizes">Numbers of rows at which the model is run.</param>
/// <param name="time">By which runs are timed.</param>
/// <param name="ran">Told of each run: place of its size, rows, ticks.</param>
/// <param name="refuse">Told of each call that has no outputs.</param>
/// <param name="answer">Told of those that have, all together.</param>
internal sealed class BatchRunner(int[] sizes, TimeProvider time, Action<int, int, long> ran, Action<ModelCall, CallOutcome, string?> refuse, Action<List<ModelCall>> answer)
{
    /// <param name="model">Owned by the calling thread.</param>
    /// <param name="batch">Whatever has been answered is taken out; it is empty in the end.</param>
    /// <exception cref="ModelException">Those that are still in the batch cannot be run.</exception>
    public void Run(OnnxModel model, List<ModelCall> batch)
    {
        RefuseOutside(model.Card, batch);
        if (batch.Count == 0) return;
        try
        {
            RunTogether(model, batch);
        }
        catch (Exception) when (batch.Count > 1)
        {
            RunEach(model, batch);
        }

        Deliver(batch, model.Card);
    }

    private void RefuseOutside(ModelCard card, List<ModelCall> batch)
    {
        for (var k = batch.Count - 1; k >= 0; k--)
        {
            var call = batch[k];
            if (Judge(card.Inputs, call.Inputs, call) is not { } mistake) continue;
            batch.RemoveAt(k);
            refuse(call, CallOutcome.Refused, mistake);
        }
    }

    private void RunTogether(OnnxModel model, List<ModelCall> batch)
    {
        var began = time.GetTimestamp();
        var rows = 0;
        foreach (var call in batch) rows += call.Rows;
        var index = BatchSizes.IndexFor(sizes, rows);
        var binding = model.Bind(sizes[index]);
        for (var t = 0; t < binding.Inputs.Length; t++) Gather(batch, t, binding.Inputs[t].Buffer);
        binding.RunUnjudged();
        for (var t = 0; t < binding.Outputs.Length; t++) Scatter(batch, t, binding.Outputs[t].Buffer);
        ran(index, rows, time.GetTimestamp() - began);
    }

    /// <summary>After a failure: whose fault it is comes out when each runs alone.</summary>
    private void RunEach(OnnxModel model, List<ModelCall> batch)
    {
        foreach (var call in batch.ToArray())
        {
            try
            {
                RunTogether(model, [call]);
            }
            catch (Exception e)
            {
                batch.Remove(call);
                refuse(call, CallOutcome.Failed, e.Message);
            }
        }
    }

    private void Deliver(List<ModelCall> batch, ModelCard card)
    {
        foreach (var call in batch)
        {
            var mistake = Judge(card.Outputs, call.Outputs, call);
            call.Decide(mistake is null ? CallOutcome.Answered : CallOutcome.Refused, mistake);
        }

        answer(batch);
        batch.Clear();
    }

    private static string? Judge(TensorCard[] tensors, float[][] values, ModelCall call)
    {
        for (var k = 0; k < tensors.Length; k++)
        {
            if (tensors[k].Judge(values[k], out var flag) is { } mistake) return mistake;
            call.Flag ??= flag;
        }

        return null;
    }

    /// <summary>The rows of all calls, one after the other; what is left over repeats the last row, which is known to be in range.</summary>
    private static void Gather(List<ModelCall> batch, int tensor, Span<float> into)
    {
        var at = 0;
        foreach (var call in batch)
        {
            call.Inputs[tensor].CopyTo(into[at..]);
            at += call.Inputs[tensor].Length;
        }

        var row = batch[^1].Inputs[tensor].Length / batch[^1].Rows;
        for (; at < into.Length; at += row) into.Slice(at - row, row).CopyTo(into[at..]);
    }

    private static void Scatter(List<ModelCall> batch, int tensor, Span<float> from)
    {
        var at = 0;
        foreach (var call in batch)
        {
            from.Slice(at, call.Outputs[tensor].Length).CopyTo(call.Outputs[tensor]);
            at += call.Outputs[tensor].Length;
        }
    }
}
