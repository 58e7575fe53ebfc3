using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LabAutomation.Protocol;

/// <summary>
/// JSON Schemas (draft 07) of the records that are frames: what <see cref="FrameCodec"/> takes and gives, and nothing else. Every other
/// record or enumeration in a frame becomes a definition of its own.
/// </summary>
/// <param name="definitions">Where definitions stand, such as <c>#/definitions/</c>.</param>
internal sealed class FrameSchema(string definitions)
{
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>By name, in the order in which they were met.</summary>
    public JsonObject Definitions { get; } = [];

    /// <summary>The schema of a type as it stands where the type is used.</summary>
    public JsonObject Of(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } inner => OrNull(Of(inner)),
        _ when type == typeof(string) => new() { ["type"] = "string" },
        _ when type == typeof(bool) => new() { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(long) => new() { ["type"] = "integer" },
        _ when type == typeof(double) => new() { ["type"] = "number" },
        _ when type == typeof(ActionId) => Defined("ActionId", () => Text("A UUID, made by the caller.", "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")),
        _ when type == typeof(DateTimeOffset) => Defined("Time", () => Text("UTC.", @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?Z$")),
        _ when type == typeof(Unit) => Defined("Unit", () => Text("A product of symbols with at most one division; \"1\" is dimensionless.", UnitSymbols.Pattern)),
        _ when type == typeof(Quantity) => Defined("Quantity", QuantitySchema),
        { IsEnum: true } => Defined(type.Name, () => new JsonObject { ["type"] = "string", ["enum"] = Words(type) }),
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => new() { ["type"] = "array", ["items"] = Of(type.GetGenericArguments()[0]) },
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>) => new() { ["type"] = "object", ["additionalProperties"] = Of(type.GetGenericArguments()[1]) },
        _ => Defined(type.Name, () => Record(type)),
    };

    /// <summary>The schema of a record itself, with what it is made of in <see cref="Definitions"/>.</summary>
    public JsonObject Record(Type type)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var parameter in type.GetConstructors().Single(it => it.GetParameters().Length > 0).GetParameters())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
            var schema = Of(parameter.ParameterType);
            if (!parameter.ParameterType.IsValueType && _nullability.Create(parameter).WriteState == NullabilityState.Nullable) schema = OrNull(schema);
            foreach (var (key, value) in FrameLimits.Of(type, name)) schema[key] = value;
            properties[name] = schema;
            if (!parameter.HasDefaultValue) required.Add(name);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    /// <summary>A schema that stands alone.</summary>
    public static JsonObject Standalone(string name, string summary, Type type)
    {
        var schemas = new FrameSchema("#/definitions/");
        var record = schemas.Record(type);
        var file = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = name, ["description"] = summary };
        foreach (var (key, value) in record.ToArray())
        {
            record.Remove(key);
            file[key] = value;
        }

        if (schemas.Definitions.Count > 0) file["definitions"] = schemas.Definitions;
        return file;
    }

    private JsonObject QuantitySchema() => new()
    {
        ["type"] = "object",
        ["description"] = "A finite number with its unit, and one standard deviation where it is known.",
        ["properties"] = new JsonObject { ["value"] = new JsonObject { ["type"] = "number" }, ["unit"] = Of(typeof(Unit)), ["sd"] = new JsonObject { ["type"] = "number", ["minimum"] = 0 } },
        ["required"] = new JsonArray("value", "unit"),
        ["additionalProperties"] = false,
    };

    private static JsonObject Text(string description, string pattern) => new() { ["type"] = "string", ["description"] = description, ["pattern"] = pattern };

    private static JsonArray Words(Type type) => [.. Enum.GetNames(type).Select(name => (JsonNode)JsonNamingPolicy.SnakeCaseLower.ConvertName(name))];

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue kind && schema.Count == 1) return new() { ["type"] = new JsonArray(kind.DeepClone(), "null") };
        return new() { ["oneOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }

    private JsonObject Defined(string name, Func<JsonObject> make)
    {
        if (!Definitions.ContainsKey(name))
        {
            Definitions[name] = null;
            Definitions[name] = make();
        }

        return new() { ["$ref"] = definitions + name };
    }
}
