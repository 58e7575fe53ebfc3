namespace LabAutomation.Simulators.Worlds;

/// <summary>Something that happened to matter, not to software.</summary>
/// <param name="Number">1, 2, 3… over the life of its world.</param>
/// <param name="At">Lab time.</param>
/// <param name="Kind">One of <see cref="EffectKind"/>.</param>
/// <param name="Amount">
/// mL ordered for a dispense or drain (0 = until stopped), mL moved by a pump or put by a robot, mg put by a doser, mL lost for a spill, rpm for stirring, the number of an acquisition, g for a zero
/// or tare, °C of the set point for control, % of the rated power of a reactor, the position of a crucible that was taken or put down, mg
/// of powder, frames of an exposure, °C of a furnace program or of the chamber, s of its dwell.
/// </param>
public sealed record Effect(long Number, DateTimeOffset At, string Device, string Kind, double Amount);

/// <summary>The kinds of <see cref="Effect"/>.</summary>
public static class EffectKind
{
    /// <summary>A pump began to put liquid into the cuvette.</summary>
    public const string Dispense = "dispense";

    /// <summary>The waste pump began to draw from the cuvette.</summary>
    public const string Drain = "drain";

    /// <summary>A pump stood still; mL that it had moved since it last began, by its motor. A doser stood still; mg in the crucible. A robot had put liquid; mL.</summary>
    public const string Moved = "moved";

    /// <summary>The stirrer's motor went from off to on.</summary>
    public const string Stir = "stir";

    /// <summary>The spectrometer began an acquisition.</summary>
    public const string Acquisition = "acquisition";

    /// <summary>Liquid ran over the rim of the cuvette.</summary>
    public const string Spill = "spill";

    /// <summary>A balance took what lay on it for nothing.</summary>
    public const string Zero = "zero";

    /// <summary>A balance got another tare, or the same again.</summary>
    public const string Tare = "tare";

    /// <summary>A thermostat's control went from off to on.</summary>
    public const string Control = "control";

    /// <summary>A source-measure unit switched its output on; V.</summary>
    public const string Output = "output";

    /// <summary>A robot began to take a tip; the number of the tip in its rack.</summary>
    public const string Tip = "tip";

    /// <summary>A robot began to draw liquid; mL ordered. What it puts is a <see cref="Dispense"/>.</summary>
    public const string Aspirate = "aspirate";

    /// <summary>A camera took a picture; its number.</summary>
    public const string Exposure = "exposure";

    /// <summary>An area detector began an exposure; how many frames it was to take.</summary>
    public const string Frames = "frames";

    /// <summary>An attenuator got another transmission, 0 to 1.</summary>
    public const string Attenuation = "attenuation";

    /// <summary>A stage began to move; µm of the target.</summary>
    public const string Move = "move";

    /// <summary>A reactor's console loaded a core; % of the rated power.</summary>
    public const string Core = "core";

    /// <summary>All drums of a reactor went in; % of the rated power that was left.</summary>
    public const string Scram = "scram";

    /// <summary>An arm took a crucible; the position where it stood.</summary>
    public const string Pick = "pick";

    /// <summary>An arm put a crucible down that it carried; the position.</summary>
    public const string Place = "place";

    /// <summary>An arm that had been halted put down what was in its gripper; the position.</summary>
    public const string Put = "put";

    /// <summary>A doser began to fill a crucible; mg ordered.</summary>
    public const string Dose = "dose";

    /// <summary>A furnace began a program; °C of its dwell.</summary>
    public const string Heat = "heat";

    /// <summary>A furnace program ended, in whatever way; °C to which the chamber had got in it.</summary>
    public const string Peak = "peak";

    /// <summary>The same; s that the chamber had been at the temperature of its dwell.</summary>
    public const string Dwelt = "dwelt";

    /// <summary>A diffractometer began a scan; its number.</summary>
    public const string Scan = "scan";

    /// <summary>Whether an effect follows from one that is written down already: what became of an order.</summary>
    public static bool Follows(string kind) => kind is Moved or Peak or Dwelt;
}
