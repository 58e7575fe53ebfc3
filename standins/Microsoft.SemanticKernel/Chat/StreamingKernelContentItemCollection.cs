using System.Collections;

namespace Microsoft.SemanticKernel.ChatCompletion;

/// <summary>What a piece of a message is made of.</summary>
public sealed class StreamingKernelContentItemCollection : IList<StreamingKernelContent>, IReadOnlyList<StreamingKernelContent>
{
    private readonly List<StreamingKernelContent> _items = [];

    public int Count => _items.Count;

    bool ICollection<StreamingKernelContent>.IsReadOnly => false;

    public StreamingKernelContent this[int index]
    {
        get => _items[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _items[index] = value;
        }
    }

    public void Add(StreamingKernelContent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _items.Add(item);
    }

    public void Insert(int index, StreamingKernelContent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _items.Insert(index, item);
    }

    public void Clear() => _items.Clear();

    public bool Contains(StreamingKernelContent item) => _items.Contains(item);

    public void CopyTo(StreamingKernelContent[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    public int IndexOf(StreamingKernelContent item) => _items.IndexOf(item);

    public bool Remove(StreamingKernelContent item) => _items.Remove(item);

    public void RemoveAt(int index) => _items.RemoveAt(index);

    IEnumerator<StreamingKernelContent> IEnumerable<StreamingKernelContent>.GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
