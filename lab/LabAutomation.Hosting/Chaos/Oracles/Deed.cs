using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using EffectKind = LabAutomation.Simulators.Worlds.EffectKind;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What commands that cannot be taken back do to matter, and which of their parameters is in the effect.</summary>
/// <param name="Kinds">Of effects.</param>
/// <param name="Parameter">Such as <c>volume</c>.</param>
/// <param name="Unit">Of the effect's amount.</param>
/// <param name="Room">Half a step of the device, in that unit.</param>
/// <param name="Beside">Another parameter that such a command has.</param>
/// <param name="Without">One that it has not.</param>
internal sealed record Deed(ImmutableArray<string> Kinds, string Parameter, Unit Unit, double Room, string? Beside = null, string? Without = null)
{
    /// <remarks>A pump takes four digits, and whole microlitres; a doser and a furnace tenths, a stirrer whole numbers. Where an arm puts a crucible down follows from where it took it, but for one that was in its gripper.</remarks>
    public static ImmutableArray<Deed> All { get; } =
    [
        new([EffectKind.Dispense, EffectKind.Drain, EffectKind.Aspirate], "volume", Unit.Parse("mL"), 0.00051),
        new([EffectKind.Dose], "mass", Unit.Parse("mg"), 0.051),
        new([EffectKind.Heat], "temperature", Unit.Parse("°C"), 0.051, "duration"),
        new([EffectKind.Pick], "from", Unit.One, 0.01, "to"),
        new([EffectKind.Put], "to", Unit.One, 0.01, Without: "from"),
        new([EffectKind.Stir], "speed", Unit.Parse("rpm"), 0.51, "duration"),
        new([EffectKind.Frames], "frames", Unit.One, 0.01),
    ];

    public bool Is(CommandDescription command) => Has(command, Parameter) && (Beside is null || Has(command, Beside)) && (Without is null || !Has(command, Without));

    public bool Is(ActionIntended intent) => Amount(intent) is not null && (Beside is null || intent.Arguments.ContainsKey(Beside)) && (Without is null || !intent.Arguments.ContainsKey(Without));

    public double? Amount(ActionIntended intent) => intent.Arguments.TryGetValue(Parameter, out var quantity) && quantity.Unit.Fits(Unit) ? quantity.In(Unit) : null;

    public bool IsSame(double effect, double amount) => Math.Abs(effect - amount) <= (Unit == Unit.One ? 0 : 0.001 * Math.Abs(amount)) + Room;

    /// <summary>For people.</summary>
    public string Show(double amount) => FormattableString.Invariant($"{amount:0.####}{(Unit == Unit.One ? "" : " ")}{(Unit == Unit.One ? "" : Unit.Symbol)}");

    private static bool Has(CommandDescription command, string parameter) => command.Parameters.Any(one => one.Name == parameter);
}
