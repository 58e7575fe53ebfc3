using System.Globalization;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Robots;

/// <summary>What stands on the robot's deck, and a hand that can reach it. The robot knows nothing of it but what it is told.</summary>
public sealed class RobotDeck
{
    private readonly World<RobotState> world;
    private readonly string name;
    private readonly SortedDictionary<string, LabwareDefinition> labware;

    internal RobotDeck(World<RobotState> world, string name, IReadOnlyDictionary<string, string> settings)
    {
        (this.world, this.name) = (world, name);
        labware = new SortedDictionary<string, LabwareDefinition>(StringComparer.Ordinal);
        foreach (var (key, value) in settings.Where(setting => setting.Key.StartsWith("slot-", StringComparison.Ordinal)))
        {
            if (LabwareDefinition.Of(value.Split('/') is [_, var loadName, _] ? loadName : value) is { } definition) labware[key["slot-".Length..]] = definition;
        }
    }

    private RobotState State => world.State;

    /// <summary>µL in a well now.</summary>
    /// <param name="well">Such as <c>B3</c>.</param>
    public double Volume(int slot, string well) => world.Do(() => Contents(Slot(slot), well));

    /// <summary>Puts this volume in µL into a well, whatever was in it.</summary>
    public void Fill(int slot, string well, double volume) => world.Do(() =>
    {
        State.Wells[$"{Slot(slot)}/{well}"] = volume;
        world.Changed();
        return true;
    });

    /// <summary>Puts a full rack of tips into every slot that has a rack.</summary>
    public void RenewTips() => world.Do(() =>
    {
        State.UsedTips.Clear();
        world.Changed();
        return true;
    });

    /// <summary>Whether a tip hangs on the pipette.</summary>
    public bool HasTip => world.Do(() => State.HasTip);

    /// <returns>False where no tip is in that place.</returns>
    internal bool TakeTip(string slot, string well)
    {
        var tip = $"{slot}/{well}";
        if (State.HasTip || !labware.TryGetValue(slot, out var rack) || !rack.IsTipRack || State.UsedTips.Contains(tip)) return false;
        State.UsedTips.Add(tip);
        (State.HasTip, State.InTip) = (true, 0);
        world.Record(name, EffectKind.Tip, rack.IndexOf(well) + 1);
        return true;
    }

    internal void DropTip() => (State.HasTip, State.InTip) = (false, 0);

    /// <summary>Draws liquid; air where there is none, and nothing without a tip.</summary>
    internal void Draw(string slot, string well, double volume)
    {
        if (!State.HasTip) return;
        var drawn = Math.Min(volume, Contents(slot, well));
        State.Wells[$"{slot}/{well}"] = Contents(slot, well) - drawn;
        State.InTip += drawn;
    }

    /// <returns>How much there was to put.</returns>
    internal double Put(string slot, string well, double volume)
    {
        var put = Math.Min(volume, State.InTip);
        State.Wells[$"{slot}/{well}"] = Contents(slot, well) + put;
        State.InTip -= put;
        return put;
    }

    private double Contents(string slot, string well) => State.Wells.TryGetValue($"{slot}/{well}", out var volume) ? volume : labware.GetValueOrDefault(slot)?.Filling ?? 0;

    private static string Slot(int slot) => slot.ToString(CultureInfo.InvariantCulture);
}
