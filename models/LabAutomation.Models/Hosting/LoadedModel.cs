namespace LabAutomation.Models;

/// <summary>One version of a model, verified and warm: its instances, each of which has one owner at a time.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<OnnxModel> _free;
    private readonly SemaphoreSlim _returned = new(0);
    private readonly OnnxModel[] _instances;
    private int _waiting;
    private bool _retired;

    internal LoadedModel(string directory, ModelOptions options, TimeProvider time)
    {
        Directory = directory;
        _instances = ModelArtifact.Open(directory, options, out var file);
        try
        {
            Sizes = BatchSizes.Of(Card.BatchDimension);
            WarmUp = Array.ConvertAll(Sizes, _ => TimeSpan.Zero);
            foreach (var instance in _instances) Warm(instance, time);
            CompanyCheck.Require(_instances[0], $"Model '{Card.Name}' {Card.Version} in {directory}");
            MemoryEstimate = _instances.Sum(instance => file.WeightBytes + instance.BufferBytes);
            _free = new Stack<OnnxModel>(_instances);
        }
        catch
        {
            foreach (var instance in _instances) instance.Dispose();
            throw;
        }
    }

    /// <summary>The folder of model and card.</summary>
    public string Directory { get; }

    public ModelCard Card => _instances[0].Card;

    public ComputeDevice Device => _instances[0].Device;

    /// <inheritdoc cref="OnnxModel.CpuNodes" />
    public IReadOnlyList<string> CpuNodes => _instances[0].CpuNodes;

    public int Instances => _instances.Length;

    /// <summary>Bytes of weights and buffers of all instances. What the runtime needs in between comes on top.</summary>
    public long MemoryEstimate { get; }

    /// <summary>Numbers of rows at which it is run, ascending.</summary>
    public IReadOnlyList<int> BatchRows => Sizes;

    internal int[] Sizes { get; } = [];

    /// <summary>What a run of each size took when it was warm, the longest of two.</summary>
    internal TimeSpan[] WarmUp { get; } = [];

    /// <summary>Calls under way.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate) return _instances.Length - _free.Count;
        }
    }

    /// <summary>Waits until an instance is free and lends it. Nothing is allocated.</summary>
    /// <exception cref="ModelException">The version has been unloaded.</exception>
    public ModelLease Rent() => TryRent(out var model) ? new ModelLease(this, model) : throw new ModelException($"Model '{Card.Name}' {Card.Version} has been unloaded.");

    /// <returns>False where the version has been unloaded.</returns>
    internal bool TryRent(out OnnxModel model)
    {
        while (true)
        {
            lock (_gate)
            {
                model = null!;
                if (_retired) return false;
                if (_free.TryPop(out model!)) return true;
                _waiting++;
            }

            _returned.Wait();
        }
    }

    internal void Return(OnnxModel model)
    {
        lock (_gate)
        {
            _free.Push(model);
            Wake();
        }
    }

    /// <summary>Lends nothing more, waits until all calls under way have ended, and frees the memory.</summary>
    public void Dispose()
    {
        while (true)
        {
            lock (_gate)
            {
                _retired = true;
                Wake();
                if (_free.Count == _instances.Length) break;
                _waiting++;
            }

            _returned.Wait();
        }

        foreach (var instance in _instances) instance.Dispose();
    }

    /// <summary>One of those that wait for an instance; all of them where there will be none.</summary>
    private void Wake()
    {
        if (_waiting == 0) return;
        var woken = _retired ? _waiting : 1;
        _waiting -= woken;
        _returned.Release(woken);
    }

    private void Warm(OnnxModel instance, TimeProvider time)
    {
        for (var k = 0; k < Sizes.Length; k++)
        {
            var binding = instance.Bind(Sizes[k]);
            foreach (var tensor in binding.Inputs) Fill(tensor.Buffer, Card.Golden[0].Inputs[tensor.Card.Name]);
            for (var turn = 0; turn < 3; turn++)
            {
                var began = time.GetTimestamp();
                binding.RunUnjudged();
                var took = time.GetElapsedTime(began);
                if (turn > 0 && took > WarmUp[k]) WarmUp[k] = took;
            }
        }
    }

    private static void Fill(Span<float> buffer, ReadOnlySpan<float> values)
    {
        for (; buffer.Length > values.Length; buffer = buffer[values.Length..]) values.CopyTo(buffer);
        values[..buffer.Length].CopyTo(buffer);
    }
}
