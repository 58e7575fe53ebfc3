using System.Globalization;
using LabAutomation.Simulators.Wire;

namespace LabAutomation.Simulators.Worlds;

/// <summary>Where a simulated device is set up: its name, what decides its imperfections, and how the instrument's driver is set.</summary>
/// <param name="Name">What effects call the device.</param>
/// <param name="Seed">Decides every imperfection and all noise, together with the name.</param>
/// <param name="Clock">Lab time.</param>
/// <param name="Directory">Null keeps the state in memory.</param>
/// <param name="Settings">As in the lab's file; a device takes those that stand on its own front panel too, such as an address, and ignores the rest.</param>
/// <param name="Faults">What can be made to go wrong.</param>
public sealed record DeviceSite(
    string Name, long Seed, TimeProvider Clock, string? Directory, IReadOnlyDictionary<string, string> Settings, DeviceFaults Faults)
{
    /// <summary>Names the state file.</summary>
    internal const string Kind = "device";

    /// <summary>Whether the state is written when the device is put away and not before, which is quicker and does for a program that nobody kills.</summary>
    public bool WritesAtEnd { get; init; }

    /// <summary>Makes the device in a world of its own.</summary>
    /// <param name="make">Makes the device; it gets its name from this site.</param>
    /// <param name="surroundings">What can be reached at the device without its line, such as the pan of a balance.</param>
    public DeviceSetup Place<TState, TDevice>(Func<World<TState>, TDevice> make, Func<World<TState>, TDevice, object?>? surroundings = null)
        where TState : WorldState, new()
        where TDevice : IWireDevice
    {
        var world = new World<TState>(Kind, Seed, Clock, Directory, WritesAtEnd);
        try
        {
            var device = make(world);
            return new DeviceSetup(world, device, surroundings?.Invoke(world, device));
        }
        catch
        {
            world.Dispose();
            throw;
        }
    }

    /// <summary>A setting as it stands, or the fallback where it is missing.</summary>
    public string Setting(string key, string fallback) => Settings.GetValueOrDefault(key, fallback);

    /// <summary>The driver checks its settings itself; what is not a number here is left to it.</summary>
    public int Setting(string key, int fallback) =>
        int.TryParse(Settings.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}

/// <summary>A device that was set up.</summary>
public sealed record DeviceSetup(World World, IWireDevice Device, object? Surroundings);
