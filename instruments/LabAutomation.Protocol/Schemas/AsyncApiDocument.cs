using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LabAutomation.Protocol;

/// <summary>
/// The contract as an AsyncAPI 3 document, from an instrument's side: it sends what it tells and receives what it is told. The channels of the desk, which are the agents', stand there without an operation.
/// (AsyncAPI 3.0.0 with MQTT bindings 0.2.0.)
/// </summary>
public static class AsyncApiDocument
{
    private const string BindingVersion = "0.2.0";

    private static readonly JsonSerializerOptions Spread = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON Schemas (draft 07) of the frames, by name.</summary>
    public static ImmutableSortedDictionary<string, string> Schemas =>
        WireFrame.All.ToImmutableSortedDictionary(frame => frame.Name, frame => Write(frame.Schema), StringComparer.Ordinal);

    /// <summary>What every instrument keeps to.</summary>
    public static string Contract() => Write(Document("LabAutomation instrument", "How a laboratory and an instrument talk over MQTT 5.", WireChannel.All, new FrameSchema("#/components/schemas/"), []));

    /// <summary>The same for the instruments of one family, each command a channel of its own with its parameters, units and ranges.</summary>
    public static string Of(string family, ImmutableArray<CommandDescription> commands, ImmutableArray<PropertyDescription> properties)
    {
        var schemas = new FrameSchema("#/components/schemas/");
        var frames = new JsonObject();
        var channels = WireChannel.All.Where(channel => !channel.IsOfDesk).SelectMany(channel => channel.Name switch
        {
            "command" => commands.Select(command => CommandChannel(command, schemas, frames)),
            "property" => properties.Select(property => channel with
            {
                Name = $"property-{property.Name}", Address = channel.Address.Replace("{property}", property.Name, StringComparison.Ordinal), Summary = $"{property.Summary}, in {property.Unit.Symbol}.",
            }),
            _ => [channel],
        });
        return Write(Document(family, $"The instruments of family {family}.", channels, schemas, frames));
    }

    private static WireChannel CommandChannel(CommandDescription command, FrameSchema schemas, JsonObject frames)
    {
        var name = $"command-{command.Name}";
        var (arguments, required) = (new JsonObject(), new JsonArray());
        foreach (var parameter in command.Parameters)
        {
            var range = new JsonObject { ["unit"] = parameter.Unit.Symbol, ["low"] = parameter.Low, ["high"] = parameter.High };
            if (parameter.Default is { } value) range["default"] = value;
            else required.Add(parameter.Name);
            arguments[parameter.Name] = new JsonObject { ["allOf"] = new JsonArray(schemas.Of(typeof(Quantity))), ["description"] = $"{parameter.Summary}.", ["x-range"] = range };
        }

        var payload = schemas.Record(typeof(CommandFrame));
        payload["properties"]!["arguments"] = new JsonObject { ["type"] = "object", ["properties"] = arguments, ["required"] = required, ["additionalProperties"] = false };
        frames[name] = Message(WireFrame.All.Single(frame => frame.Name == "command") with { Name = name, Summary = $"{command.Summary}." }, payload, isCommand: true);
        var hold = command.HoldWithin is { } within ? FormattableString.Invariant($", held within {within} s") : "";
        return WireChannel.Commands(command.Name) with
        {
            Name = name, Frames = [name], Summary = FormattableString.Invariant($"{command.Summary}. Effect: {JsonNamingPolicy.SnakeCaseLower.ConvertName(command.Effect.ToString())}; cancelled within {command.CancelWithin} s{hold}."),
        };
    }

