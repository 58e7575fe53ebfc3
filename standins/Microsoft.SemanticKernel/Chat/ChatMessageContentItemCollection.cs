using System.Collections;

namespace Microsoft.SemanticKernel.ChatCompletion;

/// <summary>What a message is made of.</summary>
public class ChatMessageContentItemCollection : IList<KernelContent>, IReadOnlyList<KernelContent>
{
    private readonly List<KernelContent> _items = [];

    public int Count => _items.Count;

    bool ICollection<KernelContent>.IsReadOnly => false;

    public KernelContent this[int index]
    {
        get => _items[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _items[index] = value;
        }
    }

    public void Add(KernelContent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _items.Add(item);
    }

    public void Insert(int index, KernelContent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _items.Insert(index, item);
    }

    public void Clear() => _items.Clear();

    public bool Contains(KernelContent item) => _items.Contains(item);

    public void CopyTo(KernelContent[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    public int IndexOf(KernelContent item) => _items.IndexOf(item);

    public bool Remove(KernelContent item) => _items.Remove(item);

    public void RemoveAt(int index) => _items.RemoveAt(index);

    IEnumerator<KernelContent> IEnumerable<KernelContent>.GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
