using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

/// <summary>What an instrument is and offers: retained, published before any state, once per connection.</summary>
/// <param name="Protocol">Version of this contract: <c>1</c>.</param>
/// <param name="Family">The driver family, such as <c>new-era-ne1000</c>.</param>
/// <param name="Simulated">Whether the device behind the driver is a simulation.</param>
/// <param name="Epoch">Rises at every driver start, power loss included.</param>
/// <param name="SchemaHash">SHA-256 over <paramref name="Commands"/> and <paramref name="Properties"/>, see <see cref="SchemaHashes"/>.</param>
/// <param name="SafeWithin">Seconds from an order to stop until nothing moves, flows or heats any more.</param>
/// <param name="Calibrations">None, and absent on the wire, where nothing is known of any.</param>
/// <param name="Limits">What is refused although each parameter is within its range, each a <see cref="WrittenRule"/>; none, and absent on the wire, where nothing is.</param>
/// <param name="RemembersSince">Lab time at which the driver's journal begins: what was begun before may have been done, and nobody there knows. Another one tells another journal. Null, and absent on the wire, where the driver does not say.</param>
public sealed record Birth(
    string Protocol,
    string Instrument,
    string Family,
    InstrumentIdentity Identity,
    bool Simulated,
    long Epoch,
    string SchemaHash,
    ImmutableArray<CommandDescription> Commands,
    ImmutableArray<PropertyDescription> Properties,
    double SafeWithin,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<Calibration> Calibrations = default,
    ImmutableArray<string> Limits = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RemembersSince = null)
{
    /// <exception cref="FrameException">One of them is null.</exception>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<string> Limits { get; init; } = Limits.IsDefault || Limits.All(limit => limit is not null) ? Limits : throw new FrameException("a limit is a text, not null");
}

/// <summary>What was calibrated, by whom and until when it counts.</summary>
/// <param name="Of">A property, or an output as <c>command.output</c>.</param>
/// <param name="Reference">What it was compared with: a certificate, a standard, a record.</param>
/// <param name="Until">When it has run out; null, and absent on the wire, where it does not.</param>
public sealed record Calibration(
    string Of,
    string By,
    string Reference,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null);

/// <summary>As the device itself reports it.</summary>
public sealed record InstrumentIdentity(string Manufacturer, string Model, string Serial, string Firmware);

/// <param name="CancelWithin">Seconds after which a cancelled action has come to its end.</param>
/// <param name="HoldWithin">Seconds after which an action that is to be held is at rest; null, and absent on the wire, where it cannot be held.</param>
public sealed record CommandDescription(
    string Name,
    string Summary,
    Effect Effect,
    ImmutableArray<ParameterDescription> Parameters,
    ImmutableArray<OutputDescription> Outputs,
    double CancelWithin,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? HoldWithin = null);

/// <param name="Unit">Of <paramref name="Low"/>, <paramref name="High"/> and <paramref name="Default"/>; <c>1</c> says dimensionless.</param>
/// <param name="Default">Used where the command gives no value; null makes the parameter obligatory.</param>
/// <param name="Draws">Whether so much of something is used up; false, and absent on the wire, where nothing is. An output of the same name tells how much it really was.</param>
public sealed record ParameterDescription(
    string Name,
    string Summary,
    Unit Unit,
    double Low,
    double High,
    double? Default = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Draws = false);

/// <param name="Series">Whether the output is a series by reference rather than one quantity.</param>
/// <param name="Media">The family of content types, such as <c>image</c>, of an output that is a media payload by reference; null, and absent on the wire, otherwise.</param>
/// <param name="Columns">Of a series: those that it always has, so that a campaign which reads another one is refused before it begins; null, and absent on the wire, where nothing is said of them.</param>
public sealed record OutputDescription(
    string Name,
    string Summary,
    Unit Unit,
    bool Series = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Media = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ColumnDescription>? Columns = null);

public sealed record PropertyDescription(string Name, string Summary, Unit Unit);
