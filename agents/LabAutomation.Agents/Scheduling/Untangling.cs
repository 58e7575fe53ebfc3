using System.Runtime.InteropServices;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Finds an order in which the samples that are in the lab can go their ways to the end, when each may stand where another has to go. Times do not matter here, only room. A sample that can go all the
/// way while the others stand still is let go at once, which never spoils anything (the banker's algorithm, E. W. Dijkstra 1965); only what remains is searched, depth first.
/// </summary>
internal sealed class Untangling
{
    private const int MostStates = 20_000;

    private readonly LayoutIndex _layout;
    private readonly List<Traveller> _travellers;
    private readonly int[] _taken;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <param name="taken">Samples at each location that are not among the travellers.</param>
    public Untangling(LayoutIndex layout, List<Traveller> travellers, int[] taken)
    {
        (_layout, _travellers, _taken) = (layout, travellers, taken);
        foreach (var traveller in travellers)
            if (traveller.Location >= 0) _taken[traveller.Location]++;
    }

    /// <summary>Tasks in an order in which their samples can be brought to them, as far as one was found.</summary>
    public List<(int Job, int Task)> Order()
    {
        var order = new List<(int, int)>();
        var longest = new List<(int, int)>();
        Search(order, longest);
        return order.Count >= longest.Count ? order : longest;
    }

    private bool Search(List<(int, int)> order, List<(int, int)> longest)
    {
        while (_travellers.Find(traveller => traveller.Left > 0 && GoesAllTheWay(traveller, order)) is not null)
        {
        }

        if (_travellers.TrueForAll(traveller => traveller.Left == 0)) return true;
        if (order.Count > longest.Count)
        {
            longest.Clear();
            longest.AddRange(order);
        }

        if (_seen.Count >= MostStates || !_seen.Add(Key())) return false;
        var (saved, taken, count) = (_travellers.ConvertAll(traveller => (traveller.Next, traveller.Location)), (int[])_taken.Clone(), order.Count);
        foreach (var traveller in _travellers)
        {
            if (traveller.Left == 0) continue;
            foreach (var to in Goals(traveller))
            {
                Step(traveller, to, order);
                if (Search(order, longest)) return true;
                for (var index = 0; index < saved.Count; index++) (_travellers[index].Next, _travellers[index].Location) = saved[index];
                taken.CopyTo(_taken, 0);
                order.RemoveRange(count, order.Count - count);
            }
        }

        return false;
    }

    private bool GoesAllTheWay(Traveller traveller, List<(int, int)> order)
    {
        var (next, location, count) = (traveller.Next, traveller.Location, order.Count);
        while (traveller.Left > 0)
        {
            var to = Goals(traveller).FirstOrDefault(-2);
            if (to == -2)
            {
                if (traveller.Location >= 0) _taken[traveller.Location]--;
                (traveller.Next, traveller.Location) = (next, location);
                if (location >= 0) _taken[location]++;
                order.RemoveRange(count, order.Count - count);
                return false;
            }

            Step(traveller, to, order);
        }

        return true;
    }

    /// <summary>Where it can go for its next task; -1: it need not go anywhere.</summary>
    private IEnumerable<int> Goals(Traveller traveller)
    {
        foreach (var to in traveller.Goals[traveller.Next])
            if (to < 0 || to == traveller.Location || HasRoom(to) && (traveller.Location < 0 || _layout.TryRoute(traveller.Location, to, out _))) yield return to;
    }

    private bool HasRoom(int location) => _taken[location] < _layout.Locations[location].Capacity;

    private void Step(Traveller traveller, int to, List<(int, int)> order)
    {
        order.Add((traveller.Job, traveller.Tasks[traveller.Next]));
        traveller.Next++;
        if (to >= 0 && to != traveller.Location)
        {
            if (traveller.Location >= 0) _taken[traveller.Location]--;
            _taken[to]++;
            traveller.Location = to;
        }

        if (traveller.Left > 0 || traveller.Location < 0) return;
        _taken[traveller.Location]--;
        traveller.Location = -1;
    }

    private string Key()
    {
        var key = new int[2 * _travellers.Count];
        for (var index = 0; index < _travellers.Count; index++) (key[2 * index], key[2 * index + 1]) = (_travellers[index].Next, _travellers[index].Location);
        return new string(MemoryMarshal.Cast<int, char>(key));
    }
}
