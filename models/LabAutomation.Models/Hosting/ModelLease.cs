namespace LabAutomation.Models;

/// <summary>Makes a caller the owner of one instance of a model until the lease is disposed. The caller's thread runs it.</summary>
public readonly ref struct ModelLease
{
    private readonly LoadedModel _of;

    internal ModelLease(LoadedModel of, OnnxModel model) => (_of, Model) = (of, model);

    public OnnxModel Model { get; }

    public void Dispose() => _of.Return(Model);
}
