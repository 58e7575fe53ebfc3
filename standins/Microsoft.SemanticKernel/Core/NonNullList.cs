using System.Collections.ObjectModel;

namespace Microsoft.SemanticKernel;

/// <summary>A list that refuses null.</summary>
internal sealed class NonNullList<T>(IEnumerable<T> items) : Collection<T>([.. items])
    where T : class
{
    protected override void InsertItem(int index, T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        base.InsertItem(index, item);
    }

    protected override void SetItem(int index, T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        base.SetItem(index, item);
    }
}
