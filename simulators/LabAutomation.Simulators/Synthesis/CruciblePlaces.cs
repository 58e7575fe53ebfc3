using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// The numbered positions of a furnace room. A device has its own ones; whatever does not belong to one is a place in a rack. Arms see
/// positions of a device as shut while it works.
/// </summary>
internal sealed class CruciblePlaces
{
    private readonly World<RoomState> world;
    private readonly List<(HashSet<int> Positions, Func<string?> Shut)> shutters = [];
    private readonly List<Func<Happening?>> nexts = [];
    private readonly HashSet<int> bins = [];
    private readonly HashSet<int> supplied = [];
    private readonly HashSet<int> cleared = [];

    public CruciblePlaces(World<RoomState> world)
    {
        this.world = world;
        world.Next = NextOfAll;
    }

    public World<RoomState> World => world;

    private Dictionary<int, Crucible> Crucibles => world.State.Crucibles;

    /// <param name="shut">Why no arm gets at these positions now; null where one does.</param>
    public void Belong(IEnumerable<int> positions, Func<string?> shut) => shutters.Add(([.. positions], shut));

    /// <param name="next">What comes about by itself next at a device.</param>
    public void Follow(Func<Happening?> next) => nexts.Add(next);

    /// <summary>Whatever is put there is gone.</summary>
    public void Bin(int position) => bins.Add(position);

    public Crucible? At(int position) => Crucibles.GetValueOrDefault(position);

    public string? Shut(int position) => shutters.Where(shutter => shutter.Positions.Contains(position)).Select(shutter => shutter.Shut()).FirstOrDefault(why => why is not null);

    public bool IsTaken(int position) => Crucibles.ContainsKey(position);

    public Crucible Take(int position)
    {
        Crucibles.Remove(position, out var crucible);
        world.Changed();
        if (supplied.Contains(position)) Bring(position);
        return crucible!;
    }

    public void Put(int position, Crucible crucible)
    {
        if (bins.Contains(position)) world.State.ThrownAway++;
        else Crucibles.Add(position, crucible);
        world.Changed();
        Attend(position);
    }

    /// <summary>A fresh crucible.</summary>
    public Crucible Bring(int position)
    {
        var crucible = new Crucible { Number = ++world.State.Brought };
        Crucibles.Add(position, crucible);
        world.Changed();
        return crucible;
    }

    /// <summary>Somebody sees to it from now on that a fresh crucible stands there whenever one was taken.</summary>
    public void Supply(int position)
    {
        supplied.Add(position);
        if (!IsTaken(position)) Bring(position);
    }

    /// <summary>Somebody takes away from now on what is put there or filled there.</summary>
    public void Clear(int position)
    {
        cleared.Add(position);
        Attend(position);
    }

    /// <summary>What arrived at a position, or was filled there, is taken away where somebody does that.</summary>
    public void Attend(int position)
    {
        if (!cleared.Contains(position) || !Crucibles.Remove(position)) return;
        world.State.ThrownAway++;
        world.Changed();
    }

    private Happening? NextOfAll()
    {
        Happening? first = null;
        foreach (var next in nexts)
        {
            if (next() is { } one && !(first?.At <= one.At)) first = one;
        }

        return first;
    }
}
