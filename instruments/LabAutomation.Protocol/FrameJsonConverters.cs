using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

internal sealed class ActionIdJsonConverter : JsonConverter<ActionId>
{
    public override ActionId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? ActionId.Parse(reader.GetString()!) : throw new FrameException("an action id is a UUID in a string");

    public override void Write(Utf8JsonWriter writer, ActionId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary><c>{"value":0.5,"unit":"mL","sd":0.01}</c></summary>
internal sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("value"), Unit = JsonEncodedText.Encode("unit"), Sd = JsonEncodedText.Encode("sd");

    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FrameException("a quantity is an object with value and unit");
        (double? value, Protocol.Unit? unit, double? sd) = (null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueTextEquals(Value.EncodedUtf8Bytes) ? "value" : reader.ValueTextEquals(Unit.EncodedUtf8Bytes) ? "unit" : reader.ValueTextEquals(Sd.EncodedUtf8Bytes) ? "sd" : reader.GetString();
            reader.Read();
            switch (name)
            {
                case "value" when value is null: value = Number(ref reader, name); break;
                case "unit" when unit is null: unit = UnitJsonConverter.Read(ref reader); break;
                case "sd" when sd is null: sd = Number(ref reader, name); break;
                case "value" or "unit" or "sd": throw new FrameException($"a quantity has '{name}' once");
                default: throw new FrameException($"a quantity has value, unit and sd, not '{name}'");
            }
        }

        if (value is null || unit is null) throw new FrameException("a quantity has a value and a unit");
        return new Quantity(value.Value, unit, sd);
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber(Value, value.Value);
        writer.WriteString(Unit, value.Unit.Symbol);
        if (value.Sd is { } sd) writer.WriteNumber(Sd, sd);
        writer.WriteEndObject();
    }

    private static double Number(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : throw new FrameException($"a quantity's {name} is a number");
}

/// <summary>Numbers are finite: JSON has no infinity, but 1e999 would become one.</summary>
internal sealed class FiniteJsonConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number) throw new FrameException($"expected a number, not a {reader.TokenType.ToString().ToLowerInvariant()}");
        var value = reader.GetDouble();
        return double.IsFinite(value) ? value : throw new FrameException("a number is finite");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>UTC with a trailing Z, so that no machine reads a time in its own zone.</summary>
internal sealed class TimestampJsonConverter : JsonConverter<DateTimeOffset>
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IsPlain(reader) && reader.TryGetDateTimeOffset(out var plain)
            ? plain
            : reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParseExact(reader.GetString(), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new FrameException("a time is UTC, such as 2026-01-31T12:00:00.5Z");

    /// <summary>Whether it has the length and the signs of <see cref="Form"/>, so that the reader's own parser, which takes other forms too and is several times as fast, takes it for the same.</summary>
    private static bool IsPlain(in Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueIsEscaped) return false;
        var text = reader.ValueSpan;
        return text.Length is 20 or (>= 22 and <= 28) && text[10] == 'T' && text[^1] == 'Z' && (text.Length == 20 || text[19] == '.');
    }

    /// <remarks>The round-trip format is the one that .NET writes quickly; <see cref="Form"/> leaves out its trailing zeros.</remarks>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[28];
        value.UtcDateTime.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        var kept = text[..(length - 1)].TrimEnd('0').TrimEnd('.').Length;
        text[kept] = 'Z';
        writer.WriteStringValue(text[..(kept + 1)]);
    }
}

/// <summary>Names in snake case, exactly as written: no numbers, no other case, no lists.</summary>
internal sealed class NameJsonConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Names =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly FrozenDictionary<string, T> Values = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly FrozenDictionary<T, JsonEncodedText> Written = Names.ToFrozenDictionary(pair => pair.Key, pair => JsonEncodedText.Encode(pair.Value));

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new FrameException($"expected one of {string.Join(", ", Values.Keys.Order(StringComparer.Ordinal))}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Written[value]);
}

/// <summary>An array of frames in which null has no place.</summary>
internal sealed class ArrayJsonConverter<T> : JsonConverter<ImmutableArray<T>>
    where T : class
{
    public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new FrameException("expected an array");
        var items = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(JsonSerializer.Deserialize<T>(ref reader, options) ?? throw new FrameException("an array holds no null"));
        return items.DrainToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        if (!value.IsDefault)
        {
            foreach (var item in value) JsonSerializer.Serialize(writer, item, options);
        }

        writer.WriteEndArray();
    }
}

/// <summary>Texts by name, in which null has no place.</summary>
internal sealed class TextsJsonConverter : JsonConverter<ImmutableSortedDictionary<string, string>>
{
    public override ImmutableSortedDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FrameException("expected texts by name");
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!reader.Read() || reader.TokenType != JsonTokenType.String) throw new FrameException($"'{name}' must be a text");
            if (!texts.TryAdd(name, reader.GetString()!)) throw new FrameException($"'{name}' is there twice");
        }

        return texts.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value) writer.WriteString(name, text);
        writer.WriteEndObject();
    }
}