    private static JsonObject Document(string title, string description, IEnumerable<WireChannel> all, FrameSchema schemas, JsonObject messages)
    {
        var (channels, operations) = (new JsonObject(), new JsonObject());
        foreach (var channel in all)
        {
            channels[channel.Name] = Channel(channel);
            if (!channel.IsOfDesk) operations[$"{(channel.Sends ? "send" : "receive")}-{channel.Name}"] = Operation(channel);
        }

        foreach (var frame in WireFrame.All.Where(frame => channels.Any(channel => channel.Value!["messages"]!.AsObject().ContainsKey(frame.Name))))
            messages[frame.Name] = Message(frame, schemas.Of(frame.Type), frame.Name == "command");
        messages["payload"] = new JsonObject { ["name"] = "payload", ["summary"] = "Bytes, as the result's reference describes them; none in an acknowledgement.", ["payload"] = new JsonObject() };
        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = title, ["version"] = "1", ["description"] = $"{description} Written from the code; the words to it are in wire.md." },
            ["defaultContentType"] = FrameCodec.ContentType,
            ["channels"] = channels,
            ["operations"] = operations,
            ["components"] = new JsonObject { ["messages"] = messages, ["schemas"] = schemas.Definitions },
        };
    }

    private static JsonObject Channel(WireChannel channel)
    {
        var (messages, parameters) = (new JsonObject(), new JsonObject());
        foreach (var frame in MessagesOf(channel)) messages[frame] = new JsonObject { ["$ref"] = $"#/components/messages/{frame}" };
        foreach (var (name, (description, words)) in WireChannel.Parameters.Where(parameter => channel.Address.Contains($"{{{parameter.Key}}}", StringComparison.Ordinal)))
        {
            parameters[name] = new JsonObject { ["description"] = description };
            if (!words.IsEmpty) parameters[name]!["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]);
        }

        var written = new JsonObject { ["address"] = channel.Address, ["summary"] = channel.Summary, ["messages"] = messages };
        if (parameters.Count > 0) written["parameters"] = parameters;
        return written;
    }

    private static JsonObject Operation(WireChannel channel)
    {
        var operation = new JsonObject
        {
            ["action"] = channel.Sends ? "send" : "receive",
            ["channel"] = new JsonObject { ["$ref"] = $"#/channels/{channel.Name}" },
            ["messages"] = new JsonArray([.. MessagesOf(channel).Select(frame => new JsonObject { ["$ref"] = $"#/channels/{channel.Name}/messages/{frame}" })]),
            ["bindings"] = new JsonObject { ["mqtt"] = new JsonObject { ["qos"] = 1, ["retain"] = channel.Retained, ["bindingVersion"] = BindingVersion } },
        };
        if (channel.Answered is { } answer)
        {
            operation["reply"] = new JsonObject
            {
                ["address"] = new JsonObject { ["location"] = "$message.header#/responseTopic" },
                ["channel"] = new JsonObject { ["$ref"] = "#/channels/reply" },
                ["messages"] = new JsonArray(new JsonObject { ["$ref"] = $"#/channels/reply/messages/{answer}" }),
            };
        }

        return operation;
    }

    private static JsonObject Message(WireFrame frame, JsonObject payload, bool isCommand)
    {
        var message = new JsonObject { ["name"] = frame.Name, ["summary"] = frame.Summary, ["contentType"] = FrameCodec.ContentType, ["payload"] = payload };
        if (!isCommand) return message;
        message["headers"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                [CommandMessage.VersionKey] = new JsonObject { ["type"] = "string", ["const"] = "1" },
                [CommandMessage.SourceKey] = Text("The client id."),
                [CommandMessage.SchemaHashKey] = Text("The birth's, as the caller knows it."),
                [CommandMessage.LockTokenKey] = Text("The fencing token of a lock, decimal digits."),
                [CommandMessage.TraceParentKey] = Text("W3C Trace Context, version 00; the reply carries it again."),
                [CommandMessage.TimestampKey] = Text("When the caller sent it: UTC with a Z, for people and records."),
                ["responseTopic"] = Text("Where the reply goes: the MQTT 5 Response Topic."),
            },
            ["required"] = new JsonArray(CommandMessage.VersionKey, CommandMessage.SourceKey, "responseTopic"),
        };
        message["correlationId"] = new JsonObject { ["description"] = "The action id: 16 bytes of MQTT 5 Correlation Data.", ["location"] = "$message.header#/correlationData" };
        message["bindings"] = new JsonObject { ["mqtt"] = new JsonObject { ["contentType"] = FrameCodec.ContentType, ["bindingVersion"] = BindingVersion } };
        return message;
    }

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static ImmutableArray<string> MessagesOf(WireChannel channel) => channel.Frames.IsEmpty ? ["payload"] : channel.Frames;

    private static string Write(JsonNode node) => node.ToJsonString(Spread) + "\n";
}
